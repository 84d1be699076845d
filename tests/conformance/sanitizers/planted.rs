//! The modules and the host with bugs, and what the comments in their sources say of them.

use std::path::PathBuf;
use std::process::{Command, Output};

use support::{Source, built, root};

const TOOLS: &[&str] = &["asan", "gdb", "msan", "tsan", "valgrind"];

/// One of the modules, or the host: its source, and its library or program.
pub struct Planted {
    source: &'static str,
    pub library: PathBuf,
}

/// A bug that a tool is to see.
#[derive(Debug)]
pub struct Bug {
    pub command: String,
    /// File and line, such as `tests/planted/planted.c:23`.
    place: String,
    /// What the tool says of it.
    words: String,
}

/// In C, built with `-g` and those flags.
pub fn in_c(build: impl FnOnce(Source) -> Source) -> Planted {
    let source = "tests/planted/planted.c";
    Planted { source, library: build(Source::new(source).flag("-g")).library() }
}

pub fn in_cpp() -> Planted {
    let source = "tests/planted/planted.cpp";
    Planted { source, library: Source::new(source).compiler("g++").flag("-g").library() }
}

pub fn in_rust() -> Planted {
    Planted { source: "tests/fixtures/planted/src/lib.rs", library: built("planted") }
}

/// A host in C, as a program.
pub fn host_in_c(program: PathBuf) -> Planted {
    Planted { source: "tests/planted/host.c", library: program }
}

impl Planted {
    /// What the tool is to see here: something.
    pub fn bugs(&self, tool: &str) -> Vec<Bug> {
        let text = std::fs::read_to_string(root().join(self.source)).unwrap();
        let numbered = (1..).zip(text.lines());
        let marked = numbered.filter_map(|(line, text)| Some((line, text.split_once("// bug ")?.1)));
        let bugs: Vec<Bug> =
            marked.filter_map(|(line, mark)| bug(&format!("{}:{line}", self.source), mark, tool)).collect();
        assert!(!bugs.is_empty(), "{}: no bug for {tool}", self.source);
        bugs
    }
}

/// Reads `COMMAND: TOOL words; TOOL words`.
fn bug(place: &str, mark: &str, tool: &str) -> Option<Bug> {
    let (command, told) = mark.split_once(": ").unwrap_or_else(|| panic!("{place}: {mark}"));
    let told = told.split("; ").map(|told| {
        let (tool, words) = told.split_once(' ').unwrap_or_else(|| panic!("{place}: {told}"));
        assert!(TOOLS.contains(&tool), "{place}: {tool} is none of {TOOLS:?}");
        (tool, words)
    });
    let (_, words) = told.collect::<Vec<_>>().into_iter().find(|(one, _)| *one == tool)?;
    Some(Bug { command: command.into(), place: place.into(), words: words.into() })
}

impl Bug {
    /// Whether a report tells of this bug and of where it is.
    pub fn is_in(&self, report: &str) -> bool {
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_digit());
        let is_placed =
            report.match_indices(&self.place).any(|(at, _)| ends(&report[at + self.place.len()..]));
        is_placed && report.contains(&self.words)
    }
}

/// All that a program printed.
pub fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; `./dev test` installs it"))
}

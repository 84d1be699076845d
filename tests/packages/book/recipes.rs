//! What the pages tell people to type, typed into a shell.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{root, source};

/// The console blocks of a page, in its order.
pub fn blocks(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(source().join(page)).unwrap();
    let blocks =
        text.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned());
    let blocks: Vec<_> = blocks.collect();
    assert!(!blocks.is_empty(), "{page} has no console block");
    blocks
}

/// The console block that has a word; there must be one.
pub fn block_with(page: &str, word: &str) -> String {
    let found = blocks(page).into_iter().find(|block| block.contains(word));
    found.unwrap_or_else(|| panic!("{page} has no console block with {word}"))
}

/// A block as a script. What is typed at the prompt of gdb is handed to it, so that it needs no terminal.
fn script(block: &str) -> String {
    let (typed, lines): (Vec<_>, Vec<_>) = block.lines().partition(|line| line.starts_with("(gdb) "));
    let typed = typed.iter().map(|line| format!(" -ex '{}'", line.trim_start_matches("(gdb) ")));
    let typed: String = typed.collect();
    let script: Vec<_> = lines.iter().map(|line| line.strip_prefix("$ ").unwrap_or(line)).collect();
    script.join("\n").replace("gdb --args", &format!("gdb -batch{typed} --args"))
}

/// A folder in which they are typed, one block after the other.
pub struct Folder {
    _made: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    /// An empty one.
    pub fn new() -> Folder {
        let made = tempfile::tempdir().unwrap();
        Folder { path: made.path().to_owned(), _made: made }
    }

    /// That of a new module, named hello.
    pub fn of_module(language: &str) -> Folder {
        let mut folder = Folder::new();
        folder.succeed(&format!("$ rp new {language} hello\n"));
        folder.path.push("hello");
        folder
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Types a block; stops at the first command that fails.
    pub fn type_in(&self, block: &str) -> Output {
        let rp = Path::new(env!("CARGO_BIN_EXE_rp")).parent().unwrap();
        let path = format!("{}:{}", rp.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-e", "-u", "-x", "-c", &script(block)]).current_dir(&self.path).env("PATH", path);
        shell.env("RP_SDK", root().join("sdk")).env_remove("CFLAGS").env_remove("MAKEFLAGS");
        // Beside the workspace's own, whose lock cargo holds while it runs this test.
        shell.env("CARGO_TARGET_DIR", "target");
        shell.output().unwrap()
    }

    /// Types a block that must succeed, and gives what was said.
    pub fn succeed(&self, block: &str) -> String {
        let output = self.type_in(block);
        let said = said(&output);
        assert!(output.status.success(), "{block}{}\n{said}", output.status);
        said
    }

    /// Types a block that must end with a fault, and gives what was said.
    pub fn fail(&self, block: &str) -> String {
        let output = self.type_in(block);
        let said = said(&output);
        assert!(!output.status.success(), "{block}succeeds\n{said}");
        said
    }
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// The compiler for WebAssembly that `rp doctor` finds. Without one there is a gap, or with RP_FULL a failure.
pub fn wasm_compiler() -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_rp")).args(["doctor", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tools = report["tools"].as_array().unwrap();
    let version = tools.iter().find(|one| one["tool"] == "wasm cc").and_then(|tool| tool["version"].as_str());
    let found = version.and_then(|version| version.split_once(':')).map(|(program, _)| program.to_owned());
    assert!(found.is_some() || !support::is_full(), "{report}");
    found
}

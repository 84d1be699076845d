//! Programs in C that are hosts: the parts of tests/c/host_c, and a program with bugs, which each tool must see.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::planted::{Planted, host_in_c, printed, run};
use support::compiler::{Job, scratch};
use support::root;

/// A tool: what it is called, how a program is linked with the library that the tool sees through, and what runs it.
pub struct Tool {
    pub name: &'static str,
    /// The compiler, and what it and the linker are told beside the sources.
    pub compiler: &'static str,
    pub options: Vec<String>,
    /// Where the library and the modules lie.
    pub folder: PathBuf,
    /// What starts a program, and does not look for leaks if it is told so.
    pub start: fn(&Path, Leaks) -> Command,
}

/// Whether what is left when the program ends is a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leaks {
    Faults,
    Meant,
}

/// A part of tests/c/host_c.
pub struct Part {
    pub name: &'static str,
    pub leaks: Leaks,
    /// The tools that cannot judge it, and why.
    unjudged: &'static [(&'static str, &'static str)],
}

const fn part(name: &'static str) -> Part {
    Part { name, leaks: Leaks::Faults, unjudged: &[] }
}

/// All of them: a test compares them with the program's own.
pub const PARTS: &[Part] = &[
    part("hostile"),
    part("life"),
    part("service"),
    part("events"),
    part("awaited"),
    part("threads"),
    // A child leaves what is its parent's, which valgrind takes for lost.
    Part { leaks: Leaks::Meant, ..part("fork") },
    part("stack"),
    Part { unjudged: &[("asan", KEEPS), ("tsan", KEEPS), ("valgrind", KEEPS)], ..part("many") },
    part("panic"),
    part("sources"),
    Part { unjudged: &[("valgrind", "valgrind 3.19 does not know pidfd_open")], ..part("isolated") },
    // It ends with everything open.
    Part { leaks: Leaks::Meant, ..part("leave") },
];

const KEEPS: &str = "it measures the memory of the process, in which a tool keeps what was freed";

impl Tool {
    /// Whether it can judge a part.
    pub fn judges(&self, part: &Part) -> bool {
        part.unjudged.iter().all(|(tool, _)| *tool != self.name)
    }

    fn program(&self, name: &str, sources: &[PathBuf]) -> PathBuf {
        let out = scratch(&format!("{name}-{}", self.name));
        let folder = self.folder.display();
        let job =
            Job::new(self.compiler).args("-std=gnu11 -g -O1 -Iinclude -o").arg(out.display().to_string());
        let job = sources.iter().fold(job, |job, source| job.arg(source.display().to_string()));
        let job = job.arg(format!("-L{folder}")).arg(format!("-Wl,--disable-new-dtags,-rpath,{folder}"));
        let job = job.args("-lrp_host -lpthread");
        let job = self.options.iter().fold(job, Job::arg);
        job.run().unwrap_or_else(|failure| panic!("{failure}"));
        out
    }

    /// The program of tests/c/host_c.
    pub fn parts(&self) -> PathBuf {
        let files = root().join("tests/c/host_c").read_dir().expect("the folder is there");
        let files = files.map(|file| file.expect("readable").path());
        let mut sources: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "c")).collect();
        sources.sort();
        self.program("host_c", &sources)
    }

    /// The program with bugs.
    pub fn planted(&self) -> Planted {
        host_in_c(self.program("planted_host", &[root().join("tests/planted/host.c")]))
    }

    fn run_part(&self, program: &Path, part: &Part) -> Output {
        run((self.start)(program, part.leaks).arg(part.name).arg(&self.folder))
    }

    /// The program with bugs, which shows some of them.
    pub fn show<'b>(&self, program: &Path, bugs: impl IntoIterator<Item = &'b str>) -> Output {
        run((self.start)(program, Leaks::Faults).arg(&self.folder).args(bugs))
    }

    /// It has nothing to say of these parts, those aside that it cannot judge.
    pub fn has_nothing_to_say_of(&self, parts: impl Iterator<Item = &'static Part>) {
        let program = self.parts();
        let mut count = 0;
        for part in parts.filter(|part| self.judges(part)) {
            let output = self.run_part(&program, part);
            let told = String::from_utf8_lossy(&output.stdout);
            let is_clean = output.status.success() && told == format!("{} is good\n", part.name);
            assert!(is_clean, "{}: {}", part.name, printed(&output));
            count += 1;
        }
        assert!(count > 0, "{} judges none of them", self.name);
    }

    /// It sees every bug that is planted for it, one in each run, and nothing where there is none.
    pub fn sees_the_bugs(&self) {
        let planted = self.planted();
        let clean = self.show(&planted.library, []);
        assert!(clean.status.success(), "{}", printed(&clean));
        let unseen = planted.bugs(self.name).into_iter().filter_map(|bug| {
            let output = self.show(&planted.library, [bug.command.as_str()]);
            let is_seen = !output.status.success() && bug.is_in(&printed(&output));
            (!is_seen).then(|| format!("{bug:?}\n{}", printed(&output)))
        });
        let unseen: Vec<_> = unseen.collect();
        assert!(unseen.is_empty(), "not seen: {}", unseen.join("\n\n"));
    }
}

/// The runtime of a sanitizer that rustc links into programs.
pub fn rust_runtime(sanitizer: &str) -> PathBuf {
    let told = run(Command::new("rustc").args(["--print", "target-libdir"]));
    let folder = PathBuf::from(String::from_utf8(told.stdout).expect("a path").trim_end());
    let files = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files = files.map(|file| file.expect("readable").path());
    let ending = format!("_rt.{sanitizer}.a");
    let found = files.find(|file| file.to_str().is_some_and(|path| path.ends_with(&ending)));
    found.unwrap_or_else(|| panic!("{} has no *{ending}", folder.display()))
}

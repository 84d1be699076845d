//! The compilers of this machine, and jobs for them that run two at a time.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::{root, target_tmp};

/// A C and C++ compiler, by the names of its two programs.
#[derive(Clone)]
pub struct Compiler {
    /// Of C.
    pub c: String,
    /// Of C++.
    pub cpp: String,
}

/// The first gcc that runs; a test without one fails with what to install.
pub fn gcc() -> Compiler {
    find(&[""], "gcc", "g++", "apt install gcc g++, dnf install gcc gcc-c++ or brew install gcc")
}

/// The newest clang that runs, likewise.
pub fn clang() -> Compiler {
    let versions = ["", "-22", "-21", "-20", "-19", "-18", "-17", "-16", "-15", "-14"];
    find(&versions, "clang", "clang++", "apt install clang, dnf install clang or brew install llvm")
}

fn find(suffixes: &[&str], c: &str, cpp: &str, fix: &str) -> Compiler {
    let candidates = suffixes.iter().map(|s| Compiler { c: format!("{c}{s}"), cpp: format!("{cpp}{s}") });
    let found = candidates.into_iter().find(|compiler| runs(&compiler.c) && runs(&compiler.cpp));
    found.unwrap_or_else(|| panic!("{c} and {cpp} are not installed, or not on PATH. To fix it: {fix}"))
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// One call of a compiler or of a program that it made.
#[derive(Clone)]
pub struct Job {
    program: String,
    arguments: Vec<String>,
}

impl Job {
    /// A call without arguments.
    pub fn new(program: impl Into<String>) -> Job {
        Job { program: program.into(), arguments: vec![] }
    }

    /// Arguments, parted by blanks.
    pub fn args(mut self, words: &str) -> Job {
        self.arguments.extend(words.split_whitespace().map(str::to_owned));
        self
    }

    /// One argument, with whatever blanks it has.
    pub fn arg(mut self, argument: impl Into<String>) -> Job {
        self.arguments.push(argument.into());
        self
    }

    /// The output, or a text that says what was run and what it said.
    pub fn run(&self) -> Result<String, String> {
        let output = Command::new(&self.program).args(&self.arguments).current_dir(root()).output();
        let output = output.map_err(|e| format!("{}: {e}", self.line()))?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            return Ok(out.into_owned());
        }
        Err(format!("{}\n{}\n{out}{err}{}", self.line(), output.status, self.fix()))
    }

    fn line(&self) -> String {
        format!("{} {}", self.program, self.arguments.join(" "))
    }

    fn fix(&self) -> &'static str {
        if self.arguments.iter().any(|argument| argument == "-m32") {
            "If the 32-bit libraries are missing: apt install gcc-multilib g++-multilib\n"
        } else {
            ""
        }
    }
}

/// Runs every job, two at a time; fails with everything that failed.
pub fn run_all(jobs: Vec<Job>) {
    assert!(!jobs.is_empty());
    let queue = Arc::new(Mutex::new(jobs.into_iter()));
    let worker = |queue: Arc<Mutex<std::vec::IntoIter<Job>>>| {
        let next = move || queue.lock().unwrap().next();
        thread::spawn(move || std::iter::from_fn(next).filter_map(|job| job.run().err()).collect::<Vec<_>>())
    };
    let workers = [worker(queue.clone()), worker(queue)];
    let failures: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    assert!(failures.is_empty(), "{} compiles failed:\n\n{}", failures.len(), failures.join("\n"));
}

/// A path for a file that a test makes; its folder is there, and its name is no other test's.
pub fn scratch(name: &str) -> PathBuf {
    let folder = target_tmp().join("header");
    fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    folder.join(name)
}

/// Writes a source file for a test and returns its path.
pub fn source(name: &str, text: &str) -> String {
    let path = scratch(name);
    fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    path.to_str().expect("the target folder's path is UTF-8").to_owned()
}

//! Builds the C programs, feeds them and compares what they answer.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::cases::Case;

/// Runs a compiler; a warning is a failure.
pub fn compile(compiler: &str, options: &[&str], source: &Path) {
    let output = Command::new(compiler)
        .args(options)
        .arg("-I")
        .arg(support::root().join("include"))
        .arg(source)
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}; `./dev test` installs it"));
    assert!(output.status.success(), "{compiler} {options:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Builds a program of one source file.
pub fn build(name: &str, compiler: &str, options: &[&str], source: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("c_json-{name}"));
    let path = program.to_str().expect("the target folder's name is UTF-8");
    compile(compiler, &[options, &["-o", path]].concat(), &support::root().join(source));
    program
}

/// Has one process answer all cases and says which it got wrong.
pub fn run(program: &Path, cases: &[Case]) -> Vec<String> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was piped");
    let requests: Vec<u8> = cases.iter().flat_map(request).collect();
    let feeder = thread::spawn(move || stdin.write_all(&requests));
    let output = child.wait_with_output().expect("it can be read");
    // An early end of the program is told by its status; the broken pipe that it leaves says less.
    let _ = feeder.join().expect("feeding does not panic");
    let mut answers = Answers(&output.stdout);
    let faults = cases.iter().filter_map(|case| match answers.next() {
        Some((result, bytes)) => case.fault(result, bytes),
        None => Some(format!("{case}: no answer, {}", output.status)),
    });
    let mut faults: Vec<String> = faults.collect();
    if !output.status.success() {
        faults.push(format!("the program ended with {}", output.status));
    }
    faults
}

fn request(case: &Case) -> Vec<u8> {
    let len = u32::try_from(case.input.len()).expect("cases are small");
    let mut bytes = vec![case.operation];
    bytes.extend(len.to_le_bytes());
    bytes.extend(&case.input);
    bytes
}

struct Answers<'a>(&'a [u8]);

impl<'a> Iterator for Answers<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.number()?;
        let len = self.number()? as usize;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some((result, bytes))
    }
}

impl Answers<'_> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }
}

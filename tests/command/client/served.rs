//! A client in Python calls research-log through `rp serve`. `typed` has the same in TypeScript, which needs a compiler.

use std::process::Command;

use super::{client_in, folder};

/// What `ask.py` and `ask.ts` print.
const EXPECTED: &str = "1 Who was she? question\ninvalid_payload title: must not be empty\n";

/// Runs a program that asks research-log through `rp serve`.
pub fn assert_asks(program: &mut Command) {
    program.arg(env!("CARGO_BIN_EXE_rp")).arg("serve").arg(support::built("research-log"));
    let output = program.output().expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"), EXPECTED, "{told}");
    assert!(output.status.success(), "{told}");
}

#[test]
fn a_program_in_python_calls_through_its_client() {
    let mut python = Command::new("python3");
    python.arg(folder().join("ask.py")).env("PYTHONPATH", client_in("python", "py", "research-log"));
    assert_asks(python.env("PYTHONDONTWRITEBYTECODE", "1"));
}

//! A client in Python calls research-log through `rp serve`. That of TypeScript needs a compiler, which not everybody has.

use std::process::Command;

use super::{client_in, folder};

#[test]
fn a_program_in_python_calls_through_its_client() {
    let mut python = Command::new("python3");
    python.arg(folder().join("ask.py")).arg(env!("CARGO_BIN_EXE_rp")).arg("serve");
    python.arg(support::built("research-log")).env("PYTHONPATH", client_in("python", "py", "research-log"));
    let output = python.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python3 starts");
    let told = String::from_utf8_lossy(&output.stderr);
    let expected = "1 Who was she? question\ninvalid_payload title: must not be empty\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"), expected, "{told}");
}

//! Modules that do harm to their process, made of one source and what it is to do.

use std::path::PathBuf;
use std::process::Command;

use crate::{root, target_tmp};

/// A module named `harm`: `message` is C of its command `do`, `flags` are more arguments of the compiler.
pub fn module(folder: &str, name: &str, message: &str, flags: &[&str]) -> PathBuf {
    let file = target_tmp().join(folder).join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread"]);
    cc.arg(format!("-DHARM={message}")).args(flags).arg("-I").arg(root().join("include"));
    cc.arg(root().join("tests/support/src/harm.c")).arg("-o").arg(&file);
    assert!(cc.status().unwrap().success(), "{message}");
    file
}

//! The start pages: their commands, one after the other in an empty folder, end in a passing check.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

use crate::{root, source};

/// The commands of a page's first console block.
fn commands(page: &str) -> String {
    let text = std::fs::read_to_string(source().join("start").join(page)).unwrap();
    let block = text.split("```console\n").nth(1).expect("a console block").split("```").next().unwrap();
    let commands: Vec<&str> = block.lines().map(|line| line.strip_prefix("$ ").expect("a command")).collect();
    assert!(commands.iter().any(|command| command.starts_with("rp check ")), "{page} ends without a check");
    commands.join("\n")
}

/// Types the commands of a page into a shell.
fn follow(page: &str) {
    let folder = tempfile::tempdir().unwrap();
    let rp = Path::new(env!("CARGO_BIN_EXE_rp")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-e", "-u", "-x", "-c", &commands(page)]).current_dir(folder.path());
    shell.env("PATH", format!("{}:{path}", rp.display())).env("RP_SDK", root().join("sdk"));
    // Beside the workspace's own, whose lock cargo holds while it runs this test.
    shell.env("CARGO_TARGET_DIR", "target");
    let output = shell.output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{page}: {}\n{text}", output.status);
}

#[test]
fn in_c() {
    follow("c.md");
}

#[test]
fn in_cpp() {
    follow("cpp.md");
}

#[test]
fn with_cmake() {
    follow("cmake.md");
}

/// Builds the SDK anew, so `./dev test --full` runs it.
#[test]
#[ignore = "takes minutes: ./dev test --full"]
fn in_rust() {
    follow("rust.md");
}

//! What the system refuses, with its words and with help that fits: a limit of files, places that run nothing or take nothing.

use std::process::{Command, Output};

use serde_json::Value;

use super::{numbered, rp};
use support::temporary;

/// The command under a shell that first does something to its surroundings; `$RP` calls a good module.
fn under(shell: &[&str], first: &str, temporary: &str) -> Output {
    let module = numbered(9);
    let call = format!("{first} exec {} --json call {} number", env!("CARGO_BIN_EXE_rp"), module.display());
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg("-c").arg(call).env("TMPDIR", temporary);
    command.output().unwrap()
}

fn assert_told(output: &Output, code: &str, words: &str, help: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    let told: Value =
        text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    assert_eq!((output.status.code(), told["code"].as_str()), (Some(2), Some(code)), "{text}");
    for (key, part) in [("error", words), ("help", help)] {
        assert!(told[key].as_str().unwrap_or_default().contains(part), "{key} without {part}: {text}");
    }
}

/// Whichever open is the first that fails.
#[test]
fn too_many_open_files() {
    let (_keep, dir) = temporary();
    for limit in 3..12 {
        let output = under(&["sh"], &format!("ulimit -n {limit};"), &dir);
        if output.status.code() == Some(127) || output.status.success() {
            // The system's loader has no file left for the program itself, or there were enough.
            continue;
        }
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("Too many open files") && text.contains("ulimit -n"), "{limit}: {text}");
    }
}

#[test]
fn no_place_for_a_copy() {
    let (_keep, dir) = temporary();
    let long = format!("{dir}/{}", "n".repeat(300));
    for (temporary, words, help) in [
        (format!("{dir}/missing"), "No such file or directory", "set TMPDIR"),
        ("/dev/null".into(), "Not a directory", "set TMPDIR"),
        ("/proc".into(), "No such file or directory", "set TMPDIR"),
        (long, "File name too long", "TMPDIR names the folder"),
    ] {
        assert_told(&under(&["sh"], "", &temporary), "rp::load::private_copy", words, help);
    }
}

/// Where this test may mount.
#[test]
fn a_place_that_runs_nothing_or_has_no_room() {
    let (_keep, dir) = temporary();
    let mount = |options: &str| format!("mount -t tmpfs -o {options} tmpfs '{dir}' || exit 99;");
    for (options, words, help) in [
        ("noexec", "failed to map segment", "allows execution"),
        ("size=8k", "No space left on device", "disk is full"),
        ("nr_inodes=1", "No space left on device", "disk is full"),
        ("ro", "Read-only file system", "TMPDIR names the folder"),
    ] {
        let output = under(&["unshare", "-rm", "sh"], &mount(options), &dir);
        let cannot_mount = String::from_utf8_lossy(&output.stderr).contains("unshare");
        if output.status.code() == Some(99) || cannot_mount {
            eprintln!("not asked: no mounts in this place");
            return;
        }
        assert_told(&output, "rp::load::private_copy", words, help);
    }
}

/// Standard input that cannot be read.
#[test]
fn an_input_that_is_a_folder() {
    let (_keep, dir) = temporary();
    let mut command = rp(&dir, &["--json", "call", numbered(9).to_str().unwrap(), "number", "-"]);
    let output = command.stdin(std::fs::File::open(&dir).unwrap()).output().unwrap();
    assert_told(&output, "rp::input", "Is a directory", "this is a folder");
}

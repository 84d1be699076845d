//! A module that ends the process, or crashes, under `rp call` and `rp run`: it is named, and is no success.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::{built, harm};

const CALL: &str = r#"{"module":"harm","type":"command","payload":{"name":"do"}}"#;

fn module(name: &str, message: &str, flags: &[&str]) -> PathBuf {
    harm::module("endings", &format!("{name}/libharm.so"), message, flags)
}

fn rp(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).env_remove("RP_LOG").stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("rp starts");
    // One that ended early reads nothing.
    let _gone = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("rp ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What ends the process, where, and what is told of it.
#[test]
fn who_ends_the_process_is_named_and_is_no_success() {
    let answered = "harm ended the process while it answered command do (message 2), on the thread main";
    let cases: &[(&str, &str, &[&str], &str)] = &[
        ("exit-0", "exit(0)", &[], answered),
        ("exit-7", "exit(7)", &[], answered),
        ("quick", "quick_exit(0)", &[], answered),
        ("init", "exit(0)", &["-DOVER=\"init\""], "ended the process while it answered init (message 1)"),
        ("shutdown", "exit(0)", &["-DOVER=\"shutdown\""], "ended the process while it answered shutdown"),
        ("load", "", &["-DHARM_LOAD=exit(0)"], "libharm.so ended the process while it was loaded"),
        ("create", "", &["-DHARM_CREATE=exit(0)"], "harm ended the process while it ran create"),
        ("destroy", "", &["-DHARM_DESTROY=exit(0)"], "harm ended the process while it ran destroy"),
        ("thread", "exit_elsewhere()", &[], "while rp waited for harm, on the thread rp"),
    ];
    for (name, message, flags, expected) in cases {
        let file = module(name, message, flags);
        let folder = file.parent().and_then(Path::to_str).expect("UTF-8");
        let file = file.to_str().expect("UTF-8");
        let call = rp(&["call", file, "do"], "");
        let run = rp(&["run", "-", "--modules", folder], CALL);
        let checked = rp(&["check", "--in-process", file, "--filter", "=messages/response"], "");
        for (what, output) in [("call", &call), ("run", &run)] {
            let stderr = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{name}: {what}: {stderr}");
            assert!(stderr.contains(expected) && stderr.contains("rp::module::ended"), "{name}: {stderr}");
        }
        assert_eq!(checked.status.code(), Some(1), "{name}: {}", text(&checked.stderr));
        let json = rp(&["call", file, "do", "--json"], "");
        let last = text(&json.stderr).lines().last().map(str::to_owned).expect("an error");
        let line: serde_json::Value = serde_json::from_str(&last).expect("JSON");
        assert_eq!(line["code"], "rp::module::ended", "{name}");
        assert!(line["error"].as_str().is_some_and(|error| error.contains(expected)), "{name}: {line}");
    }
}

/// The answer cannot be told, or would go into another file: that is no success.
#[test]
fn a_module_that_takes_standard_output_away_is_no_success() {
    for (name, message) in [("closes", "close(1)"), ("replaces", "freopen(\"/dev/null\", \"w\", stdout)")] {
        let file = module(name, message, &[]);
        let output = rp(&["call", file.to_str().expect("UTF-8"), "do"], "");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {stderr}");
        assert!(stderr.contains("rp::output") && stderr.contains("closed or replaced"), "{name}: {stderr}");
    }
}

/// What was printed before comes out before.
#[test]
fn what_a_module_printed_is_not_lost() {
    let file = module("prints", "printf(\"said\"); exit(0)", &[]);
    let output = rp(&["call", file.to_str().expect("UTF-8"), "do"], "");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), "said"));
}

/// The process dies of the signal as it would without a guard, with a line that says of what.
#[test]
fn a_crash_leaves_a_line_and_takes_its_course() {
    let abort = libc::SIGABRT;
    let cases = [
        (
            "null",
            "*(volatile int *)8 = 1",
            libc::SIGSEGV,
            "harm crashed (SIGSEGV at address 0x8) while it answered",
        ),
        ("abort", "abort()", abort, "harm crashed (SIGABRT) while it answered command do (message 2)"),
        (
            "raises",
            "raise(SIGSEGV)",
            libc::SIGSEGV,
            "harm crashed (SIGSEGV) while it answered command do (message 2)",
        ),
        ("traps", "__builtin_trap()", libc::SIGILL, "on the thread main"),
        // Rust's own handler says what happened and aborts where a stack ends.
        ("stack", "deeper(0)", abort, "while it answered command do (message 2), on the thread main"),
    ];
    for (name, message, signal, expected) in cases {
        let file = module(name, message, &[]);
        let folder = file.parent().and_then(Path::to_str).expect("UTF-8");
        for output in [
            rp(&["call", file.to_str().expect("UTF-8"), "do"], ""),
            rp(&["run", "-", "--modules", folder], CALL),
        ] {
            let stderr = text(&output.stderr);
            if cfg!(any(target_arch = "x86_64", target_arch = "x86")) || name != "traps" {
                assert_eq!(output.status.signal(), Some(signal), "{name}: {stderr}");
            }
            assert!(stderr.contains(expected) && stderr.contains("rp check FILE"), "{name}: {stderr}");
            assert_eq!(stderr.matches("rp::module::crashed").count(), 1, "{name}: {stderr}");
        }
    }
}

/// On the thread that delivers events, and nested in the message of another module.
#[test]
fn the_instance_at_fault_is_named_not_the_one_that_was_asked() {
    let file = module("nested", "*(volatile int *)8 = 1", &["-DOVER=\"event\""]);
    let folder = file.parent().expect("a folder");
    let config = format!(
        "[module.harm]\npath = \"libharm.so\"\n[instance.harm]\ngrants.subscribe = [\"*\"]\n\
         [module.test-relay]\npath = '{}'\n[instance.relay]\nmodule = \"test-relay\"\ngrants.emit = [\"*\"]\n",
        built("test-relay").display()
    );
    std::fs::write(folder.join("rp.toml"), config).expect("written");
    let config = folder.join("rp.toml");
    let line = r#"{"module":"relay","type":"command","payload":{"name":"send","args":{"type":"event","payload":{"event":"a.b","data":{}}}}}"#;
    let output = rp(&["run", config.to_str().expect("UTF-8"), "-"], line);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{stderr}");
    assert!(stderr.contains("harm crashed (SIGSEGV at address 0x8) while it answered event a.b"), "{stderr}");
    assert!(stderr.contains("on the thread events-harm"), "{stderr}");
}

/// A copy that went on as the host would answer a second time, and hold the pipes of the first.
#[test]
fn a_copy_of_the_process_does_not_go_on_as_the_host() {
    let file = module("forks", "fork()", &[]);
    let output = rp(&["call", file.to_str().expect("UTF-8"), "do", "--json"], "");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), stdout.lines().count()), (Some(0), 1), "{stdout}{stderr}");
    assert!(stderr.contains("rp::module::forked") && stderr.contains("harm forked"), "{stderr}");
}

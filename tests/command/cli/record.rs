//! `--record`: what is recorded, and what is refused before anything is overwritten.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use super::{json_lines, module, rp, run, temporary};

/// A recording as the command wrote it, and whether each of its lines is whole.
fn lines(file: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(file).expect("a recording");
    assert!(text.ends_with('\n'), "{text}");
    json_lines(&text)
}

#[test]
fn a_killed_process_leaves_every_answered_message() {
    let file = temporary("record-killed.jsonl");
    let mut command = rp(&["run", "-", "--json", "--record", file.to_str().expect("UTF-8")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("rp starts");
    let mut input = child.stdin.take().expect("a pipe");
    let step = r#"{"module":"test-minimal","type":"command","payload":{"name":"ping"}}"#;
    (0..5).for_each(|_| writeln!(input, "{step}").expect("rp reads"));
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // One line tells that the module was loaded.
    (0..6).for_each(|_| drop(answers.next().expect("a line").expect("UTF-8")));
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(lines(&file).iter().filter(|line| line["type"] == "command").count(), 5);
}

#[test]
fn a_recording_is_a_trace() {
    let file = temporary("record-trace.jsonl");
    let path = file.to_str().expect("UTF-8");
    let (code, _, stderr) = run(&["call", &module("test-minimal"), "ping", "--record", path]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(lines(&file)[0]["recording"], 1);
    let (code, stdout, stderr) = run(&["trace", path, "--json"]);
    assert_eq!(code, 0, "{stderr}");
    // init, ping and shutdown: a recording has only what the user sends, as a trace has.
    assert_eq!(json_lines(&stdout)[0]["messages"], 3, "{stdout}");
}

#[test]
fn what_cannot_be_recorded_is_refused_before_the_file_is_emptied() {
    let folder = temporary("record-refused");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let module = module("test-minimal");
    let config = format!("[trace]\nredact = ['/args/key']\n[module.test-minimal]\npath = '{module}'\n");
    std::fs::write(path("rp.toml"), config).expect("written");
    for kept in ["kept.jsonl", "kept.jsonl.gz"] {
        std::fs::write(path(kept), "kept").expect("written");
    }
    let (config, plain, gzip) = (path("rp.toml"), path("kept.jsonl"), path("kept.jsonl.gz"));
    for (arguments, code) in [
        (&["run", &config, "good.jsonl", "--record", &plain][..], "rp::record::unwritable"),
        (&["call", &module, "ping", "--record", &gzip], "rp::record::unwritable"),
        (&["call", &module, "ping", "--record", &module], "rp::record::is_input"),
        (&["call", &module, "ping", "--record", &plain, "--trace", &gzip], "--trace <FILE>"),
    ] {
        let (exit, _, stderr) = run(arguments);
        assert!(exit == 2 && stderr.contains(code), "{arguments:?}: {stderr}");
    }
    for kept in [plain, gzip] {
        assert_eq!(std::fs::read_to_string(kept).expect("it is there"), "kept");
    }
}

//! The trace file: whole lines, limits, compression, and what it must not show.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{json_lines, module, rp, run, temporary};

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = temporary(name);
    // It may be there from an earlier run.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a trace")
}

#[test]
fn a_killed_process_leaves_every_answered_message_and_only_whole_lines() {
    let trace = folder("trace-killed").join("t.jsonl");
    let mut command = rp(&["run", "-", "--json", "--trace", trace.to_str().expect("UTF-8")]);
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
    let text = text(&trace);
    assert!(text.ends_with('\n'), "{text}");
    assert_eq!(json_lines(&text).iter().filter(|line| line["type"] == "command").count(), 5, "{text}");
}

#[test]
fn a_trace_is_rotated_and_its_payloads_are_cut() {
    let folder = folder("trace-limits");
    let trace = folder.join("t.jsonl");
    let file = trace.to_str().expect("UTF-8");
    let limits = ["file_bytes=900", "files=3", "payload_bytes=10"].map(|one| ["--trace-limit", one]).concat();
    let (code, _, stderr) = run(&[&["run", "good.jsonl", "--trace", file], &limits[..]].concat());
    assert_eq!(code, 0, "{stderr}");
    for name in ["t.jsonl", "t.1.jsonl"] {
        let lines = json_lines(&text(&folder.join(name)));
        assert_eq!(lines[0]["rp"], "trace", "{name}");
        for record in lines.iter().filter(|line| line["rp"].is_null()) {
            let (payload, whole) = (record["payload"].as_str().expect("text"), &record["payload_bytes"]);
            assert!(payload.len() < 10 || whole.as_u64() >= Some(10) || payload.len() == 10, "{record}");
        }
    }
    assert!(!folder.join("t.3.jsonl").exists());
    for (limit, expected) in [("files=0", "above 0"), ("lines=3", "not one of"), ("files", "KEY=N")] {
        let (code, _, stderr) = run(&["run", "good.jsonl", "--trace", file, "--trace-limit", limit]);
        assert!(code == 2 && stderr.contains(expected), "{limit}: {stderr}");
    }
}

#[test]
fn a_trace_is_compressed_where_its_name_says_so() {
    let folder = folder("trace-gzip");
    let trace = folder.join("t.jsonl.gz");
    let (code, _, stderr) = run(&["run", "good.jsonl", "--trace", trace.to_str().expect("UTF-8")]);
    assert_eq!(code, 0, "{stderr}");
    let mut text = String::new();
    let file = std::fs::File::open(&trace).expect("a trace");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    assert_eq!(json_lines(&text).iter().filter(|line| line["rp"].is_null()).count(), 5, "{text}");
    let (code, _, stderr) = run(&["run", "good.jsonl", "--trace", "t.jsonl.zst"]);
    assert!(code == 2 && stderr.contains("rp::trace::unwritable"), "{stderr}");
}

#[test]
fn what_is_redacted_is_nowhere() {
    let folder = folder("trace-redacted");
    let step = r#"{"module":"test-minimal","type":"command","payload":{"name":"echo","args":{"key":"s3cret","who":"Ada"}}}"#;
    let module = module("test-minimal");
    let config =
        |pointers: &str| format!("[trace]\nredact = {pointers}\n[module.test-minimal]\npath = '{module}'\n");
    std::fs::write(folder.join("rp.toml"), config(r#"["/args/key", "/data/key"]"#)).expect("written");
    std::fs::write(folder.join("wrong.toml"), config(r#"["args"]"#)).expect("written");
    std::fs::write(folder.join("s.jsonl"), step).expect("written");
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let (code, _, stderr) = run(&["run", &path("rp.toml"), &path("s.jsonl"), "--trace", &path("t.jsonl")]);
    assert_eq!(code, 0, "{stderr}");
    let text = text(&folder.join("t.jsonl"));
    assert!(
        !text.contains("s3cret") && text.matches("[redacted]").count() == 2 && text.contains("Ada"),
        "{text}"
    );
    let (code, _, stderr) = run(&["run", &path("wrong.toml"), &path("s.jsonl")]);
    assert!(code != 0 && stderr.contains("no JSON pointer"), "{stderr}");
}

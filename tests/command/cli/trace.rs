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
    let mut cut = 0;
    for name in ["t.jsonl", "t.1.jsonl"] {
        let lines = json_lines(&text(&folder.join(name)));
        assert_eq!(lines[0]["rp"], "trace", "{name}");
        for record in lines.iter().filter(|line| line["rp"].is_null()) {
            let (payload, whole) =
                (record["payload"].as_str().expect("text"), record["payload_bytes"].as_u64());
            assert!(payload.len() <= 10 && whole.is_none_or(|whole| whole > 10), "{record}");
            cut += usize::from(whole.is_some());
        }
    }
    assert!(cut > 0, "no payload was cut");
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

/// A trace of version 1, as rp wrote it before there was a head: a command that sends a query, and one that fails.
const OLD: &str = concat!(
    r#"{"time_us":2000,"id":2,"cause":1,"from":"a","to":"host","type":"query","payload":"{\"entity\":\"note\"}","#,
    r#""outcome":"error","response":"{\"status\":\"error\",\"error\":\"no\",\"code\":\"denied\"}","elapsed_ns":2000000}"#,
    "\n",
    r#"{"time_us":1000,"id":1,"cause":0,"from":"host","to":"a","type":"command","payload":"{\"name\":\"ask\",\"args\":{}}","#,
    r#""outcome":"success","response":"{\"status\":\"success\",\"data\":\"\u00e9\u001b[31m\"}","elapsed_ns":5000000}"#,
    "\n",
    r#"{"time_us":9000,"id":3,"cause":0,"from":"host","to":"a","type":"command","payload":"{\"args\":{},\"name\":\"ask\"}","#,
    r#""outcome":"rp::call::timeout","response":"","elapsed_ns":1000}"#,
    "\n",
);

fn old(name: &str, more: &str) -> String {
    let file = folder(name).join("old.jsonl");
    std::fs::write(&file, format!("{OLD}{more}")).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_summary_groups_and_filters() {
    let file = old("trace-summary", "{\"time_us\":1");
    let summary = |more: &[&str]| {
        let (code, stdout, stderr) = run(&[&["trace", &file, "--json"], more].concat());
        assert_eq!(code, 0, "{stderr}");
        json_lines(&stdout).remove(0)
    };
    let whole = summary(&[]);
    assert_eq!((&whole["messages"], &whole["cut_bytes"]), (&3.into(), &12.into()));
    assert_eq!(whole["codes"], serde_json::json!({"denied": 1, "rp::call::timeout": 1}));
    let ask = &whole["groups"][0];
    assert_eq!((&ask["name"], &ask["count"], &ask["errors"]), (&"ask".into(), &2.into(), &1.into()));
    assert_eq!((&ask["p50_ns"], &ask["max_ns"]), (&1000.into(), &5_000_000.into()));
    for (filter, count) in [
        (&["--module", "host"][..], 1),
        (&["--type", "command ask"], 2),
        (&["--type", "command"], 2),
        (&["--code", "denied"], 1),
        (&["--code", "*"], 2),
        (&["--slower", "3ms"], 1),
        (&["--since", "5ms"], 1),
        (&["--type", "command", "--slower", "1s"], 0),
    ] {
        assert_eq!(summary(filter)["messages"], count, "{filter:?}");
    }
    let (_, stdout, stderr) = run(&["trace", &file]);
    assert!(
        stdout.contains("3 messages, 2 failed") && stderr.contains("12 bytes are left out"),
        "{stdout}{stderr}"
    );
}

#[test]
fn a_tree_puts_what_was_caused_under_its_cause() {
    let file = old("trace-tree", "");
    let (code, stdout, stderr) = run(&["trace", "tree", &file, "--json"]);
    assert_eq!(code, 0, "{stderr}");
    let nodes: Vec<_> =
        json_lines(&stdout).iter().map(|node| (node["id"].as_u64(), node["depth"].as_u64())).collect();
    assert_eq!(nodes, [(Some(1), Some(0)), (Some(2), Some(1)), (Some(3), Some(0))]);
    // A circle has a message that was sent first.
    let circle = old("trace-circle", "");
    std::fs::write(&circle, OLD.replacen(r#""id":1,"cause":0"#, r#""id":1,"cause":2"#, 1)).expect("written");
    assert_eq!(json_lines(&run(&["trace", "tree", &circle, "--json"]).1).len(), 3);
    let (_, stdout, _) = run(&["trace", "show", &file, "1"]);
    assert!(stdout.contains("\n  \"args\": ") && !stdout.contains('\u{1b}'), "{stdout}");
    assert_eq!(run(&["trace", "show", &file, "7"]).0, 1);
}

#[test]
fn a_diff_finds_what_is_answered_differently() {
    let (before, after) = (old("trace-before", ""), old("trace-after", ""));
    assert_eq!(run(&["trace", "diff", &before, &after]).0, 0);
    std::fs::write(&after, OLD.replacen("denied", "other", 1)).expect("written");
    let (code, stdout, _) = run(&["trace", "diff", &before, &after]);
    assert!(code == 1 && stdout.contains("#2 and #2 have different responses"), "{stdout}");
}

#[test]
fn exports_are_what_their_readers_read() {
    let file = old("trace-export", "");
    let export = |format: &str| run(&["trace", "export", &file, "--format", format]).1;
    let value = |format: &str| serde_json::from_str::<serde_json::Value>(&export(format)).expect("JSON");
    let events = value("chrome")["traceEvents"].as_array().expect("events").clone();
    let phases = |wanted: &str| events.iter().filter(|event| event["ph"] == wanted).count();
    assert_eq!((phases("X"), phases("s"), phases("f")), (3, 1, 1));
    let spans = value("otlp")["resourceSpans"][0]["scopeSpans"][0]["spans"].clone();
    let spans = spans.as_array().expect("spans");
    let child = spans.iter().find(|span| !span["parentSpanId"].is_null()).expect("a child");
    let parent = spans.iter().find(|span| span["spanId"] == child["parentSpanId"]).expect("its parent");
    assert_eq!(child["traceId"], parent["traceId"]);
    assert_eq!(spans[0]["traceId"].as_str().map(str::len), Some(32));
    assert_eq!(export("csv").lines().count(), 4);
}

#[test]
fn rotated_files_are_read_as_one() {
    let folder = folder("trace-rotated");
    let trace = folder.join("t.jsonl");
    let file = trace.to_str().expect("UTF-8");
    let (code, _, stderr) = run(&[
        "run",
        "good.jsonl",
        "--trace",
        file,
        "--trace-limit",
        "file_bytes=900",
        "--trace-limit",
        "files=9",
    ]);
    assert_eq!(code, 0, "{stderr}");
    let ids = |arguments: &[&str]| -> (Vec<u64>, String) {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!(code, 0, "{stderr}");
        (json_lines(&stdout).iter().map(|line| line["id"].as_u64().expect("an id")).collect(), stderr)
    };
    let (all, stderr) = ids(&["trace", "list", file, "--json"]);
    assert_eq!(all.len(), 5, "{all:?}");
    let (older, newer) = (stderr.find("t.1.jsonl").expect("named"), stderr.find("t.jsonl").expect("named"));
    assert!(older < newer && stderr.starts_with("note: these files are one trace"), "{stderr}");
    let alone = format!("{file}.alone");
    std::fs::copy(&trace, &alone).expect("copied");
    let (newest, stderr) = ids(&["trace", "list", &alone, "--json"]);
    assert!(newest.len() < 5 && all.ends_with(&newest) && stderr.is_empty(), "{newest:?} {stderr}");
    // What an earlier run left is no part of this one.
    assert_eq!(run(&["run", "good.jsonl", "--trace", file]).0, 0);
    let (all, stderr) = ids(&["trace", "list", file, "--json"]);
    assert!(all.len() == 5 && stderr.contains("t.1.jsonl is of another run"), "{all:?} {stderr}");
}

#[test]
fn a_page_is_written_whole_or_not_at_all() {
    let file = old("trace-page", "");
    let page = format!("{file}.html");
    let (code, stdout, stderr) = run(&["trace", "page", &file, "-o", &page, "--json"]);
    assert_eq!(code, 0, "{stderr}");
    let said = json_lines(&stdout).remove(0);
    assert_eq!(
        (&said["messages"], said["bytes"].as_u64()),
        (&3.into(), Some(text(Path::new(&page)).len() as u64))
    );
    let (code, _, stderr) = run(&["trace", "page", &file, "-o", &file]);
    assert!(code == 2 && stderr.contains("which is an input") && text(Path::new(&file)) == OLD, "{stderr}");
    let (code, _, stderr) = run(&["trace", "page", "no-trace.jsonl", "-o", &format!("{file}.none")]);
    assert!(code == 2 && !Path::new(&format!("{file}.none")).exists(), "{stderr}");
}

#[test]
fn a_page_that_a_browser_would_be_slow_with_is_refused() {
    let folder = folder("trace-page-large");
    let (trace, page) = (folder.join("t.jsonl.gz"), folder.join("t.html"));
    // In a page each of them is six bytes.
    let quoted = serde_json::to_string(&"<".repeat(2048)).expect("JSON");
    let line = OLD.lines().nth(1).expect("a line").replace(r#""{\"name\":\"ask\",\"args\":{}}""#, &quoted);
    let line = format!("{line}\n");
    let mut gzip = flate2::write::GzEncoder::new(
        std::fs::File::create(&trace).expect("a file"),
        flate2::Compression::fast(),
    );
    (0..6_000).for_each(|_| gzip.write_all(line.as_bytes()).expect("written"));
    gzip.finish().expect("finished");
    let arguments = ["trace", "page", trace.to_str().expect("UTF-8"), "-o", page.to_str().expect("UTF-8")];
    let (code, _, stderr) = run(&arguments);
    assert!(code == 1 && stderr.contains("rp::trace::page_too_large") && !page.exists(), "{stderr}");
    assert_eq!(run(&[&arguments[..], &["--since", "1ms"]].concat()).0, 0);
}

#[test]
fn what_is_no_trace_is_an_error() {
    let file = old("trace-malformed", "{}\n");
    let (code, _, stderr) = run(&["trace", &file]);
    assert!(code == 1 && stderr.contains("rp::trace::malformed") && stderr.contains("line 4"), "{stderr}");
    assert_eq!(run(&["trace", "no-such-file.jsonl"]).0, 2);
    assert_eq!(run(&["trace"]).0, 2);
}

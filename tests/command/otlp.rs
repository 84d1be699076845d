//! `rp run --otlp` against a collector of our own, and the trace that a run is a part of.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;
use support::deps;

/// `work` of test-relay publishes its progress as events, so that there are causes.
const SESSION: &str = r#"
{"module":"test-relay","type":"command","payload":{"name":"work","args":{"steps":2}}}
{"module":"test-minimal","type":"command","payload":{"name":"fail","args":{"code":"not_found","text":"no"}}}
"#;
const OUTER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A collector that answers its requests with these texts one after another, and all that come later with the last.
struct Collector {
    url: String,
    requests: Receiver<(String, Value)>,
}

impl Collector {
    fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (tell, requests) = channel();
        std::thread::spawn(move || {
            for count in 0.. {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let request = read(&mut BufReader::new(&stream));
                let answer = answers[usize::min(count, answers.len() - 1)];
                // A test that has seen enough hears no more.
                let _over = tell.send(request);
                if answer == "hang" {
                    std::mem::forget(stream);
                } else {
                    stream.write_all(answer.as_bytes()).expect("answered");
                }
            }
        });
        Self { url, requests }
    }

    /// The spans of all requests that are there.
    fn spans(&self) -> Vec<Value> {
        self.requests.try_iter().flat_map(|(_, body)| spans(&body)).collect()
    }
}

/// The head of a request, and its body.
fn read(stream: &mut impl BufRead) -> (String, Value) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).expect("UTF-8"), 0, "half a request: {head}");
    }
    let fields = head.to_lowercase();
    let (_, rest) = fields.split_once("content-length: ").unwrap_or_else(|| panic!("no length: {head}"));
    let len = rest.split("\r\n").next().and_then(|len| len.parse().ok()).expect("a length");
    let mut body = vec![0; len];
    stream.read_exact(&mut body).expect("the body");
    (head, serde_json::from_slice(&body).expect("JSON"))
}

fn spans(body: &Value) -> Vec<Value> {
    body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans").clone()
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
const UNAVAILABLE: &str =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const TOO_MANY: &str =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const BAD: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const PARTIAL: &str = "HTTP/1.1 200 OK\r\nContent-Length: 72\r\nConnection: close\r\n\r\n\
    {\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"too old for us\"}} ";
const REDIRECT: &str = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://example.org/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("otlp").join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("s.jsonl"), SESSION).expect("written");
    folder
}

fn run(folder: &Path, arguments: &[&str], traceparent: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["run", "s.jsonl", "--grant", "requested", "--modules"]).arg(deps()).args(arguments);
    command.env_remove("RP_LOG").env_remove("TRACEPARENT").env("NO_COLOR", "1").current_dir(folder);
    command.envs(traceparent.map(|text| ("TRACEPARENT", text))).output().expect("rp runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The same from the file of the trace, by their ids.
fn exported(trace: &Path) -> HashMap<String, Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    let output = command.args(["trace", "export", "--format", "otlp"]).arg(trace).output().expect("rp runs");
    by_id(spans(&serde_json::from_slice(&output.stdout).expect("JSON")))
}

fn by_id(spans: Vec<Value>) -> HashMap<String, Value> {
    let ids = spans.iter().map(|span| span["spanId"].as_str().expect("an id").to_owned());
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "an id is there twice");
    ids.into_iter().zip(spans).collect()
}

#[test]
fn what_is_sent_is_what_is_exported() {
    let folder = folder("same");
    for (name, outer) in [("alone", None), ("outer", Some(OUTER))] {
        let trace = folder.join(format!("{name}.jsonl"));
        let collector = Collector::start(&[OK]);
        let output =
            run(&folder, &["--trace", trace.to_str().expect("UTF-8"), "--otlp", &collector.url], outer);
        assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
        let (head, body) = collector.requests.recv().expect("a request");
        let head = head.to_lowercase();
        assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        let sent = by_id([spans(&body), collector.spans()].concat());
        assert_eq!(sent, exported(&trace), "{name}");
        is_read_by_the_official_reader(&body);
        // Causes are among them, and those without one stand under what is outside, or nothing.
        let parents = sent.values().map(|span| span["parentSpanId"].as_str().unwrap_or_default());
        let (inner, roots): (Vec<_>, Vec<_>) = parents.partition(|parent| sent.contains_key(*parent));
        assert!(!inner.is_empty() && !roots.is_empty());
        assert!(roots.iter().all(|root| *root == outer.map_or("", |_| "00f067aa0ba902b7")), "{roots:?}");
        let traces: HashSet<_> = sent.values().map(|span| span["traceId"].as_str().expect("an id")).collect();
        assert_eq!(traces.contains("4bf92f3577b34da6a3ce929d0e0e4736"), outer.is_some());
        assert_eq!(traces.len() == 1, outer.is_some(), "{traces:?}");
    }
}

/// A module is told the span of the message that it works for; without a trace there is nothing to tell.
#[test]
fn modules_hand_the_trace_on() {
    const ASK: &str = r#"{"module":"test-relay","type":"command","payload":{"name":"send","args":{"type":"trace_context","payload":{}}}}"#;
    let folder = folder("handed");
    std::fs::write(folder.join("s.jsonl"), format!("{ASK}\n{ASK}\n")).expect("written");
    let trace = folder.join("t.jsonl");
    let traced = ["--json", "--trace", trace.to_str().expect("UTF-8"), "--traceparent", OUTER];
    let answers = |output: &Output| -> Vec<Value> {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["kind"] == "message").map(|line| line["response"].clone()).collect()
    };
    let told = answers(&run(&folder, &traced, None));
    assert_eq!(told.len(), 2, "{told:?}");
    let spans = exported(&trace);
    for one in told {
        let parent = one["data"]["traceparent"].as_str().unwrap_or_else(|| panic!("{one}"));
        let [version, trace_id, span_id, flags] = parent.split('-').collect::<Vec<_>>()[..] else {
            panic!("{parent}")
        };
        assert_eq!((version, trace_id, flags), ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01"));
        assert_eq!(spans[span_id]["name"], "test-relay/command send");
    }
    for arguments in [&traced[..3], &["--json", "--traceparent", OUTER]] {
        let untold = answers(&run(&folder, arguments, None));
        assert!(untold.len() == 2 && untold[0]["code"] == "not_supported", "{untold:?}");
    }
}

/// Two runs under one span have other ids each.
#[test]
fn runs_in_one_trace_keep_apart() {
    let folder = folder("apart");
    let runs: Vec<_> = (0..2)
        .map(|at| {
            let trace = folder.join(format!("{at}.jsonl"));
            let output =
                run(&folder, &["--trace", trace.to_str().expect("UTF-8"), "--traceparent", OUTER], None);
            assert!(output.status.success(), "{}", stderr(&output));
            exported(&trace)
        })
        .collect();
    assert!(!runs[0].is_empty() && runs[0].keys().all(|id| !runs[1].contains_key(id)));
}

#[test]
fn a_traceparent_is_what_the_recommendation_says_or_is_left_out() {
    let folder = folder("hostile");
    let trace = folder.join("t.jsonl");
    let file = trace.to_str().expect("UTF-8");
    let long = "0".repeat(100_000);
    for hostile in ["x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "\u{1b}[31m", &long] {
        let output = run(&folder, &["--trace", file], Some(hostile));
        let said = stderr(&output);
        assert!(output.status.success() && said.starts_with("note: TRACEPARENT is left out: "), "{said}");
        assert!(said.len() < 300 && !said.contains('\u{1b}'), "{said}");
        let head = std::fs::read_to_string(&trace).expect("a trace");
        assert!(!head.contains("traceparent"), "{head}");
        let output = run(&folder, &["--traceparent", hostile], None);
        assert!(output.status.code() == Some(2), "{}", stderr(&output));
    }
    // Nothing is asked of the environment where nothing is written.
    assert_eq!(stderr(&run(&folder, &[], Some("x"))), "");
    assert_eq!(stderr(&run(&folder, &["--trace", file], Some(""))), "");
    // What an option says is not looked up elsewhere.
    let output = run(&folder, &["--trace", file, "--traceparent", OUTER], Some("x"));
    assert_eq!(stderr(&output), "");
    let head = std::fs::read_to_string(&trace).expect("a trace");
    assert!(head.lines().next().is_some_and(|head| head.contains(&format!("\"traceparent\":\"{OUTER}\""))));
}

/// The session is as good as it was: what a collector does is told in one line, with what is missing.
#[test]
fn collectors_that_are_ill_take_nothing_from_the_session() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let cases: &[(&str, &'static [&'static str], Option<&str>)] = &[
        ("recovers", &[UNAVAILABLE, TOO_MANY, OK], None),
        ("refuses", &[BAD], Some("it answered 400 Bad Request")),
        ("redirects", &[REDIRECT], Some("it answered 307 Temporary Redirect")),
        ("partial", &[PARTIAL], Some("too old for us")),
        ("garbage", &["\0\u{1}\u{2} what is this\r\n\r\n"], Some(" were not taken by ")),
        ("closes", &[""], Some(" were not taken by ")),
        ("busy", &[UNAVAILABLE], Some("it answered 503 Service Unavailable")),
        ("hangs", &["hang"], Some("")),
        ("nobody", &[], Some(" were not taken by ")),
    ];
    let folder = folder("ill");
    std::thread::scope(|scope| {
        for (name, answers, expected) in cases {
            let folder = &folder;
            scope.spawn(move || {
                let collector = (!answers.is_empty()).then(|| Collector::start(answers));
                let url = collector.as_ref().map_or(format!("http://{nobody}"), |one| one.url.clone());
                let output = run(folder, &["--otlp", &url], None);
                let said = stderr(&output);
                assert!(output.status.success(), "{name}: {said}");
                let lines: Vec<_> = said.lines().collect();
                match expected {
                    None => assert_eq!(said, "", "{name}"),
                    Some(text) => {
                        assert!(lines.len() == 1 && lines[0].starts_with("warning: "), "{name}: {said}");
                        assert!(said.contains(text) && said.contains(&url), "{name}: {said}");
                    }
                }
            });
        }
    });
}

/// While a collector hangs, messages are answered.
#[test]
fn no_message_waits_for_a_collector() {
    let collector = Collector::start(&["hang"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["run", "-", "--json", "--otlp", &collector.url, "--modules"]).arg(deps());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("rp");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut step = |stdout: &mut BufReader<_>| {
        writeln!(stdin, r#"{{"module":"test-minimal","type":"command","payload":{{"name":"ping"}}}}"#)
            .expect("written");
        let mut line = String::new();
        while !line.contains("\"response\"") {
            line.clear();
            assert_ne!(stdout.read_line(&mut line).expect("UTF-8"), 0, "it ended");
        }
    };
    step(&mut stdout);
    // The first spans are on their way, and stay there.
    collector.requests.recv().expect("a request");
    for _ in 0..2000 {
        step(&mut stdout);
    }
    child.kill().expect("killed");
    child.wait().expect("waited for");
}

#[test]
fn what_cannot_be_sent_is_said_before_anything_runs() {
    let folder = folder("refused");
    for (arguments, expected) in [
        (&["--otlp", "https://localhost:4318"][..], "by http only"),
        (&["--otlp", "localhost:4318"], "http://HOST:PORT"),
        (&["--otlp", "http://localhost:1", "--trace", "t.jsonl.gz"], "block by block"),
        (
            &["--otlp", "http://localhost:1", "--trace", "t", "--trace-limit", "file_bytes=9"],
            "forget messages",
        ),
    ] {
        let output = run(&folder, arguments, None);
        let said = stderr(&output).replace(char::is_whitespace, " ");
        assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
        assert!(output.stdout.is_empty());
    }
}

/// Reads a request with the protobuf of OpenTelemetry, which has ids in base64.
const READER: &str = "
import base64, json, sys
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest as Request
body = json.load(sys.stdin)
for span in body['resourceSpans'][0]['scopeSpans'][0]['spans']:
    for key in ('traceId', 'spanId', 'parentSpanId'):
        if key in span:
            span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
for span in ParseDict(body, Request()).resource_spans[0].scope_spans[0].spans:
    assert len(span.trace_id) == 16 and len(span.span_id) == 8 and len(span.parent_span_id) in (0, 8)
";

fn is_read_by_the_official_reader(body: &Value) {
    let python = |code: &str| {
        let mut command = Command::new("python3");
        command.args(["-c", code]).stdin(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    };
    let has_it = python("import opentelemetry.proto").and_then(std::process::Child::wait_with_output);
    if !has_it.is_ok_and(|output| output.status.success()) {
        println!("gap: spans are not read by OpenTelemetry's own protobuf: pip install opentelemetry-proto");
        return;
    }
    let mut child = python(READER).expect("python3 runs");
    child.stdin.take().expect("a pipe").write_all(body.to_string().as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", stderr(&output));
}

//! `rp run --metrics`, and what `rp serve` tells of the same.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::deps;

const SESSION: &str = r#"
{"module":"test-minimal","type":"command","payload":{"name":"ping"}}
{"module":"test-minimal","type":"command","payload":{"name":"ping"}}
{"module":"test-minimal","type":"command","payload":{"name":"fail","args":{"code":"not_found","text":"no"}}}
{"module":"test-minimal","type":"command","payload":{"name":"a\"b\\c"}}
"#;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    std::fs::write(folder.join("s.jsonl"), SESSION).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["run", "s.jsonl", "--modules"]).arg(deps()).args(arguments).env_remove("RP_LOG");
    command.current_dir(folder).output().expect("rp runs")
}

/// Reads the file with the parser of the client for Python, and prints the type of each family and its samples.
const PARSER: &str = "
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
for family in families(sys.stdin.read()):
    print(family.name, family.type, len(family.samples))
";

#[test]
fn a_run_leaves_its_metrics_as_a_whole_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["--metrics", "m.prom"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(folder.path().join("m.prom")).expect("a file");
    let one = r#"{instance="test-minimal",module="test-minimal""#;
    for line in [
        format!("rp_instance_ready{one}}} 1"),
        format!("rp_message_duration_seconds_count{one},type=\"command\",name=\"ping\"}} 2"),
        format!("rp_message_duration_seconds_bucket{one},type=\"command\",name=\"ping\",le=\"+Inf\"}} 2"),
        format!("rp_message_errors_total{one},type=\"command\",name=\"fail\",code=\"not_found\"}} 1"),
        // As it is written in JSON.
        format!(r#"rp_message_duration_seconds_count{one},type="command",name="a\\\"b\\\\c"}} 1"#),
        format!("rp_message_duration_seconds_count{one},type=\"init\",name=\"\"}} 1"),
        format!("rp_message_received_bytes_total{one},type=\"command\",name=\"ping\"}} 30"),
    ] {
        assert!(text.lines().any(|one| one == line), "no {line} in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    let left = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 2, "only the session and the metrics");
    is_read_by_the_parser(&text);
}

fn is_read_by_the_parser(text: &str) {
    let has_it =
        Command::new("python3").args(["-c", "import prometheus_client"]).stderr(Stdio::null()).status();
    if !has_it.is_ok_and(|status| status.success()) {
        println!("gap: the format is not read by the client for Python: pip install prometheus-client");
        return;
    }
    let mut child = Command::new("python3")
        .args(["-c", PARSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success() && told.contains("rp_message_duration_seconds histogram"), "{told}");
    assert_eq!(told.lines().count(), 10, "{told}");
}

#[test]
fn metrics_that_cannot_be_written_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, expected) in [
        (&["--metrics", "s.jsonl"][..], "rp::metrics::is_input"),
        (&["--metrics", "nowhere/m.prom"], "rp::metrics::unwritable"),
        (&["--metrics-interval", "1"], "--metrics"),
    ] {
        let output = run(folder.path(), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
    let session = std::fs::read_to_string(folder.path().join("s.jsonl")).expect("a file");
    assert_eq!(session, SESSION);
}

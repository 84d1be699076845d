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
    let (code, stdout, _) =
        run(&["replay", &module("test-minimal"), file.to_str().expect("UTF-8"), "--json"]);
    assert_eq!((code, &json_lines(&stdout)[0]["messages"]), (0, &6.into()), "{stdout}");
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

/// A recording of a session of `rp run`; its path.
fn recorded(name: &str, arguments: &[&str]) -> String {
    let file = temporary(name);
    let path = file.to_str().expect("UTF-8").to_owned();
    let (code, _, stderr) = run(&[arguments, &["--record", &path]].concat());
    assert_eq!(code, 0, "{stderr}");
    path
}

#[test]
fn the_services_session_is_played_again() {
    let root = Path::new(super::ROOT);
    let example = |name: &str| root.join("examples").join(name).to_str().expect("UTF-8").to_owned();
    let file = recorded("record-services.jsonl", &["run", &example("rp.toml"), &example("services.jsonl")]);
    let relay = module("test-relay");
    for (instance, more) in [("scribe", &[][..]), ("reader", &["--exact"]), ("scribe", &["--isolated"])] {
        if more == ["--isolated"] && !cfg!(target_os = "linux") {
            continue;
        }
        let (code, stdout, stderr) =
            run(&[&["replay", &relay, &file, "--instance", instance, "--json"], more].concat());
        assert_eq!((code, stderr.as_str()), (0, ""), "{instance} {more:?}: {stdout}");
        let lines = json_lines(&stdout);
        assert_eq!(lines.len(), 1, "{stdout}");
        assert_eq!((&lines[0]["kind"], &lines[0]["differences"]), (&"summary".into(), &0.into()));
        assert!(lines[0]["messages"].as_u64().expect("a number") >= 6, "{stdout}");
    }
    // Both are of this module: which one is meant is not guessed.
    let (code, _, stderr) = run(&["replay", &relay, &file]);
    assert!(code == 2 && stderr.contains("rp::record::no_instance") && stderr.contains("scribe"), "{stderr}");
}

#[test]
fn a_difference_is_shown_with_what_was_and_what_is() {
    let file = recorded("record-edited.jsonl", &["call", &module("test-minimal"), "ping"]);
    let text = std::fs::read_to_string(&file).expect("a recording");
    std::fs::write(&file, text.replace(r#"\"reply\":\"pong\""#, r#"\"reply\":\"gong\""#)).expect("written");
    // In another language it is the same.
    for name in ["test-minimal", "test-minimal-c", "test-minimal-cpp"] {
        let (code, stdout, stderr) = run(&["replay", &module(name), &file]);
        assert_eq!((code, stderr.as_str()), (1, ""), "{name}");
        let expected = "rp::replay::diverged message 3 (command ping): response\n    \"status\": \"success\",\n    \
                        \"data\": {\n-     \"reply\": \"gong\",\n+     \"reply\": \"pong\",\n";
        assert!(stdout.starts_with(expected), "{name}: {stdout}");
        assert!(stdout.contains("2 messages in ") && stdout.contains("1 not played"), "{stdout}");
        assert!(stdout.ends_with("; 1 difference\n"), "{stdout}");
    }
    let (code, stdout, _) = run(&["replay", &module("test-minimal"), &file, "--all", "--json"]);
    let lines = json_lines(&stdout);
    assert_eq!((code, lines.len(), &lines[0]["code"]), (1, 2, &"rp::replay::diverged".into()));
    assert_eq!((&lines[0]["id"], &lines[0]["field"]), (&3.into(), &"response".into()));
    assert_eq!((&lines[1]["messages"], &lines[1]["not_played"]), (&3.into(), &0.into()));
}

#[test]
fn a_compressed_recording_is_played() {
    let file = recorded("record-gzip.jsonl", &["call", &module("test-minimal"), "ping"]);
    let packed = temporary("record-gzip.jsonl.gz");
    let mut gzip = flate2::write::GzEncoder::new(
        std::fs::File::create(&packed).expect("a file"),
        flate2::Compression::fast(),
    );
    gzip.write_all(&std::fs::read(&file).expect("a recording")).expect("written");
    gzip.finish().expect("written");
    let (code, stdout, _) = run(&["replay", &module("test-minimal"), packed.to_str().expect("UTF-8")]);
    assert!(code == 0 && stdout.contains("no difference"), "{stdout}");
}

#[test]
fn an_instance_is_answered_from_a_recording_in_a_session() {
    let file = recorded("record-stand-in.jsonl", &["run", "good.jsonl"]);
    let folder = temporary("record-stand-in");
    std::fs::create_dir_all(&folder).expect("a folder");
    let config = folder.join("rp.toml");
    let text = format!("[module.test-minimal]\n[instance.test-minimal]\nrecorded = '{file}'\n");
    std::fs::write(&config, text).expect("written");
    let config = config.to_str().expect("UTF-8");
    let (code, _, stderr) = run(&["run", config, "good.jsonl"]);
    assert_eq!(code, 0, "{stderr}");
    let (code, stdout, _) = run(&["config", "check", config]);
    assert!(
        code == 0 && stdout.contains("recording") && stdout.contains("1 of 1 instance would load"),
        "{stdout}"
    );
    let (code, _, stderr) = run(&["run", config, "unmet.jsonl", "--record", &file]);
    assert!(code == 2 && stderr.contains("rp::record::is_input"), "{stderr}");
    let (code, stdout, _) =
        run(&["call", "--config", config, "test-minimal", "walk", r#"{"where":"home"}"#, "--json"]);
    assert!(
        code == 1 && stdout.contains("not_found") && stdout.contains("the nearest is message"),
        "{stdout}"
    );
}

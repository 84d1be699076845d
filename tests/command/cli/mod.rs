//! The `rp` command as people and programs meet it: exit codes, texts, `--json`, colour, pipes.
//!
//! Expected texts lie in `tests/command/cli/`; `RP_BLESS=1 cargo test --test command cli` writes them anew.

mod completion;
mod describe;
mod examples;
mod product;
mod record;
mod sessions;
#[cfg(unix)]
mod terminal;
mod trace;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The command, run in `tests/command/cli` without anything of the caller's that changes its output.
fn rp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).current_dir(Path::new(ROOT).join("tests/command/cli")).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "NO_GRAPHICS", "COLUMNS", "RP_LOG"]
    {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// Exit code, standard output, standard error.
fn finish(mut command: Command) -> (i32, String, String) {
    read(command.output().expect("rp starts"))
}

fn read(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    finish(rp(arguments))
}

fn run_with_input(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = rp(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("rp starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("rp reads");
    read(child.wait_with_output().expect("rp ends"))
}

/// The folder that holds `rp` and, in its `deps`, the modules.
fn program_folder() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder").canonicalize().expect("it is there")
}

fn module(name: &str) -> String {
    let path = program_folder().join("deps").join(rp_host::library_file_name(name));
    path.to_str().expect("UTF-8").to_owned()
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Compares with the file in `tests/command/cli`, or writes it.
fn assert_text(file: &str, actual: &str) {
    let path = Path::new(ROOT).join("tests/command/cli").join(file);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(&path, actual).expect("written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        expected == actual,
        "differs from {}; `RP_BLESS=1 cargo test --test command cli` writes it anew\n--- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}

/// Times and folders differ from run to run.
fn steady(text: &str) -> String {
    let folder = program_folder().display().to_string();
    let text = text.replace(&folder, "[bin]");
    let lines = text.lines().map(|line| {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            let is_unit = ["ns", "us", "ms", "s"].contains(&words[at].as_str());
            if is_unit && words[at - 1].parse::<f64>().is_ok() {
                words[at - 1] = "1".into();
                words[at] = "us".into();
            }
        }
        words.join(" ") + "\n"
    });
    lines.collect()
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn help_is_as_written_down() {
    for (arguments, file) in [
        (&["--help"][..], "help.txt"),
        (&["list", "--help"], "help-list.txt"),
        (&["inspect", "--help"], "help-inspect.txt"),
        (&["call", "--help"], "help-call.txt"),
        (&["client", "--help"], "help-client.txt"),
        (&["describe", "--help"], "help-describe.txt"),
        (&["run", "--help"], "help-run.txt"),
        (&["serve", "--help"], "help-serve.txt"),
        (&["store", "--help"], "help-store.txt"),
        (&["store", "list", "--help"], "help-store-list.txt"),
        (&["store", "get", "--help"], "help-store-get.txt"),
        (&["store", "put", "--help"], "help-store-put.txt"),
        (&["store", "delete", "--help"], "help-store-delete.txt"),
        (&["store", "export", "--help"], "help-store-export.txt"),
        (&["store", "import", "--help"], "help-store-import.txt"),
        (&["store", "backup", "--help"], "help-store-backup.txt"),
        (&["store", "check", "--help"], "help-store-check.txt"),
        (&["store", "stats", "--help"], "help-store-stats.txt"),
        (&["store", "compact", "--help"], "help-store-compact.txt"),
        (&["trace", "--help"], "help-trace.txt"),
        (&["trace", "list", "--help"], "help-trace-list.txt"),
        (&["trace", "tree", "--help"], "help-trace-tree.txt"),
        (&["trace", "show", "--help"], "help-trace-show.txt"),
        (&["trace", "diff", "--help"], "help-trace-diff.txt"),
        (&["trace", "export", "--help"], "help-trace-export.txt"),
        (&["trace", "page", "--help"], "help-trace-page.txt"),
        (&["replay", "--help"], "help-replay.txt"),
        (&["check", "--help"], "help-check.txt"),
        (&["config", "--help"], "help-config.txt"),
        (&["config", "check", "--help"], "help-config-check.txt"),
        (&["new", "--help"], "help-new.txt"),
        (&["header", "--help"], "help-header.txt"),
        (&["doctor", "--help"], "help-doctor.txt"),
        (&["completions", "--help"], "help-completions.txt"),
        (&["man", "--help"], "help-man.txt"),
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
        let wide: Vec<&str> = stdout.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{arguments:?}: wider than 80 columns: {wide:#?}");
        assert_text(file, &stdout.replace("rp.exe", "rp"));
    }
}

#[test]
fn usage_and_environment_are_exit_code_2() {
    let module = module("test-minimal");
    let cases: &[&[&str]] = &[
        &[],
        &["sing"],
        &["list", "no-such-folder"],
        &["list", "good.jsonl"],
        &["inspect"],
        &["inspect", "no-such-file.so"],
        &["call"],
        &["call", &module, "echo", "{"],
        &["call", &module, "echo", "{}", "{}"],
        &["call", &module, "--type", "query", "[]"],
        &["call", &module, "--type", "query", "{}", "{}"],
        &["call", &module, "ping", "--init", "[]"],
        &["call", &module, "ping", "--log", "loud"],
        &["call", &module, "ping", "--grant", "sing=x"],
        &["call", "no-such-file.so", "ping"],
        &["run", "no-such-file.jsonl"],
        &["run", "."],
        &["run", "good.jsonl", "--modules", "no-such-folder"],
        &["run", "unknown-module.jsonl"],
        &["run", "good.jsonl", "--trace", "no-such-folder/trace.jsonl"],
        &["run", "good.jsonl", "--trace", "good.jsonl"],
    ];
    for arguments in cases {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert_eq!(stdout, "", "{arguments:?}");
        assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn errors_say_what_where_and_how_to_fix() {
    for (arguments, exit, file) in [
        (&["inspect", "no-such-file.so"][..], 2, "error-no-file.txt"),
        (&["list", "no-such-folder"], 2, "error-no-folder.txt"),
        (&["run", "unknown-key.jsonl"], 1, "error-unknown-key.txt"),
        (&["run", "unknown-name.jsonl"], 1, "error-unknown-name.txt"),
        (&["run", "unknown-module.jsonl", "--modules", "."], 2, "error-unknown-module.txt"),
        (&["run", "good.jsonl", "--trace", "good.jsonl"], 2, "error-trace-is-input.txt"),
        (&["run", "unmet.jsonl"], 1, "error-unmet.txt"),
        (&["run", "no-value.jsonl"], 1, "error-no-value.txt"),
    ] {
        let (code, _, stderr) = run(arguments);
        assert_eq!(code, exit, "{arguments:?}: {stderr}");
        assert_text(file, &steady(&stderr).replace("liba_b.so", "[file]"));
    }
}

#[test]
fn errors_for_programs_are_one_json_line() {
    let (code, stdout, stderr) = run(&["inspect", "no-such-file.so", "--json"]);
    let lines = json_lines(&stderr);
    assert_eq!((code, stdout.as_str(), lines.len()), (2, "", 1));
    assert_eq!(lines[0]["status"], "error");
    assert_eq!(lines[0]["code"], "rp::load::not_found");
    assert!(lines[0]["help"].is_string());
    let (_, _, stderr) = run(&["run", "unknown-key.jsonl", "--json"]);
    assert_eq!(json_lines(&stderr)[0]["line"], 2);
}

#[test]
fn list_shows_modules_without_what_is_none() {
    let folder = program_folder().join("deps");
    let (_, stdout, _) = run(&["list", folder.to_str().expect("UTF-8"), "--json"]);
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    let names: Vec<&str> =
        found["modules"].as_array().expect("an array").iter().filter_map(|m| m["name"].as_str()).collect();
    for name in ["test-minimal", "test-minimal-c"] {
        assert!(names.contains(&name), "{name}: {stdout}");
    }
    assert!(found["passed_over"].is_u64());
}

#[test]
fn list_names_what_is_broken() {
    let folder = temporary("list-broken");
    std::fs::create_dir_all(&folder).expect("a folder");
    let good = folder.join(rp_host::library_file_name("test-minimal"));
    std::fs::copy(module("test-minimal"), &good).expect("copied");
    std::fs::write(folder.join(rp_host::library_file_name("cut")), b"\x7fELF").expect("written");
    std::fs::write(folder.join("notes.txt"), "no library").expect("written");
    let (code, stdout, _) = run(&["list", folder.to_str().expect("UTF-8")]);
    assert_eq!(code, 1, "{stdout}");
    assert!(stdout.contains("test-minimal  0.1.0") && stdout.contains("rp::load::"), "{stdout}");
    assert!(!stdout.contains("notes.txt"), "{stdout}");
    let empty = temporary("list-empty");
    std::fs::create_dir_all(&empty).expect("a folder");
    let (code, stdout, _) = run(&["list", empty.to_str().expect("UTF-8")]);
    assert_eq!((code, stdout.starts_with("no modules in ")), (0, true));
}

#[test]
fn inspect_shows_the_manifest_as_it_is_in_the_file() {
    let (code, stdout, _) = run(&["inspect", &module("test-minimal"), "--json"]);
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(code, 0);
    assert_eq!(found["manifest"]["name"], "test-minimal");
    assert_eq!(found["abi_version"], 1);
    let (code, stdout, _) = run(&["inspect", &module("test-minimal-c")]);
    assert_eq!(code, 0);
    assert!(stdout.contains("\"name\": \"test-minimal-c\""), "{stdout}");
}

#[test]
fn call_prints_the_response() {
    let module = module("test-minimal-c");
    let (code, stdout, stderr) = run(&["call", &module, "ping", "--json"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout, "{\"status\":\"success\",\"data\":{\"reply\":\"pong\",\"messages\":2}}\n");
    let (code, stdout, _) = run(&["call", &module, "ping"]);
    assert_eq!(code, 0);
    assert_text("call-ping.txt", &steady(&stdout));
}

#[test]
fn call_passes_arguments_byte_for_byte() {
    let args = "{\"b\" : 0.11111111311111055555,\"a\":\"\\u0000 😀\",  \"n\":1e400}";
    let expected = format!("{{\"status\":\"success\",\"data\":{args}}}\n");
    let module = module("test-minimal-c");
    assert_eq!(run(&["call", &module, "echo", args, "--json"]), (0, expected.clone(), String::new()));
    let piped = format!("  {args}\n");
    assert_eq!(
        run_with_input(&["call", &module, "echo", "-", "--json"], &piped),
        (0, expected, String::new())
    );
}

#[test]
fn call_sends_any_type_and_an_error_response_is_exit_code_1() {
    let module = module("test-minimal");
    let (code, stdout, _) = run(&["call", &module, "--type", "describe", "--json"]);
    assert_eq!((code, json_lines(&stdout)[0]["data"]["commands"][0]["name"].as_str()), (0, Some("echo")));
    let (code, stdout, stderr) = run(&["call", &module, "--type", "query", "{\"entity\":\"x\"}", "--json"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(json_lines(&stdout)[0]["code"], "not_supported");
    let (code, stdout, _) = run(&["call", &module, "sing"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("unknown command: sing"), "{stdout}");
    let (code, _, stderr) = run(&["call", &module, "pong"]);
    assert_eq!(code, 1);
    assert_eq!(stderr, format!("help: did you mean ping? `rp call {module}` lists the commands\n"));
    assert_eq!(run(&["call", &module, "pong", "--json"]).2, "");
}

#[test]
fn the_example_session_runs() {
    let session = Path::new(ROOT).join("examples/session.jsonl");
    let session = session.to_str().expect("UTF-8");
    let (code, stdout, stderr) = run(&["run", session]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    let (code, stdout, _) = run(&["run", session, "--json"]);
    let lines = json_lines(&stdout);
    assert_eq!(code, 0);
    let summary = lines.last().expect("lines");
    assert_eq!((summary["kind"].as_str(), summary["failed"].as_u64()), (Some("summary"), Some(0)));
    let messages = lines.iter().filter(|line| line["kind"] == "message").count();
    assert_eq!(summary["messages"].as_u64(), Some(messages as u64));
    assert!(lines.iter().filter(|line| line["kind"] == "message").all(|line| line["is_as_expected"] == true));
}

#[test]
fn a_transcript_reads_well() {
    let (code, stdout, stderr) = run(&["run", "good.jsonl"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let name = rp_host::library_file_name("test-minimal").display().to_string();
    assert_text(
        "transcript.txt",
        &steady(&stdout).replace(&format!("deps/{name}"), &name).replace(&name, "[file]"),
    );
}

#[test]
fn a_session_may_come_from_standard_input() {
    let line = r#"{"module":"test-minimal","type":"command","payload":{"name":"ping"}}"#;
    let (code, stdout, stderr) = run_with_input(&["run", "-"], line);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("pong"), "{stdout}");
    let (code, _, stderr) = run_with_input(&["run", "-"], "\u{feff}\u{feff}");
    assert_eq!(code, 1, "{stderr}");
}

#[test]
fn a_session_stops_at_the_first_failure_unless_told_otherwise() {
    let (code, stdout, _) = run(&["run", "unmet.jsonl", "--json"]);
    let summary = json_lines(&stdout).pop().expect("a summary");
    assert_eq!((code, summary["failed"].as_u64(), summary["not_sent"].as_u64()), (1, Some(1), Some(2)));
    let (code, stdout, _) = run(&["run", "unmet.jsonl", "--json", "--keep-going"]);
    let summary = json_lines(&stdout).pop().expect("a summary");
    assert_eq!((code, summary["failed"].as_u64(), summary["not_sent"].as_u64()), (1, Some(2), Some(0)));
}

#[test]
fn nothing_is_sent_where_the_session_or_a_module_is_missing_further_down() {
    for file in ["unknown-key.jsonl", "unknown-name.jsonl", "unknown-module.jsonl"] {
        let (code, stdout, _) = run(&["run", file]);
        assert_ne!(code, 0, "{file}");
        assert_eq!(stdout, "", "{file}");
    }
}

#[test]
fn the_trace_has_every_message() {
    let trace = temporary("trace.jsonl");
    std::fs::write(&trace, "old").expect("written");
    let (code, _, stderr) = run(&["run", "good.jsonl", "--trace", trace.to_str().expect("UTF-8")]);
    assert_eq!(code, 0, "{stderr}");
    let lines = json_lines(&std::fs::read_to_string(&trace).expect("a trace"));
    let (head, lines) = lines.split_first().expect("a head");
    assert_eq!((&head["rp"], &head["version"]), (&"trace".into(), &2.into()));
    let (modules, lines): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["rp"] == "module");
    assert_eq!((modules.len(), &modules[0]["module"]), (1, &"test-minimal".into()));
    assert!(lines.iter().all(|line| line["start_ns"].is_u64() && line["thread"].is_u64()));
    let types: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(types, ["init", "command", "command", "query", "shutdown"]);
    assert!(lines.iter().all(|line| line["to"] == "test-minimal" && line["response"].is_string()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_trace_that_cannot_be_written_is_an_error() {
    let (code, _, stderr) = run(&["run", "good.jsonl", "--trace", "/dev/full"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("rp::trace::unwritable"), "{stderr}");
}

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    assert!(!run(&["run", "good.jsonl"]).1.contains('\u{1b}'));
    let mut forced = rp(&["run", "good.jsonl"]);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(finish(forced).1.contains('\u{1b}'));
    let mut refused = rp(&["run", "unmet.jsonl"]);
    refused.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    let (_, stdout, stderr) = finish(refused);
    assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'), "{stdout}{stderr}");
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let folder = program_folder().join("deps");
    for (arguments, expected) in [
        (&["run", "good.jsonl"][..], 0),
        (&["run", "unmet.jsonl"], 1),
        (&["call", &module("test-minimal"), "ping"], 0),
        (&["inspect", &module("test-minimal")], 0),
        (
            &["list", folder.to_str().expect("UTF-8"), "--json"],
            run(&["list", folder.to_str().expect("UTF-8")]).0,
        ),
    ] {
        let mut child =
            rp(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("rp starts");
        drop(child.stdout.take());
        let (code, _, stderr) = read(child.wait_with_output().expect("rp ends"));
        assert_eq!(code, expected, "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("pipe"), "{arguments:?}: {stderr}");
    }
}

/// A module that the tests of log and faults need.
#[cfg(unix)]
fn talkative(folder: &str) -> PathBuf {
    compiled("talkative", folder)
}

/// A C file of `tests/command/cli` as a library.
#[cfg(unix)]
fn compiled(name: &str, folder: &str) -> PathBuf {
    let folder = temporary(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(rp_host::library_file_name(name));
    let include = Path::new(ROOT).join("include");
    let source = Path::new(ROOT).join("tests/command/cli").join(name).with_extension("c");
    let status = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", "-I"])
        .args([&include, &source])
        .arg("-o")
        .arg(&file)
        .status();
    assert!(status.expect("cc starts").success());
    file
}

#[cfg(unix)]
#[test]
fn the_log_goes_to_standard_error_and_steers_no_terminal() {
    let file = talkative("cli-log");
    let file = file.to_str().expect("UTF-8");
    let (code, stdout, stderr) = run(&["call", file, "log", "--json"]);
    assert_eq!((code, stdout.as_str()), (0, "{\"status\":\"success\",\"data\":{}}\n"));
    assert_eq!(
        stderr,
        "error talkative: an \\u{1b}[31merror\nwarn  talkative: a warning\ninfo  talkative: a note\n"
    );
    let (_, _, stderr) = run(&["call", file, "log", "-v"]);
    assert!(stderr.contains("a detail") && !stderr.contains("a step"), "{stderr}");
    let (_, _, stderr) = run(&["call", file, "log", "-vv"]);
    assert!(stderr.contains("a step"), "{stderr}");
    // The number of the message that each line belongs to.
    assert!(stderr.contains("a step (message "), "{stderr}");
    for (filter, shown) in
        [("off", 0), ("error", 1), ("trace", 5), ("off,talkative=warn", 2), ("talkative=off", 0)]
    {
        let (_, _, stderr) = run(&["call", file, "log", "--log", filter]);
        assert_eq!(stderr.lines().count(), shown, "{filter}: {stderr}");
        let mut by_environment = rp(&["call", file, "log"]);
        by_environment.env("RP_LOG", filter);
        assert_eq!(finish(by_environment).2, stderr, "{filter}");
    }
    let mut coloured = rp(&["call", file, "log"]);
    coloured.env("CLICOLOR_FORCE", "1");
    assert!(finish(coloured).2.contains("\u{1b}[33mwarn "));
}

#[cfg(unix)]
#[test]
fn a_fault_of_a_module_is_told_and_the_session_can_go_on() {
    let file = talkative("cli-fault");
    let folder = file.parent().and_then(Path::to_str).expect("UTF-8");
    let (code, _, stderr) = run(&["call", file.to_str().expect("UTF-8"), "break"]);
    assert_eq!(code, 1, "{stderr}");
    assert_text("error-fault.txt", &stderr);
    let lines = "{\"module\":\"talkative\",\"type\":\"command\",\"payload\":{\"name\":\"break\"}}\n\
                 {\"module\":\"talkative\",\"type\":\"own\",\"expect\":{\"status\":\"success\"}}\n";
    let session = ["run", "-", "--modules", folder, "--json"];
    for (more, messages, not_sent) in [(&[][..], 1, None), (&["--keep-going"], 2, Some(0))] {
        let (code, stdout, stderr) = run_with_input(&[&session, more].concat(), lines);
        let summary = json_lines(&stdout).pop().expect("a summary");
        assert_eq!((code, summary["failed"].as_u64()), (1, Some(1)), "{stderr}");
        assert_eq!((summary["messages"].as_u64(), summary["not_sent"].as_u64()), (Some(messages), not_sent));
        assert_eq!(json_lines(&stderr)[0]["code"], "rp::call::unknown_status");
    }
}

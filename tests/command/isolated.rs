//! Modules in processes of their own, as operators ask for them and see them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use rp_host::library_file_name;
use serde_json::{Value, json};

fn minimal() -> PathBuf {
    let program = std::env::current_exe().expect("a path");
    program.with_file_name(library_file_name("test-minimal"))
}

/// `rp` with these arguments, of which `[file]` stands for the module test-minimal.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    for argument in arguments {
        command.arg(argument.replace("[file]", minimal().to_str().expect("UTF-8")));
    }
    command.stdin(Stdio::null()).env("RP_LOG", "error").env_remove("COLUMNS");
    command
}

/// Its exit code, standard output and standard error.
fn rp(arguments: &[&str]) -> (i32, String, String) {
    let output = command(arguments).output().expect("rp starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    for (arguments, expected) in [
        (&["call", "[file]", "ping", "--isolated-limit", "call_ms=5"][..], "--isolated"),
        (&["call", "[file]", "ping", "--sandbox", "off"], "--isolated"),
        (&["call", "[file]", "ping", "--allow-read", "."], "--isolated"),
        (&["call", "[file]", "ping", "--allow-write", "."], "--isolated"),
        (
            &["call", "[file]", "ping", "--isolated", "--sandbox", "off", "--allow-read", "."],
            "cannot be used with",
        ),
        (&["call", "[file]", "ping", "--isolated", "--sandbox", "on"], "invalid value 'on'"),
        (
            &["call", "[file]", "ping", "--isolated", "--isolated-limit", "call=5"],
            "expected one of `memory_bytes`",
        ),
        (&["call", "[file]", "ping", "--isolated", "--isolated-limit", "threads=65"], "at most 64"),
        (&["call", "[file]", "ping", "--isolated", "--wasm-limit", "call_ms=5"], "cannot be used with"),
        (&["call", "--config", "rp.toml", "a", "ping", "--isolated"], "cannot be used with"),
        (&["run", "rp.toml", "s.jsonl", "--isolated"], "cannot be used with"),
        (&["serve", "rp.toml", "--isolated"], "do not go with an rp.toml"),
    ] {
        let (exit, stdout, stderr) = rp(arguments);
        assert_eq!((exit, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_configuration_says_what_is_isolated() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rp.toml");
    let module =
        |loader: &str| format!("[module.test-minimal]\npath = '{}'\n{loader}\n", minimal().display());
    for (loader, column, expected) in [
        ("", " native ", Value::Null),
        ("loader = 'isolated'", " isolated ", json!({"sandbox": "required"})),
        (
            "loader = 'isolated'\nisolated.sandbox.mode = 'off'",
            " isolated, no sandbox ",
            json!({"sandbox": "off"}),
        ),
    ] {
        std::fs::write(&file, module(loader)).expect("written");
        let check = ["config", "check", file.to_str().expect("UTF-8"), "--json"];
        let (exit, text, stderr) = rp(&check[..3]);
        assert!(exit == 0 && text.contains(column), "{text}{stderr}");
        let (_, stdout, _) = rp(&check);
        let read: Value = serde_json::from_str(&stdout).expect("JSON");
        assert_eq!(read["instances"][0]["isolated"], expected, "{stdout}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_shows_the_workers() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = folder.path().join("s.jsonl");
    let step = r#"{"module":"test-minimal","type":"command","payload":{"name":"ping"},"expect":{"status":"success"}}"#;
    std::fs::write(&session, step).expect("written");
    let (file, session) = (minimal(), session.to_str().expect("UTF-8"));
    let modules = ["run", session, "--modules", file.parent().and_then(|it| it.to_str()).expect("UTF-8")];
    // Without a sandbox, so that every kernel runs it.
    let isolated = ["--isolated", "--sandbox", "off", "-v"];
    let (exit, stdout, stderr) = rp(&[&modules[..], &isolated, &["--json"]].concat());
    assert_eq!(exit, 0, "{stdout}{stderr}");
    let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let pid = lines[0]["worker"]["pid"].as_u64().expect("a process");
    let worker = json!({"pid": pid, "state": "running", "restarts": 0, "is_sandboxed": false});
    assert_eq!(lines[0]["worker"], worker, "{stdout}");
    assert_eq!(lines.last().map(|line| &line["restarts"]), Some(&json!(0)), "{stdout}");
    let told = format!("test-minimal: its worker, process {pid}, started, without a sandbox");
    assert!(stderr.contains(&told), "{stderr}");
    let (_, stdout, _) = rp(&[&modules[..], &isolated].concat());
    assert!(stdout.contains("isolated in process ") && stdout.contains("without a sandbox"), "{stdout}");
    let (_, stdout, _) = rp(&[&modules[..], &["--json"]].concat());
    assert!(!stdout.contains("worker") && !stdout.contains("restarts"), "{stdout}");
}

/// Relative paths of a configuration begin at its folder, and those of the command line at the current folder.
#[test]
#[cfg(target_os = "linux")]
fn paths_begin_where_they_are_written() {
    let (config, here) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    std::fs::create_dir(config.path().join("data")).expect("made");
    std::fs::create_dir(here.path().join("own")).expect("made");
    let file = config.path().join("rp.toml");
    let toml = |keys: &str| {
        let [top, inner] = if keys.starts_with("worker") { [keys, ""] } else { ["", keys] };
        let module = format!("[module.test-minimal]\npath = '{}'\nloader = 'isolated'", minimal().display());
        std::fs::write(&file, format!("{top}\n{module}\n{inner}\n")).expect("written");
    };
    let file = file.to_str().expect("UTF-8");
    /// What is written in the configuration and on the command line, and the code, folder and path of the error.
    type Case<'a> = (&'a str, &'a [&'a str], Option<(&'a str, &'a std::path::Path, &'a str)>);
    let cases: [Case<'_>; 5] = [
        ("isolated.sandbox.read = ['data']", &[], None),
        ("isolated.sandbox.read = ['own']", &[], Some(("rp::load::sandbox_path", config.path(), "own"))),
        (
            "worker_program = 'bin/rp-worker'",
            &[],
            Some(("rp::load::no_worker", config.path(), "bin/rp-worker")),
        ),
        ("", &["--allow-read", "own"], None),
        ("", &["--allow-write", "data"], Some(("rp::load::sandbox_path", here.path(), "data"))),
    ];
    for (keys, options, expected) in cases {
        toml(keys);
        let module = minimal();
        let module = module.to_str().expect("UTF-8");
        let call = match options {
            [] => vec!["call", "--config", file, "test-minimal", "ping"],
            options => [&["call", module, "ping", "--isolated"][..], options].concat(),
        };
        let output = command(&call).current_dir(here.path()).output().expect("rp starts");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        let is_as_expected = match expected {
            None => output.status.success(),
            Some((code, folder, path)) => {
                let path = folder.join(path);
                // What the file says is shown where it stands.
                let is_shown = !keys.starts_with("isolated") || told.contains(keys);
                is_shown && told.contains(code) && told.contains(path.to_str().expect("UTF-8"))
            }
        };
        assert!(is_as_expected, "{keys} {options:?}: {told}");
    }
}

/// Where the path of a private copy means nothing to another process.
#[test]
#[cfg(target_os = "linux")]
fn a_temporary_folder_that_no_worker_finds_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let temporary = folder.path().join("a$b");
    std::fs::create_dir(&temporary).expect("made");
    for options in [&[][..], &["--isolated", "--sandbox", "off"]] {
        let mut call = command(&[&["call", "[file]", "ping"], options].concat());
        let output = call.env("TMPDIR", &temporary).output().expect("rp starts");
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        let is_refused =
            told.contains("rp::load::private_copy") && told.contains("a$b") && told.contains("TMPDIR");
        assert!(if options.is_empty() { output.status.success() } else { is_refused }, "{options:?}: {told}");
    }
}

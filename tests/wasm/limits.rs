//! The limits of `rp.toml` and of the command line hold, and their errors name them by the words of both.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::hostile::{CASES, Case, GOOD};
use support::built;

/// A key, a value that the guest reaches, the guest, and the code of the error.
const LIMITS: &[(&str, u64, &str, &str)] = &[
    ("memory_bytes", 1 << 20, "more memory than the limit at once", "rp::load::start_failed"),
    ("table_entries", 1000, "a larger table than the limit at once", "rp::load::start_failed"),
    ("call_ms", 20, "a loop", "rp::call::limit_time"),
    ("stack_bytes", 8192, "endless recursion", "rp::call::limit_stack"),
    ("reply_bytes", 20_000, "grow without end", "rp::call::limit_reply"),
    ("module_bytes", 500, "good", "rp::load::wasm_limit"),
    ("code_bytes", 100, "good", "rp::load::wasm_limit"),
    ("functions", 3, "good", "rp::load::wasm_limit"),
    ("function_bytes", 20, "good", "rp::load::wasm_limit"),
];

/// Exit code, and the error as `rp` tells it to programs.
fn rp(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).arg("--json").current_dir(folder).stdin(Stdio::null()).env("RP_LOG", "off");
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), serde_json::from_str(&stderr).unwrap_or(Value::Null))
}

#[test]
fn limits_hold_and_errors_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("s.jsonl"), r#"{"module":"hostile","type":"command","payload":{"name":"x"}}"#)
        .unwrap();
    for (key, value, case, code) in LIMITS {
        let guest = CASES.iter().chain([&GOOD]).find(|one| one.name == *case);
        let guest = guest.unwrap_or_else(|| panic!("no guest {case}"));
        std::fs::write(folder.join("hostile.wasm"), guest.binary()).unwrap();
        let toml = |limits: &str| {
            let text = format!("[module.hostile]\npath = \"hostile.wasm\"\n{limits}\n[instance.hostile]\n");
            std::fs::write(folder.join("rp.toml"), text).unwrap();
        };
        toml(&format!("wasm.{key} = {value}"));
        let limit = format!("{key}={value}");
        for arguments in
            [&["call", "hostile.wasm", "x", "--wasm-limit", &limit][..], &["run", "rp.toml", "s.jsonl"]]
        {
            let (exit, error) = rp(folder, arguments);
            assert_eq!((exit, error["code"].as_str()), (1, Some(*code)), "{arguments:?}: {error}");
            let help = error["help"].as_str().unwrap();
            let names = [format!("raise {key} under [module.NAME.wasm]"), format!("--wasm-limit {key}=N")];
            assert!(names.iter().all(|name| help.contains(name)), "{help}");
        }
        // Without the limit it is loaded, and the others would run for long.
        if code.starts_with("rp::load") {
            toml("");
            assert_eq!(rp(folder, &["run", "rp.toml", "s.jsonl"]).0, 0, "{case}");
        }
    }
}

#[test]
fn a_native_module_is_refused_limits_that_would_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let library = built("test-minimal");
    let library = library.to_str().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("s.jsonl"), "").unwrap();
    for key in ["wasm.call_ms = 5", "engine = 'wasmi'"] {
        let text = format!("[module.test-minimal]\npath = '{library}'\n{key}\n[instance.test-minimal]\n");
        std::fs::write(folder.join("rp.toml"), text).unwrap();
        let (exit, error) = rp(folder, &["run", "rp.toml", "s.jsonl"]);
        let place = (error["code"].as_str(), error["line"].as_u64());
        assert_eq!((exit, place), (2, (Some("rp::config::contradictory"), Some(3))), "{error}");
    }
    let session = r#"{"module":"test-minimal","type":"command","payload":{"name":"ping"}}"#;
    std::fs::write(folder.join("s.jsonl"), session).unwrap();
    let modules = Path::new(library).parent().unwrap().to_str().unwrap();
    for arguments in [&["call", library, "ping"][..], &["run", "s.jsonl", "--modules", modules]] {
        let arguments = [arguments, &["--wasm-limit", "call_ms=5"]].concat();
        let (exit, error) = rp(folder, &arguments);
        assert_eq!((exit, error["code"].as_str()), (2, Some("rp::usage")), "{error}");
        assert!(error["help"].as_str().is_some_and(|help| help.contains(".wasm file")), "{error}");
    }
    // Beside a configuration, which has its own.
    for arguments in [&["run", "rp.toml", "s.jsonl"][..], &["run", "s.jsonl", "--config", "rp.toml"]] {
        let (exit, _) = rp(folder, &[arguments, &["--wasm-limit", "call_ms=5"]].concat());
        assert_eq!(exit, 2, "{arguments:?}");
    }
}

/// Writes a line of log, then loops.
const ENDLESS: &[(&str, &str)] = &[(
    "handle_body",
    "(call_indirect (type $log) (global.get $host) (i64.const 0) (i32.const 1) (i32.const 3200) (i32.const 7)
       (i32.load offset=16 (global.get $host)))
     (loop $for_ever (br $for_ever)) (unreachable)",
)];

#[test]
fn a_deadline_of_a_session_ends_a_guest() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("hostile.wasm"), Case::with(ENDLESS)).unwrap();
    let line = r#"{"module":"hostile","type":"command","payload":{"name":"x"}}"#;
    std::fs::write(folder.join("s.jsonl"), line).unwrap();
    let text = "[limits]\ndeadline_ms = 100\n[module.hostile]\npath = \"hostile.wasm\"\n[instance.hostile]\n";
    std::fs::write(folder.join("rp.toml"), text).unwrap();
    let (_, error) = rp(folder, &["run", "rp.toml", "s.jsonl"]);
    assert_eq!(error["code"], "rp::call::timeout", "{error}");
    assert!(error["error"].as_str().unwrap().contains("its instance is dead"), "{error}");
}

#[cfg(unix)]
#[test]
fn one_ctrl_c_ends_a_guest() {
    use std::io::{BufRead, BufReader, Read};
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hostile.wasm"), Case::with(ENDLESS)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["call", "hostile.wasm", "x"]).current_dir(folder.path()).env("RP_LOG", "error");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    assert_ne!(stderr.read_line(&mut text).unwrap(), 0, "it ended before it was at work");
    // SAFETY: the child is ours and has not been waited for, so its id is its own.
    assert_eq!(unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGINT) }, 0);
    let started = std::time::Instant::now();
    stderr.read_to_string(&mut text).unwrap();
    let code = child.wait().unwrap().code();
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "it ran on for {:?}", started.elapsed());
    assert!(code == Some(130) && text.contains("rp::call::cancelled"), "{code:?}: {text}");
}

/// WebAssembly needs no process of its own: whoever asks for one is told so before anything runs.
#[test]
fn isolation_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("hostile.wasm"), GOOD.binary()).unwrap();
    std::fs::write(folder.join("s.jsonl"), r#"{"module":"hostile","type":"command","payload":{"name":"x"}}"#)
        .unwrap();
    let module = "[module.hostile]\npath = 'hostile.wasm'\nloader = 'isolated'\n";
    std::fs::write(folder.join("rp.toml"), module).unwrap();
    for arguments in [
        &["config", "check", "rp.toml"][..],
        &["run", "rp.toml", "s.jsonl"],
        &["serve", "rp.toml"],
        &["call", "hostile.wasm", "x", "--isolated"],
        &["describe", "hostile.wasm", "--isolated"],
        &["check", "hostile.wasm", "--isolated"],
    ] {
        let (exit, error) = rp(folder, arguments);
        assert_eq!(
            (exit, error["code"].as_str()),
            (2, Some("rp::load::isolated_wasm")),
            "{arguments:?}: {error}"
        );
    }
}

//! A crash under `rp call` and `rp run` has a story: who, on which message and thread, in which function; and the process ends as
//! it would have.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{built, harm, root};

const NULL: &str = "*(volatile int *)8 = 1";
const COMMAND: &str = r#"{"module":"harm","type":"command","payload":{"name":"do"}}"#;
const QUERY: &str = r#"{"module":"harm","type":"query","payload":{"entity":"a.b"}}"#;
const RELAY: &str = r#"{"module":"relay","type":"command","payload":{"name":"send","args":{"type":"event","payload":{"event":"a.b","data":{}}}}}"#;
const NESTED: &str = r#"{"module":"relay","type":"command","payload":{"name":"send","args":{"type":"command","payload":{"module":"harm","name":"do","args":{}}}}}"#;

/// One module and a message.
struct Case {
    name: &'static str,
    harm: &'static str,
    flags: &'static [&'static str],
    message: &'static str,
    signal: i32,
    /// What must be told, in this order.
    told: &'static [&'static str],
}

const fn case(
    name: &'static str,
    harm: &'static str,
    message: &'static str,
    signal: i32,
    told: &'static [&'static str],
) -> Case {
    Case { name, harm, flags: &[], message, signal, told }
}

const fn over(name: &'static str, flags: &'static [&'static str], told: &'static [&'static str]) -> Case {
    Case { name, harm: NULL, flags, message: COMMAND, signal: libc::SIGSEGV, told }
}

const ANSWERED: &str = "while it answered command do (message 3), on the thread main";

/// Where it crashes, and by what.
const CASES: &[Case] = &[
    case(
        "null",
        NULL,
        COMMAND,
        libc::SIGSEGV,
        &["(SIGSEGV at address 0x8)", ANSWERED, "in handle_message (harm.c:"],
    ),
    case(
        "wild",
        "*(volatile int *)(1UL << 62) = 1",
        COMMAND,
        libc::SIGSEGV,
        &["harm crashed (SIGSEGV) while", ", in handle_message"],
    ),
    case(
        "abort",
        "abort()",
        COMMAND,
        libc::SIGABRT,
        &["(SIGABRT)", ANSWERED, ", in abort (", " < handle_message (harm.c:"],
    ),
    case(
        "raise",
        "raise(SIGSEGV)",
        COMMAND,
        libc::SIGSEGV,
        &["(SIGSEGV)", ANSWERED, " < handle_message (harm.c:"],
    ),
    case(
        "bus",
        "past_the_file()",
        COMMAND,
        libc::SIGBUS,
        &["(SIGBUS at address 0x", ", in past_the_file (harm.c:"],
    ),
    case("ill", "__builtin_trap()", COMMAND, libc::SIGILL, &["(SIGILL)", ", in handle_message (harm.c:"]),
    case(
        "fpe",
        "always = 7 / (always - 1)",
        COMMAND,
        libc::SIGFPE,
        &["(SIGFPE)", ", in handle_message (harm.c:"],
    ),
    case(
        "no_code",
        "((void (*)(void))(always - 1))()",
        COMMAND,
        libc::SIGSEGV,
        &["in 0x0, where no function is < handle_message (harm.c:"],
    ),
    // Rust's own handler says what happened and aborts where a stack ends.
    case("stack", "deeper(0)", COMMAND, libc::SIGABRT, &[ANSWERED, "deeper (harm.c:", "the stack is full"]),
    case(
        "threads",
        "crash_elsewhere(4)",
        COMMAND,
        libc::SIGSEGV,
        &[
            "a module crashed (SIGSEGV at address 0x8) outside of its functions, while rp waited for harm",
            ", in crash_on_a_thread (harm.c:",
        ],
    ),
    case(
        "nested",
        NULL,
        NESTED,
        libc::SIGSEGV,
        &["harm crashed", "while it answered command do (message ", " < ", "relay"],
    ),
    over(
        "query",
        &["-DOVER=\"query\""],
        &["harm crashed", "while it answered query a.b (message 3)", ", in handle_message (harm.c:"],
    ),
    over(
        "event",
        &["-DOVER=\"event\""],
        &[
            "harm crashed",
            "while it answered event a.b",
            "on the thread events-harm",
            ", in handle_message (harm.c:",
        ],
    ),
    over(
        "init",
        &["-DOVER=\"init\""],
        &["harm crashed", "while it answered init (message 1)", ", in handle_message"],
    ),
    over(
        "shutdown",
        &["-DOVER=\"shutdown\""],
        &["harm crashed", "while it answered shutdown", ", in handle_message"],
    ),
    over(
        "load",
        &["-DHARM_LOAD=*(volatile int *)8 = 1"],
        &["libharm.so crashed", "while it was loaded", ", in load (harm.c:"],
    ),
    over(
        "create",
        &["-DHARM_CREATE=*(volatile int *)8 = 1"],
        &["harm crashed", "while it ran create", ", in create (harm.c:", "its module is "],
    ),
    over(
        "destroy",
        &["-DHARM_DESTROY=*(volatile int *)8 = 1"],
        &["harm crashed", "while it ran destroy", ", in destroy (harm.c:", "its module is "],
    ),
    over("looks", &["-DHARM_CREATE=look_first()"], &["harm crashed (SIGSEGV at address 0x8)", ANSWERED]),
];

impl Case {
    fn run(&self) -> (Output, PathBuf) {
        let flags = [&["-g"], self.flags].concat();
        let harm = if self.flags.iter().any(|flag| flag.starts_with("-DHARM_")) && self.name != "looks" {
            ""
        } else {
            self.harm
        };
        let file = harm::module("crashes", &format!("{}/libharm.so", self.name), harm, &flags);
        let folder = file.parent().expect("a folder");
        let config = format!(
            "[module.harm]\npath = \"libharm.so\"\n[instance.harm]\ngrants.subscribe = [\"*\"]\n\
             [module.test-relay]\npath = '{}'\n[instance.relay]\nmodule = \"test-relay\"\ngrants.emit = [\"*\"]\ngrants.call = [\"*\"]\n",
            built("test-relay").display()
        );
        std::fs::write(folder.join("rp.toml"), config).expect("written");
        let message = match self.name {
            "query" => QUERY,
            "event" => RELAY,
            _ => self.message,
        };
        std::fs::write(folder.join("session.jsonl"), message).expect("written");
        let output = Command::new(env!("CARGO_BIN_EXE_rp"))
            .args(["run", "rp.toml", "session.jsonl", "--trace", "t.jsonl"])
            .env_remove("RP_LOG")
            .current_dir(folder)
            .output()
            .expect("rp runs");
        (output, folder.to_owned())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The trace has whole lines only, and no answer of the message that crashed.
fn check_trace(folder: &Path, name: &str) {
    let trace = std::fs::read_to_string(folder.join("t.jsonl")).expect("a trace");
    assert!(trace.ends_with('\n'), "{name}: {trace}");
    for line in trace.lines() {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(line["rp"].is_string() || line["id"].is_u64(), "{name}: {line}");
    }
}

#[test]
fn every_crash_tells_who_where_and_takes_its_course() {
    for case in CASES {
        let (output, folder) = case.run();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.signal(), Some(case.signal), "{}: {stderr}", case.name);
        let mut rest = stderr.as_str();
        for part in case.told {
            let at = rest.find(part).unwrap_or_else(|| panic!("{}: no `{part}` in {stderr}", case.name));
            rest = &rest[at + part.len()..];
        }
        assert_eq!(stderr.matches("rp::module::crashed").count(), 1, "{}: {stderr}", case.name);
        assert!(stderr.contains("the messages answered before are in t.jsonl"), "{}: {stderr}", case.name);
        check_trace(&folder, case.name);
    }
}

/// A module that takes the signal for itself decides what comes of it.
#[test]
fn a_handler_of_the_module_decides() {
    let file = harm::module("crashes", "own/libharm.so", NULL, &["-DHARM_CREATE=handle_by(own_end)"]);
    let output =
        Command::new(env!("CARGO_BIN_EXE_rp")).arg("call").arg(file).arg("do").output().expect("rp runs");
    assert_eq!((output.status.code(), text(&output.stderr).contains("crashed")), (Some(3), false));
}

#[test]
fn the_story_as_a_whole() {
    let file = harm::module("crashes", "whole/libharm.so", NULL, &["-g"]);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
        let output = command.args(["call", "libharm.so", "do", "--grant", "requested"]).args(arguments);
        text(&output.current_dir(file.parent().expect("a folder")).output().expect("rp runs").stderr)
    };
    let source = std::fs::read_to_string(root().join("tests/support/src/harm.c")).expect("a source");
    let line = source.lines().position(|line| line.trim() == "HARM;").expect("a line") + 1;
    let told = format!(
        "harm crashed (SIGSEGV at address 0x8) while it answered command do (message 2), on the thread main, in \
         handle_message (harm.c:{line}); its module is harm, libharm.so"
    );
    let help = "`rp check FILE` may tell more; `gdb -batch -ex run -ex bt --args rp ...` shows where";
    assert_eq!(run(&[]), format!("rp::module::crashed\n\n  × {told}\n  help: {help}\n"));
    let json: serde_json::Value = serde_json::from_str(&run(&["--json"])).expect("one line of JSON");
    let expected = serde_json::json!(
        {"status": "error", "error": told, "code": "rp::module::crashed", "help": help, "line": null}
    );
    assert_eq!(json, expected);
}

//! What is told of the crash of an isolated module: the signal, the functions that were running, and their source lines.

use std::path::{Path, PathBuf};

use rp_host::{Grants, Host, Instance, Isolation, LoadOptions, Message, Reply};
use serde_json::{Value, json};
use support::{Source, built};

fn host() -> Host {
    Host::builder().worker_program(env!("CARGO_BIN_EXE_rp")).build()
}

fn c() -> Source {
    Source::new("tests/hostile/faulty.c").flag("-O0").flag("-pthread")
}

fn load(host: &Host, library: &Path, instance: &str, config: Value) -> Result<Instance, rp_host::Error> {
    let grants = Grants { call: vec!["*".into()], subscribe: vec!["tick".into()], ..Grants::default() };
    let options = LoadOptions::new().isolated(Isolation::default()).instance(instance);
    host.load_with(library, options.grants(grants).config(config))
}

/// What the command `fault` of that kind ends with.
fn told(library: &Path, kind: &str) -> String {
    let host = host();
    let instance = load(&host, library, "log", json!({})).unwrap();
    let payload = json!({"name": "fault", "args": {"kind": kind}}).to_string();
    instance.call(&Message::new("command", &payload), &mut Reply::new()).unwrap_err().to_string()
}

/// Whether the text is as expected, where `*` stands for anything.
fn is_like(text: &str, expected: &str) -> bool {
    let Some((first, others)) = expected.split_once('*') else { return text == expected };
    let Some(rest) = text.strip_prefix(first) else { return false };
    (0..=rest.len()).any(|at| rest.is_char_boundary(at) && is_like(&rest[at..], others))
}

/// Each line of what is expected will do.
fn check(library: &Path, cases: &[(&str, &str)]) {
    let told = cases.iter().map(|(kind, expected)| (told(library, kind), expected));
    let wrong: Vec<_> =
        told.filter(|(text, expected)| !expected.lines().any(|expected| is_like(text, expected))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const SEGV: &str = "SIGSEGV at 0x8, in fault_segv (faulty.h:*)";
const ABORT: &str = "SIGABRT, in abort (libc.so.6) < fault_abort (faulty.h:*)";
/// The innermost has a line of its own but where the stack ends in the call itself.
const STACK: [&str; 2] = [
    "SIGSEGV at 0x*, in deeper (faulty.h:*) < deeper (faulty.h:*), 6* times or more; the stack is full",
    "SIGSEGV at 0x*, in deeper (faulty.h:*), 64 times or more; the stack is full",
];
const SILENT: &str = "SIGSEGV; it left no report of more, as when a thread of its own overflows its stack";
const OWN_THREAD: &str = "; on a thread of the module's own";

fn crashed(rest: &str) -> String {
    format!("log: command: the module crashed: {rest}")
}

#[test]
fn of_a_module_in_c() {
    let command = "run_fault (faulty.c:*) < command (faulty.c:*) < handle_message (faulty.c:*)";
    let cases = [
        ("segv", &*crashed(&format!("{SEGV} < {command}"))),
        ("abort", &*crashed(&format!("{ABORT} < {command}"))),
        ("ill", &*crashed(&format!("SIGILL, in fault_ill (faulty.h:*) < {command}"))),
        ("fpe", &*crashed(&format!("SIGFPE, in fault_fpe (faulty.h:*) < {command}"))),
        ("bus", &*crashed(&format!("SIGBUS at 0x*, in fault_bus (faulty.h:*) < {command}"))),
        ("stack", &*STACK.map(crashed).join("\n")),
        ("segv elsewhere", &*crashed(&format!("{SEGV} < on_thread (faulty.h:*){OWN_THREAD}"))),
        ("stack elsewhere", &*crashed(SILENT)),
    ];
    check(&c().flag("-g").library(), &cases);
}

#[test]
fn of_a_module_in_cpp() {
    let source = Source::new("tests/hostile/faulty.cpp").flag("-O0").flag("-pthread").flag("-g");
    let here = "(anonymous namespace)";
    let command = "run_fault (faulty.c:*) < command (faulty.c:*) < handle_message (faulty.c:*) < *";
    let cases = [
        ("segv", &*crashed(&format!("SIGSEGV at 0x0, in {here}::call_nothing (faulty.cpp:*) < {command}"))),
        (
            "abort",
            &*crashed(&format!(
                "SIGABRT, in std::terminate (libstdc++.so.6) < {here}::terminate (faulty.cpp:*) < {command}"
            )),
        ),
        ("bus", &*crashed(&format!("SIGBUS at 0x*, in fault_bus (faulty.h:*) < {command}"))),
    ];
    check(&source.library(), &cases);
}

#[test]
fn of_a_module_in_rust() {
    let cases = [
        (
            "segv",
            &*crashed(
                "SIGSEGV at 0x8, in *write_volatile* (*) < faulty::faults::crash (faults.rs:*) < faulty::faults::segv (*) < *",
            ),
        ),
        ("abort", &*crashed("SIGABRT, in std::process::abort (*) < *(faults.rs:*) < *")),
        (
            "bus",
            &*crashed(
                "SIGBUS at 0x*, in *read_volatile* (*) < faulty::faults::bus (faults.rs:*) < faulty::faults::run (*) < *",
            ),
        ),
        ("stack", &*crashed("SIGSEGV at 0x*, in faulty::faults::deeper (faults.rs:*)*; the stack is full")),
    ];
    check(&built("faulty"), &cases);
}

#[test]
fn of_a_stripped_module() {
    let text = crashed(
        "SIGSEGV at 0x8, in faulty-*.so+0x* < faulty-*.so+0x* < *.so+0x*; build the module with -g to see source lines",
    );
    check(&c().flag("-s").library(), &[("segv", &text)]);
}

/// A copy of the module in C whose name makes it crash there.
fn named(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::copy(c().flag("-g").library(), &path).unwrap();
    (folder, path)
}

#[test]
fn before_the_first_message_and_after_the_last() {
    let host = host();
    for (name, expected) in [
        ("constructor.so", "*: SIGSEGV at 0x8, in fault_segv (faulty.h:*) < loaded (faulty.c:*)".to_string()),
        ("create.so", "*: SIGSEGV at 0x8, in fault_segv (faulty.h:*) < create (faulty.c:*)".to_string()),
    ] {
        let (_folder, path) = named(name);
        let text = load(&host, &path, "log", json!({})).err().unwrap().to_string();
        assert!(is_like(&text, &expected), "{text}");
    }
    let library = c().flag("-g").library();
    let text = load(&host, &library, "log", json!({"fault": "init"})).err().unwrap().to_string();
    let at = format!("*: {SEGV} < crash_at (faulty.c:*) < ");
    assert!(is_like(&text, &format!("{at}handle_message (faulty.c:*)")), "{text}");
    for (place, function) in [("shutdown", "handle_message"), ("destroy", "destroy")] {
        let instance = load(&host, &library, place, json!({"fault": place})).unwrap();
        let text = instance.unload().unwrap_err().to_string();
        assert!(is_like(&text, &format!("{at}{function} (faulty.c:*)")), "{text}");
    }
}

#[test]
fn of_a_module_that_another_one_asked() {
    let host = host();
    let library = c().flag("-g").library();
    let one = load(&host, &library, "one", json!({})).unwrap();
    let _other = load(&host, &library, "other", json!({})).unwrap();
    let payload = json!({"name": "ask", "args": {"module": "other", "kind": "segv"}}).to_string();
    let mut reply = Reply::new();
    one.call(&Message::new("command", &payload), &mut reply).unwrap();
    let response: Value = serde_json::from_str(reply.text().unwrap()).unwrap();
    let told = &response["data"]["response"];
    assert!(
        is_like(told["error"].as_str().unwrap(), &format!("*{SEGV} < run_fault (faulty.c:*) < *")),
        "{told}"
    );
}

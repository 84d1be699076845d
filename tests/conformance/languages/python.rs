//! Several libraries with modules in Python in one process: they share one interpreter, and its locks hold nobody for ever.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use libtest_mimic::Trial;
use rp_host::{CallFault, Error, Grants, Host, Instance, LoadOptions};
use serde_json::{Value, json};

use super::patched::{Change, Patched, build};

/// Whoever is not done by then waits for ever.
const FOR_EVER: Duration = Duration::from_secs(300);
/// Threads that call, and how often each does.
const CALLERS: usize = 6;
const CALLS: usize = 60;
/// How often a further thread loads and unloads.
const LOADS: usize = 25;

/// Commands that compute, wait without the interpreter's lock, call others, print, and fail.
const COMMANDS: &str = r#"    def command_spin(self, args):
        return {"total": sum(range(20000))}

    def command_wait(self, args):
        import time

        time.sleep(0.001)
        return {}

    def command_ask(self, args):
        return self.host.command(args["module"], args["name"], {})

    def command_print(self, args):
        print("printed", self.host.message_count)
        return {}

    def command_raise(self, args):
        raise ValueError("as asked")

    def command_exit(self, args):
        raise SystemExit(3)

    def command_ping(self, args):
"#;

pub fn trials(built: Option<&Path>) -> Vec<Trial> {
    let is_ignored = built.is_none();
    let trial = |name: &str, run: fn()| {
        Trial::test(format!("languages::python::{name}"), move || {
            run();
            Ok(())
        })
        .with_ignored_flag(is_ignored)
    };
    vec![
        trial("libraries_share_an_interpreter", libraries_share_an_interpreter),
        trial("another_version_is_refused", another_version_is_refused),
    ]
}

/// A library of its own, whose names end with a number.
fn library(number: usize) -> Patched {
    let names = ["(\"test_minimal_python", "\\\"test-minimal-python"];
    let [name, manifest] = names.map(|name| format!("{name}-{number}"));
    build(
        "python",
        &[
            Change { file: "module.py", from: "    def command_ping(self, args):\n", to: COMMANDS },
            Change { file: "entry.c", from: names[0], to: &name.replace('-', "_") },
            Change { file: "entry.c", from: names[1], to: &manifest },
        ],
    )
}

fn libraries_share_an_interpreter() {
    let (done, is_done) = channel();
    let work = thread::spawn(move || {
        stress();
        done.send(()).unwrap();
    });
    if is_done.recv_timeout(FOR_EVER) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
        panic!("it does not end");
    }
    work.join().unwrap();
}

fn options(name: &str) -> LoadOptions {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    LoadOptions::new().instance(name).grants(grants)
}

fn stress() {
    let libraries: Vec<_> = (0..4).map(library).collect();
    let printed = Arc::new(AtomicUsize::new(0));
    let host = Host::builder()
        .on_log({
            let printed = Arc::clone(&printed);
            move |record| {
                let is_one = record.text.starts_with("printed ");
                printed.fetch_add(usize::from(is_one), Ordering::Relaxed);
            }
        })
        .build();
    let load = |library: usize, name: &str| {
        host.load_with(&libraries[library].library, options(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    // The first three start the interpreter, all at once.
    let loaded = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for library in 0..3 {
            let (load, loaded) = (&load, &loaded);
            scope.spawn(move || {
                let both = ["x", "y"].map(|end| load(library, &format!("py-{library}-{end}")));
                loaded.lock().unwrap().extend(both);
            });
        }
    });
    let instances: Vec<Instance> = loaded.into_inner().unwrap();
    let prints: usize = thread::scope(|scope| {
        let calling: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let instances = &instances;
                scope.spawn(move || calls(caller, instances))
            })
            .collect();
        scope.spawn(|| {
            for number in 0..LOADS {
                // The fourth library comes while the others are at work.
                let further = load(number % 4, "further");
                assert_eq!(further.command::<_, Value>("ping", &json!({})).unwrap()["reply"], "pong");
                further.unload().unwrap();
            }
        });
        calling.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!(printed.load(Ordering::Relaxed), prints);
    assert!(host.unload_all().is_empty());
}

/// Calls instances in turn, and counts what was printed.
fn calls(caller: usize, instances: &[Instance]) -> usize {
    let mut prints = 0;
    for call in 0..CALLS {
        let instance = &instances[(caller + call) % instances.len()];
        let other = instances[(caller + 3 * call + 1) % instances.len()].name();
        let (name, args, code) = match (caller + call) % 7 {
            0 => ("spin", json!({}), None),
            1 => ("wait", json!({}), None),
            2 => ("print", json!({}), None),
            3 => ("raise", json!({}), Some("internal")),
            4 => ("exit", json!({}), Some("internal")),
            // Two that ask each other are told so.
            _ => ("ask", json!({"module": other, "name": "wait"}), Some("reentrant")),
        };
        let answered = instance.command::<_, Value>(name, &args);
        match (&answered, code) {
            (Ok(_), Some("reentrant") | None) => prints += usize::from(name == "print"),
            (Err(error), Some(code)) if answered_with(error) == Some(code) => {}
            _ => panic!("{name} {args}: {answered:?}"),
        }
    }
    prints
}

/// The code of an error response.
fn answered_with(error: &Error) -> Option<&str> {
    match error.call_fault() {
        Some(CallFault::Answered { code, .. }) => Some(code),
        _ => None,
    }
}

fn another_version_is_refused() {
    let from = "#include \"rp_python.h\"";
    let to = format!(
        "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n#undef PY_VERSION\n#define PY_VERSION \"3.99.1\"\n{from}"
    );
    let module = build("python", &[Change { file: "entry.c", from, to: &to }]);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let host =
        Host::builder().on_log(move |record| heard.lock().unwrap().push(record.text.to_owned())).build();
    let error = host.load(&module.library).unwrap_err();
    assert_eq!(error.code(), "rp::load::create_failed", "{error}");
    let lines = lines.lock().unwrap();
    let told =
        "the process has an interpreter of another version than 3.99.1, which this module was built for";
    assert!(lines.iter().any(|line| line == told), "{lines:?}");
}

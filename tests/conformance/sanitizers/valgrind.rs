//! Valgrind's memcheck, over `rp` and the modules that it loads.

use crate::trial::trial;
use libtest_mimic::Trial;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::hosts::{Leaks, PARTS, Tool};
use super::planted::{Bug, Planted, in_c, in_cpp, in_rust, printed, run};
use super::shared_host;
use support::is_full;
use support::{built, deps, root};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial(
            "sanitizers::valgrind::valgrind_sees_the_bugs_of_a_host_in_c",
            valgrind_sees_the_bugs_of_a_host_in_c,
        ),
        trial("sanitizers::valgrind::valgrind_sees_the_bugs_in_c", valgrind_sees_the_bugs_in_c),
        trial("sanitizers::valgrind::valgrind_sees_the_bugs_in_cpp", valgrind_sees_the_bugs_in_cpp),
        trial("sanitizers::valgrind::valgrind_sees_the_bugs_in_rust", valgrind_sees_the_bugs_in_rust),
        trial(
            "sanitizers::valgrind::valgrind_has_nothing_to_say_of_our_modules",
            valgrind_has_nothing_to_say_of_our_modules,
        ),
        trial(
            "sanitizers::valgrind::valgrind_has_nothing_to_say_of_the_sessions",
            valgrind_has_nothing_to_say_of_the_sessions,
        ),
    ];
    // Each takes up to half a minute.
    let parts = PARTS.iter().filter(|part| hosts().judges(part) && (is_full() || SHORT.contains(&part.name)));
    trials.extend(parts.map(|part| {
        let name = format!("sanitizers::valgrind::valgrind_has_nothing_to_say_of_a_host_in_c::{}", part.name);
        trial(&name, move || hosts().has_nothing_to_say_of(std::iter::once(part)))
    }));
    trials
}

/// The parts of the short form: all arguments.
const SHORT: &[&str] = &["hostile"];

/// What it exits with where it found something.
const FOUND: i32 = 9;

fn memcheck(leaks: Leaks) -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["-q", "--error-exitcode=9", "--errors-for-leak-kinds=definite", "--num-callers=50"]);
    valgrind.arg(if leaks == Leaks::Faults { "--leak-check=full" } else { "--leak-check=no" });
    // What is reached by a pointer into its middle only is not lost, and not told.
    valgrind.args(["--show-leak-kinds=definite", "--fullpath-after="]);
    valgrind
}

fn valgrind() -> Command {
    let mut valgrind = memcheck(Leaks::Faults);
    valgrind.arg(env!("CARGO_BIN_EXE_rp"));
    valgrind
}

/// Programs with the library that everybody builds.
fn hosts() -> Tool {
    let start = |program: &Path, leaks| {
        let mut valgrind = memcheck(leaks);
        valgrind.arg(program);
        valgrind
    };
    Tool { name: "valgrind", compiler: "gcc", options: vec![], folder: deps(), start }
}

fn valgrind_sees_the_bugs_of_a_host_in_c() {
    let planted = hosts().planted();
    let bugs = planted.bugs("valgrind");
    assert_seen(&bugs, &hosts().show(&planted.library, bugs.iter().map(|bug| bug.command.as_str())));
}

/// Plays messages, each of a module, a type and a payload; the modules' libraries lie in `folder`.
fn play(folder: &Path, messages: &[(&str, &str, Value)]) -> Output {
    let line = |(module, message_type, payload): &(&str, &str, Value)| {
        json!({"module": module, "type": message_type, "payload": payload}).to_string() + "\n"
    };
    let session = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(session.path(), messages.iter().map(line).collect::<String>()).unwrap();
    run(valgrind().args(["run", "--log", "off", "--modules"]).arg(folder).arg(session.path()))
}

/// All bugs in one run: none of them ends it.
fn sees_all_of(module: &str, planted: &Planted) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&planted.library, folder.path().join(rp_host::library_file_name(module))).unwrap();
    let bugs = planted.bugs("valgrind");
    let messages = bugs.iter().map(|bug| (module, "command", json!({"name": bug.command})));
    assert_seen(&bugs, &play(folder.path(), &messages.collect::<Vec<_>>()));
}

fn assert_seen(bugs: &[Bug], output: &Output) {
    assert_eq!(output.status.code(), Some(FOUND), "{}", printed(output));
    let report = printed(output);
    let errors: Vec<String> = paragraphs(&report);
    let unseen: Vec<_> = bugs.iter().filter(|bug| !errors.iter().any(|error| bug.is_in(error))).collect();
    assert!(unseen.is_empty(), "not seen: {unseen:?}\n{report}");
}

/// What valgrind tells, one error each: the lines begin with `==PID== `, and an empty one ends an error.
fn paragraphs(report: &str) -> Vec<String> {
    let lines =
        report.lines().filter_map(|line| line.strip_prefix("==")?.split_once("== ").map(|(_, text)| text));
    let lines: Vec<&str> = lines.collect();
    lines.split(|line| line.trim().is_empty()).map(|error| error.join("\n")).collect()
}

fn valgrind_sees_the_bugs_in_c() {
    sees_all_of("planted-c", &in_c(|source| source));
}

fn valgrind_sees_the_bugs_in_cpp() {
    sees_all_of("planted-cpp", &in_cpp());
}

fn valgrind_sees_the_bugs_in_rust() {
    sees_all_of("planted", &in_rust());
}

fn assert_clean(about: &str, output: &Output) {
    assert!(
        output.status.code() == Some(0) && !printed(output).contains("\n=="),
        "{about}: {}",
        printed(output)
    );
}

/// A session holds objects only; what is none is sent in the runs under the other tools.
fn objects(module: &'static str) -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    shared_host::messages(module).into_iter().filter_map(move |(message_type, payload)| {
        let payload: Value = serde_json::from_str(&payload).ok()?;
        payload.is_object().then_some((module, message_type, payload))
    })
}

/// Those of one language at a time, since the same module in another provides the same entities.
fn valgrind_has_nothing_to_say_of_our_modules() {
    let in_rust: Vec<_> = env!("RP_MODULES_RUST").split(',').collect();
    let (in_cpp, in_c): (Vec<_>, Vec<_>) =
        env!("RP_MODULES_C").split(',').partition(|name| name.ends_with("-cpp"));
    for names in [in_rust, in_c, in_cpp] {
        let folder = built(names[0]);
        let messages: Vec<_> = names.into_iter().flat_map(objects).collect();
        assert_clean("our modules", &play(folder.parent().unwrap(), &messages));
    }
}

/// The example sessions without deadlines, which would pass by; with the store in the long form.
fn valgrind_has_nothing_to_say_of_the_sessions() {
    let mut sessions = vec![&["examples/session.jsonl"][..]];
    if is_full() {
        sessions.push(&["examples/research/rp.toml", "examples/research/session.jsonl"]);
    }
    for session in sessions {
        let output = run(valgrind().args(["run", "--log", "error"]).args(session).current_dir(root()));
        assert_clean(session[0], &output);
    }
}

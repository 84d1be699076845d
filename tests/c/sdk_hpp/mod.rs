//! rp_sdk.hpp: in every dialect, with and without exceptions, and what a module made of it answers.

mod mistakes;
mod probe;
mod typed;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use probe::{ask, error, load, probe, refused, success};
use rp_host::{Host, LoadOptions, Message, Reply, library_file_name};
use serde_json::{Value, json};
use support::compiler::{Compiler, Job, clang, gcc, run_all, scratch};

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-qual \
    -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Werror";

/// Everything but what a header on top of C cannot do: be C++98, have no padding, keep virtual functions in one file,
/// never add to a pointer; newer clangs want a default in a switch where others forbid it.
const EVERYTHING: &str = "-Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-padded -Wno-weak-vtables \
     -Wno-unknown-warning-option -Wno-unsafe-buffer-usage -Wno-switch-default -Werror";

/// One compile for each dialect and mode; the header comes twice.
fn jobs(compiler: &Compiler, modes: &[&str], warnings: &str, source: &str) -> Vec<Job> {
    let mut jobs = vec![];
    for dialect in ["c++17", "c++20", "c++2b"] {
        let job = Job::new(&compiler.cpp).args(&format!("-std={dialect} -Iinclude -include rp_sdk.hpp"));
        jobs.extend(modes.iter().map(|mode| job.clone().args(mode).args(warnings).arg(source)));
    }
    jobs
}

const MODES: [&str; 2] = ["-fsyntax-only", "-fsyntax-only -fno-exceptions -fno-rtti"];

fn of_both_compilers(source: &str) -> [Vec<Job>; 2] {
    [gcc(), clang()].map(|compiler| jobs(&compiler, &MODES, WARNINGS, source))
}

#[test]
fn every_dialect_compiles_without_a_warning() {
    run_all(of_both_compilers("tests/c/sdk_hpp/probe.cpp").into_iter().flatten().collect());
}

/// Their templates are slow to compile: in the first dialect only.
#[test]
fn handlers_compile_without_a_warning() {
    let first = of_both_compilers("tests/c/sdk_hpp/typed.cpp").map(|jobs| jobs.into_iter().take(MODES.len()));
    run_all(first.into_iter().flatten().collect());
}

/// Some warnings of gcc come out of its optimizer. The short form is what once was warned of, and a sample of the rest.
#[test]
fn optimized_it_compiles_without_a_warning() {
    let levels = ["-O3", "-O2", "-Os", "-O1", "-Og"];
    let modes = levels.map(|level| format!("{level} -S -o /dev/null"));
    let without = modes.clone().map(|mode| mode + " -fno-exceptions -fno-rtti");
    let modes: Vec<&str> = modes.iter().chain(&without).map(String::as_str).collect();
    let of = |compiler: &Compiler, file: &str| {
        jobs(compiler, &modes, WARNINGS, &format!("tests/c/sdk_hpp/{file}.cpp"))
    };
    let (probe, typed) = (of(&gcc(), "probe"), of(&gcc(), "typed"));
    if support::is_full() {
        return run_all([probe, typed, of(&clang(), "probe"), of(&clang(), "typed")].concat());
    }
    let without = probe[levels.len() + 1].clone();
    run_all(typed.into_iter().take(1).chain(probe.into_iter().take(3)).chain([without]).collect());
}

#[test]
fn clang_has_nothing_to_say() {
    run_all(jobs(&clang(), &MODES, EVERYTHING, "modules-c/test-minimal-cpp/module.cpp"));
}

#[test]
fn every_part_stands_alone() {
    let parts = std::fs::read_dir("include/rp_sdk").unwrap().map(|part| part.unwrap().path());
    let mut parts: Vec<_> = parts.filter(|part| part.extension().is_some_and(|e| e == "hpp")).collect();
    parts.sort();
    assert!(parts.len() > 10, "{parts:?}");
    let alone = |part: &PathBuf| {
        let flags = format!("-std=c++17 -fsyntax-only -Iinclude {WARNINGS} -include {}", part.display());
        Job::new(gcc().cpp).args(&flags).args("-x c++ /dev/null")
    };
    run_all(parts.iter().map(alone).collect());
}

#[test]
fn an_older_dialect_is_told_what_to_do() {
    let job =
        Job::new(gcc().cpp).args("-std=c++14 -Iinclude -fsyntax-only modules-c/test-minimal-cpp/module.cpp");
    let said = job.run().expect_err("C++14 must be refused");
    assert!(said.contains("rp_sdk.hpp needs C++17: -std=c++17"), "{said}");
}

#[test]
fn values_are_read_and_written() {
    for flags in ["", "-fno-exceptions -fno-rtti"] {
        let library = probe(flags);
        let host = Host::new();
        let probe = load(&host, &library);
        assert_eq!(ask(&probe, "sum", json!({"a": 1, "b": -3})), success("-2"));
        assert_eq!(ask(&probe, "sum", json!({"a": 1.5})), refused("a", "expected an integer"));
        assert_eq!(ask(&probe, "sum", json!({"a": 1})), refused("b", "missing"));
        assert_eq!(ask(&probe, "first", json!({"text": "one two"})), success(r#""one""#));
        assert_eq!(ask(&probe, "first", json!({"text": "t\"wo\n two"})), success(r#""t\"wo\n""#));
        let good = json!({"bool": true, "byte": -128, "short": 65535, "float": 1.5, "double": 1e300, "string": "é\n",
            "maybe": null, "json": []});
        let bad = json!({"bool": 1, "byte": 128, "short": -1, "float": 1e300, "double": "1", "string": ["s"],
            "maybe": "7"});
        let parse = "\"not valid JSON\"";
        assert_eq!(
            ask(&probe, "read", good),
            success(&format!(r#"["ok","ok","ok","ok","ok","ok","ok","ok",{parse}]"#))
        );
        assert_eq!(
            ask(&probe, "read", bad),
            success(&format!(
                r#"["bool: expected true or false","byte: expected an integer","short: expected a whole number, at most 65535","float: expected a number","double: expected a number","string: expected a string","maybe: expected an integer","json: missing",{parse}]"#
            ))
        );
        assert_eq!(
            ask(&probe, "write", json!({})),
            success(
                r#"{"points":[{"x":1,"y":2},{"x":-3,"y":4}],"numbers":{"half":0.5,"none":null},"nested":{"null":null,"bool":true,"view":"v"},"list":["a\"","b"],"big":18446744073709551615,"small":-9223372036854775808}"#
            )
        );
        assert_eq!(
            ask(&probe, "walk", json!({"a\n": 1, "list": [1, 2, {"x": 3}]})),
            success(r#"{"key":"a\n","elements":3,"third":{"x":3}}"#)
        );
        assert_eq!(ask(&probe, "two_answers", json!({})), success("{}"));
        let details = r#"{"status":"error","error":"with \"details\"","code":"own","details":{"id":7}}"#;
        assert_eq!(ask(&probe, "details", json!({})), details);
        let misuse = "the response could not be written: keys, values and ends do not fit together";
        assert_eq!(ask(&probe, "bad", json!({})), error("internal", misuse));
        assert_eq!(ask(&probe, "fly", json!({})), error("unknown_command", "unknown command: fly"));
        assert_eq!(ask(&probe, "cancelled", json!({})), "rp::call::cancelled_unasked");
        assert_eq!(ask(&probe, "no_memory", json!({})), "rp::call::no_memory");
        // All of it left the instance in order.
        assert_eq!(ask(&probe, "sum", json!({"a": 1, "b": 1})), success("2"));
    }
}

#[test]
fn a_message_type_of_ones_own() {
    let host = Host::new();
    let probe = load(&host, &probe(""));
    let mut reply = Reply::new();
    probe.call(&Message::new("own-type", r#"{"a": 1}"#), &mut reply).map(drop).unwrap();
    let text = reply.text().unwrap().to_owned();
    assert!(text.ends_with(r#","payload":{"a": 1}}}"#), "{text}");
    probe.call(&Message::new("other-type", "{}"), &mut reply).map(drop).unwrap();
    assert_eq!(reply.text().unwrap(), error("unknown_type", "unknown message type: other-type"));
}

#[test]
fn what_is_thrown_becomes_an_answer() {
    let host = Host::new();
    let probe = load(&host, &probe(""));
    let throw = |what: &str| ask(&probe, "throw", json!({"what": what}));
    let not_found = r#"{"status":"error","error":"thrown","code":"not_found","details":{"by":"probe"}}"#;
    assert_eq!(throw("error"), not_found);
    assert_eq!(throw("exception"), error("internal", "what \"it\" says"));
    assert_eq!(throw("result"), refused("number", "missing"));
    assert_eq!(throw("memory"), "rp::call::no_memory");
    assert_eq!(ask(&probe, "sum", json!({"a": 1, "b": 1})), success("2"));
    assert_eq!(throw("int"), "rp::call::panic");
    assert_eq!(ask(&probe, "sum", json!({"a": 1, "b": 1})), "rp::call::unavailable");
}

#[test]
fn a_constructor_that_throws_says_why() {
    let lines = Arc::new(Mutex::new(vec![]));
    let sink = lines.clone();
    let host = Host::builder().on_log(move |line| sink.lock().unwrap().push(line.text.to_owned())).build();
    let error = host.load(probe("-DTHROW_IN_CONSTRUCTOR")).unwrap_err();
    assert_eq!(error.code(), "rp::load::create_failed");
    let lines = lines.lock().unwrap();
    assert!(lines.iter().any(|line| line == "no room for a probe"), "{lines:?}");
}

#[test]
fn an_init_that_fails_is_told() {
    let library = probe("");
    let load = |config: Value| Host::new().load_with(&library, LoadOptions::new().config(config));
    let error = load(json!({"fails": true})).unwrap_err().to_string();
    assert!(error.contains("told to fail"), "{error}");
    let error = load(json!({"fails": 1})).unwrap_err().to_string();
    assert!(error.contains("fails: expected true or false"), "{error}");
    load(json!({"fails": false})).unwrap();
}

#[test]
fn the_host_is_asked() {
    let lines = Arc::new(Mutex::new(vec![]));
    let sink = lines.clone();
    let host =
        Host::builder().on_log(move |line| sink.lock().unwrap().push((line.level, line.text.to_owned())));
    let host = host.clock(|| 1_234_567).build();
    let module = std::env::current_exe().unwrap().with_file_name(library_file_name("test-minimal-cpp"));
    host.load_with(module, LoadOptions::new().instance("other")).unwrap();
    let probe = load(&host, &probe(""));
    assert_eq!(
        ask(&probe, "ask", json!({"name": "ping"})),
        success(r#""{\"reply\":\"pong\",\"messages\":2}""#)
    );
    assert_eq!(ask(&probe, "ask", json!({"name": "fail"})), error("x", "failed as asked"));
    assert_eq!(ask(&probe, "forward", json!({})), success(r#"{"reply":"pong","messages":4}"#));
    assert_eq!(
        ask(&probe, "services", json!({})),
        success(r#"{"time":1234567,"random":true,"cancelled":false}"#)
    );
    let lines = lines.lock().unwrap();
    let lines: Vec<_> = lines.iter().map(|(level, text)| format!("{} {text}", level.as_str())).collect();
    assert_eq!(lines, ["info made", "warn at work"]);
}

#[test]
fn simple_commands_allocate_nothing() {
    let program = scratch("allocations");
    let job = Job::new(gcc().cpp).args("-std=c++17 -O2 -Iinclude -Wl,--wrap=malloc,--wrap=realloc");
    let job = job.args("tests/c/sdk_hpp/allocations.cpp modules-c/test-minimal-cpp/module.cpp -o");
    run_all(vec![job.arg(program.to_str().unwrap())]);
    assert_eq!(Job::new(program.to_str().unwrap()).run().unwrap(), "create: 1\nmessages: 0\n");
}

#[test]
fn every_allocation_of_the_research_log_may_fail() {
    let program = scratch("no_memory");
    let job =
        Job::new(gcc().cpp).args("-std=c++17 -g -Iinclude -rdynamic tests/c/sdk_hpp/no_memory.cpp -ldl -o");
    run_all(vec![job.arg(program.to_str().unwrap())]);
    let module = std::env::current_exe().unwrap().with_file_name(library_file_name("research-log-cpp"));
    let said = Job::new(program.to_str().unwrap()).arg(module.to_str().unwrap()).run().unwrap();
    let (allocations, failed) = said.trim().split_once(" allocations, ").unwrap();
    let failed = failed.strip_suffix(" messages without memory").unwrap();
    let [allocations, failed] = [allocations, failed].map(|number| number.parse::<u32>().unwrap());
    assert!(allocations > 300 && failed > 200, "{said}");
}

//! Crashes before, between and after messages, and what is peculiar to their place.

use std::path::PathBuf;

use rp_host::{Error, Host, Instance, SandboxMode};
use serde_json::{Value, json};
use support::{await_that, temporary};

use super::table::{await_served, crash_at_rest};
use super::{Language, builder, options};

const LANGUAGES: [Language; 3] = [Language::C, Language::Cpp, Language::Rust];

/// The faulty module under a file name that has it crash early.
fn named(language: Language, folder: &str, name: &str) -> PathBuf {
    let path = PathBuf::from(folder).join(format!("{language:?}-{name}.so"));
    std::fs::copy(language.library(), &path).unwrap();
    path
}

fn load(host: &Host, path: PathBuf, config: Value) -> Result<Instance, Error> {
    host.load_with(path, options("faulty", SandboxMode::Required).config(config))
}

#[track_caller]
fn assert_error(error: &Error, code: &str, texts: &[&str]) {
    assert_eq!(error.code(), code, "{error}");
    for text in texts {
        assert!(error.to_string().contains(text), "{text} is missing: {error}");
    }
}

/// What crashes until it is ready is not loaded, and leaves nothing.
#[test]
fn crashes_until_it_is_ready() {
    let (_folder, folder) = temporary();
    let host = builder().build();
    for language in LANGUAGES {
        let error = load(&host, named(language, &folder, "constructor"), json!({})).unwrap_err();
        assert_error(&error, "rp::load::start_failed", &["SIGSEGV"]);
        let error = load(&host, named(language, &folder, "create"), json!({})).unwrap_err();
        assert_error(&error, "rp::load::start_failed", &["create", "SIGSEGV"]);
        let error = load(&host, language.library(), json!({"fault": "init"})).unwrap_err();
        assert_error(&error, "rp::load::init_failed", &["SIGSEGV"]);
        assert!(host.instances().is_empty(), "{language:?}");
    }
}

/// What crashes at its end is told to who ended it.
#[test]
fn crashes_at_its_end() {
    let host = builder().build();
    for language in LANGUAGES {
        for place in ["shutdown", "destroy"] {
            let instance = load(&host, language.library(), json!({"fault": place})).unwrap();
            let error = instance.unload().unwrap_err();
            assert_error(&error, "rp::call::crashed", &[place, "SIGSEGV"]);
            assert!(host.instances().is_empty(), "{language:?}: {place}");
        }
    }
}

/// Who asks a module that crashes gets an error response, and goes on.
#[test]
fn crashes_in_a_nested_send() {
    let host = builder().build();
    for language in LANGUAGES {
        let asked = load(&host, language.library(), json!({})).unwrap();
        let asking = host.load_with(language.library(), options("asking", SandboxMode::Required)).unwrap();
        for (kind, code) in [("segv", "panic"), ("exit", "panic")] {
            let came: Value = asking.command("ask", &json!({"module": "faulty", "kind": kind})).unwrap();
            assert_eq!(came["response"]["code"], code, "{language:?} {kind}: {came}");
            await_served(&asked).unwrap();
        }
        assert!(host.unload_all().is_empty());
    }
}

/// A crash that no call waits for is noticed all the same, and followed by a restart.
#[test]
fn crashes_with_no_call_in_work() {
    let host = builder().build();
    for language in LANGUAGES {
        let faulty = load(&host, language.library(), json!({})).unwrap();
        let restarts = crash_at_rest(&faulty);
        let is_back = || faulty.worker().is_some_and(|worker| worker.restarts > restarts);
        await_that(is_back, "nobody noticed the crash");
        await_served(&faulty).unwrap();
        faulty.unload().unwrap();
    }
}

/// A response that is longer than the host takes is the module's error, and no more.
#[test]
fn a_response_beyond_the_limit() {
    let host = builder().reply_limit(1 << 18).build();
    for language in LANGUAGES {
        let faulty = load(&host, language.library(), json!({})).unwrap();
        let error = faulty.command::<_, Value>("flood", &json!({})).unwrap_err();
        assert_error(&error, "rp::call::too_large", &["262144"]);
        await_served(&faulty).unwrap();
        faulty.unload().unwrap();
    }
}

/// Whatever it does to the descriptors of its process: the host is not disturbed, and the instance is served again.
#[test]
fn breaks_its_descriptors() {
    let host = builder().build();
    for language in LANGUAGES {
        for kind in ["close", "garbage"] {
            let faulty = load(&host, language.library(), json!({})).unwrap();
            let assert_named = |error: Error| {
                let named = ["rp::call::protocol", "rp::call::exited", "rp::call::crashed"];
                assert!(named.contains(&error.code()), "{language:?} {kind}: {error}");
            };
            faulty.command::<_, Value>("fault", &json!({"kind": kind})).map_or_else(assert_named, drop);
            if kind == "garbage" {
                // It ends as soon as the host reads what no worker says, which no call waits for.
                await_that(|| faulty.worker().is_some_and(|worker| worker.restarts > 0), "it stayed");
                await_served(&faulty).unwrap();
                faulty.unload().unwrap();
            } else {
                // Whether and when it ends of that is chance, but it does so at most once.
                assert!(
                    (0..2).any(|_| await_served(&faulty).is_ok()),
                    "{language:?}: it is not served again"
                );
                faulty.unload().unwrap_or_else(assert_named);
            }
        }
    }
}

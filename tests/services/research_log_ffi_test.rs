//! One table of cases, run over every research-log in every language, natively, isolated and as WebAssembly, with the state in
//! the instance and in the store. None of them skips a row.
//!
//! A new language joins with a folder `research-log-<language>` in modules-rust/ or modules-c/; nothing is added here.
//! `RP_BLESS=1` writes what the Rust module answers into the table.

use std::path::{Path, PathBuf};

use rp_host::{Host, Isolation, LoadOptions, Recording, Replay};
use support::minimal::bare;
use support::research_log::day;
use support::research_log::table::{self, Case, Step};
use support::research_log::world::{State, World};
use support::wasm;

/// What follows the name of a module that runs in a sandbox.
const SANDBOXED: &str = ".wasm";

/// What follows the name of a module that runs in a process of its own.
const ISOLATED: &str = ".isolated";

/// The native modules under test, the Rust form first.
fn native() -> Vec<String> {
    let names = support::modules().into_iter().filter(|name| name.starts_with("research-log"));
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert_eq!(names.first().map(String::as_str), Some("research-log"));
    names
}

/// The modules under test, each in every form.
fn research_logs() -> Vec<String> {
    let sandboxed =
        native().into_iter().filter(|name| cfg!(feature = "wasm") && wasm::module(name).is_some());
    let sandboxed: Vec<_> = sandboxed.map(|name| name + SANDBOXED).collect();
    // A worker has no environment, so none of the sanitizers' options.
    let has_workers = cfg!(all(target_os = "linux", not(rp_sanitized)));
    // One language shows what a process of its own changes; a start of each costs a second.
    let is_asked = |name: &String| has_workers && (support::is_full() || name == "research-log-c");
    let isolated = native().into_iter().filter(is_asked).map(|name| name + ISOLATED);
    [native(), isolated.collect(), sandboxed].concat()
}

/// How a form is loaded.
fn options(name: &str) -> LoadOptions {
    let options = LoadOptions::new();
    if name.ends_with(ISOLATED) { options.isolated(Isolation::default()) } else { options }
}

/// A host for one case, with a module under test.
fn world(name: &str, state: State, case: &Case) -> World {
    World::with(&library(name), state, case, options(name))
}

fn library(name: &str) -> PathBuf {
    if let Some(module) = name.strip_suffix(SANDBOXED) {
        return wasm::try_module(module).unwrap();
    }
    support::built(name.trim_end_matches(ISOLATED))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/research_log")
}

/// The files of the table, by name.
fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|ext| ext == "txt")).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Plays a case and gives it back with what was answered.
fn play(module: &str, state: State, case: &Case) -> Case {
    let mut world = world(module, state, case);
    let mut played = Case { steps: Vec::new(), ..case.clone() };
    for step in &case.steps {
        match step {
            Step::Time(time_us) => world.set_time(*time_us),
            Step::Load => {}
            Step::Ask { message_type, payload, .. } => {
                let outcome = world.ask(message_type, payload);
                let (message_type, payload) = (message_type.clone(), payload.clone());
                played.steps.push(Step::Ask { message_type, payload, outcome });
                continue;
            }
        }
        played.steps.push(step.clone());
    }
    if let Some(Step::Load) = played.steps.first() {
        played.loaded = world.take_loaded();
    }
    world.survives_a_restart();
    played
}

/// Tells the rows that differ, a few of them whole.
fn assert_same(about: &str, file: &Path, expected: &[Case], found: &[Case]) -> Option<String> {
    let differ: Vec<_> = expected.iter().zip(found).filter(|(expected, found)| expected != found).collect();
    let name = file.file_name()?.to_string_lossy();
    let rows = differ.iter().take(3).map(|(expected, found)| {
        let rows = expected.to_string();
        let (rows, found) = (rows.lines(), found.to_string());
        let pairs = rows.zip(found.lines()).find(|(expected, found)| expected != found);
        let (expected, found) = pairs.unwrap_or(("fewer or more lines", ""));
        format!("  expected {expected}\n  found    {found}")
    });
    let rows: Vec<_> = differ.iter().map(|(expected, _)| &expected.name).zip(rows).collect();
    let text: Vec<_> = rows.iter().map(|(name, rows)| format!(" {name}\n{rows}")).collect();
    (!differ.is_empty())
        .then(|| format!("{about}, {name}: {} cases differ\n{}", differ.len(), text.join("\n")))
}

fn run(state: State) {
    let mut differ = Vec::new();
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut cases = table::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if state == State::Instance && std::env::var_os("RP_BLESS").is_some() {
            let blessed: Vec<_> = cases.iter().map(|case| play("research-log", state, case)).collect();
            std::fs::write(&file, table::text(&blessed)).unwrap();
            continue;
        }
        // A case with a configuration of its own says where the state is.
        cases.retain(|case| state == State::Instance || case.config.is_none());
        for module in research_logs() {
            let found: Vec<_> = cases.iter().map(|case| play(&module, state, case)).collect();
            differ.extend(assert_same(&format!("{module}, state in {state}"), &file, &cases, &found));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_language_answers_alike_with_its_state_in_the_instance() {
    run(State::Instance);
}

#[test]
fn every_language_answers_alike_with_its_state_in_the_store() {
    run(State::Store);
}

/// The clock is asked once for each: a second answer would be another time.
#[test]
fn an_id_has_the_time_of_its_entity() {
    for module in research_logs() {
        for state in [State::Instance, State::Store] {
            let mut world = world(&module, state, &Case::default());
            world.set_step(1_000_000);
            for command in [
                r#"{"name":"create_log","args":{"title":"t"}}"#,
                r#"{"name":"add_entry","args":{"type":"note","title":"t"}}"#,
            ] {
                let answer: serde_json::Value =
                    serde_json::from_str(&world.ask("command", command)[0]).unwrap();
                let id = answer["data"]["id"].as_str().unwrap_or_else(|| panic!("{module}: {answer}"));
                let time_ms = i64::from_str_radix(&id[..13].replace('-', ""), 16).unwrap();
                let created_us = answer["data"]["created_us"].as_i64().unwrap();
                assert_eq!(created_us / 1000, time_ms, "{module}, state in {state}: {answer}");
            }
        }
    }
}

#[test]
fn a_research_day_is_the_same_in_every_language() {
    for state in [State::Instance, State::Store] {
        let day = |module: &str| {
            let mut world = world(module, state, &Case::default());
            // In the form that the log has.
            let form =
                [ISOLATED, SANDBOXED].into_iter().find(|form| module.ends_with(form)).unwrap_or_default();
            let desk = format!("test-relay{form}");
            world.load_desk(&library(&desk), options(&desk));
            day::play(&mut world)
        };
        let expected = day("research-log");
        assert!(expected.len() >= 50);
        for module in research_logs() {
            for (line, (found, expected)) in day(&module).iter().zip(&expected).enumerate() {
                assert_eq!(found, expected, "{module}, state in {state}, line {}", line + 1);
            }
        }
    }
}

#[test]
fn a_research_day_that_was_recorded_in_c_is_played_to_every_language() {
    let (_folder, path) = support::temporary();
    for state in [State::Instance, State::Store] {
        let file = Path::new(&path).join(format!("{state}.jsonl"));
        let builder = Host::builder().record(std::fs::File::create(&file).unwrap());
        let (log, desk) = (support::built("research-log-c"), support::built("test-relay"));
        let mut world = World::built(builder, &log, state, &Case::default(), LoadOptions::new());
        world.set_step(1_000);
        world.load_desk(&desk, LoadOptions::new());
        assert!(day::play(&mut world).len() >= 50);
        drop(world);
        let play = |instance: &str, library: &Path, options: LoadOptions| {
            let replay = Replay::new(Recording::open(&file).unwrap()).instance(instance);
            let builder = Host::builder().worker_program(support::worker_program());
            let outcome = replay.run(builder, library, options, |difference| {
                panic!("{}, state in {state}: {difference}", library.display());
            });
            outcome.unwrap_or_else(|error| panic!("{}: {error}", library.display())).messages
        };
        // One language shows what a sandbox changes; WebAssembly is slow where this test is not optimised.
        let is_quick = |module: &String| {
            let is_native = !module.ends_with(SANDBOXED) && !module.ends_with(ISOLATED);
            is_native
                || support::is_full()
                || (state == State::Instance && module.starts_with("research-log-c."))
        };
        for module in research_logs().into_iter().filter(is_quick) {
            assert!(play("log", &library(&module), options(&module)) >= 50, "{module}");
        }
        assert!(play("desk", &desk, LoadOptions::new()) >= 5);
    }
}

#[test]
fn every_language_describes_itself_alike() {
    let described = |module: &str| -> serde_json::Value {
        let response = world(module, State::Instance, &Case::default()).ask("describe", "{}");
        serde_json::from_str(&response[0]).unwrap()
    };
    let expected = described("research-log");
    for module in research_logs() {
        assert_eq!(described(&module), expected, "{module}");
    }
}

#[test]
fn every_language_asks_for_the_same() {
    let manifest = |module: &str| {
        let manifest = rp_host::inspect(library(module)).unwrap().manifest.unwrap();
        (manifest.needs, manifest.provides, manifest.requests)
    };
    let expected = manifest("research-log");
    for module in research_logs() {
        assert_eq!(manifest(&module), expected, "{module}");
    }
}

#[test]
fn before_init_only_describe_is_answered() {
    // In a sandbox only a check gets this far; see life/before-init.
    for module in native() {
        let instance = bare::Bare::open(&library(&module));
        let refused =
            r#"{"status":"error","error":"the module is not initialized","code":"not_initialized"}"#;
        for (message_type, payload) in [
            ("command", r#"{"name":"create_log","args":{"title":"t"}}"#),
            ("command", r#"{"name":"sing"}"#),
            ("query", r#"{"entity":"research_log"}"#),
            ("event", r#"{"event":"research_session.started","data":{"session":"s"}}"#),
            ("wave", "{}"),
        ] {
            assert_eq!(instance.ask(message_type, payload), refused, "{module}: {message_type} {payload}");
        }
        assert!(instance.ask("describe", "{}").starts_with(r#"{"status":"success""#), "{module}");
    }
}

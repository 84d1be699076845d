//! include/rp_sdk.h: its first example, what a module made of tables answers, and memory that runs out.

mod compile;
mod mistakes;

use std::path::Path;

use rp_host::Host;
use serde_json::{Value, json};
use support::research_log::table::{self, Case, Step};
use support::research_log::world::{State, World};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const COMPILERS: [&str; 2] = ["gcc", "clang"];

/// The module in the header's first comment.
fn example() -> String {
    let header = include_str!("../../../include/rp_sdk.h");
    let lines = header.lines().skip_while(|line| *line != "//     #include \"rp_sdk.h\"");
    let code = lines.take_while(|line| line.starts_with("//     "));
    code.map(|line| line.trim_start_matches("//     ").to_owned() + "\n").collect()
}

#[test]
fn the_first_example_is_a_module_of_two_commands_in_20_lines() {
    let source = example();
    assert!(source.lines().count() <= 20, "{source}");
    for compiler in COMPILERS {
        let module = compile::module(&format!("example-{compiler}"), compiler, "-O1", &source);
        let host = Host::new();
        let greeter = host.load(&module).unwrap_or_else(|error| panic!("{error}"));
        let ann = json!({ "name": "Ann" });
        assert_eq!(greeter.command::<_, Value>("greet", &ann).unwrap(), ann);
        assert_eq!(greeter.command::<_, Value>("count", &json!({})).unwrap(), json!({ "greeted": 1 }));
        let error = greeter.command::<_, Value>("greet", &json!({ "name": 5 })).unwrap_err().to_string();
        assert!(error.contains("name: expected a string"), "{error}");
    }
}

/// The table of cases, in the form of the research log's. `RP_BLESS=1` writes what gcc's module answers into it.
#[test]
fn a_module_of_tables_answers_as_the_table_says() {
    let path = Path::new(ROOT).join("tests/c/c_sdk/notes.txt");
    let cases = table::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let source = include_str!("notes.c");
    for compiler in COMPILERS {
        let module = compile::module(&format!("notes-{compiler}"), compiler, "-O1", source);
        let played: Vec<Case> = cases.iter().map(|case| play(&module, case)).collect();
        if std::env::var_os("RP_BLESS").is_some() {
            std::fs::write(&path, table::text(&played)).unwrap();
            return;
        }
        for (expected, found) in cases.iter().zip(&played) {
            assert_eq!(found.to_string(), expected.to_string(), "{compiler}");
        }
    }
}

fn play(module: &Path, case: &Case) -> Case {
    // Unless it says otherwise, the world's configuration is the research log's.
    let config = case.config.clone().or(Some("{}".to_owned()));
    let mut world = World::new(module, State::Instance, &Case { config, ..case.clone() });
    let mut played = Case { steps: Vec::new(), ..case.clone() };
    for step in &case.steps {
        let step = match step {
            Step::Time(time_us) => {
                world.set_time(*time_us);
                step.clone()
            }
            Step::Load => {
                played.loaded = world.take_loaded();
                step.clone()
            }
            Step::Ask { message_type, payload, .. } => {
                let outcome = world.ask(message_type, payload);
                Step::Ask { message_type: message_type.clone(), payload: payload.clone(), outcome }
            }
        };
        played.steps.push(step);
    }
    played
}

/// Each allocation of a whole day of work fails once: the message that it was for ends with RP_ERR_NO_MEMORY, the
/// instance goes on, and nothing leaks.
#[test]
fn research_log_survives_every_allocation_that_fails() {
    let said = compile::run_without_memory();
    let counted = said.trim().strip_suffix(" allocations failed, one in each run").unwrap_or_default();
    assert!(counted.parse::<u32>().unwrap_or_default() > 200, "{said}");
}

#[test]
fn every_part_stands_alone() {
    let parts = std::fs::read_dir(Path::new(ROOT).join("include/rp_sdk")).unwrap();
    let mut parts: Vec<_> = parts.map(|part| part.unwrap().file_name().into_string().unwrap()).collect();
    parts.retain(|part| part.ends_with(".h"));
    parts.sort();
    assert!(parts.len() > 10, "{parts:?}");
    for part in parts {
        for (language, dialect) in [("c", "-std=c99"), ("c++", "-std=c++11")] {
            let include = format!("rp_sdk/{part}");
            compile::check("gcc", &["-x", language, dialect, "-include", &include]);
        }
    }
    for compiler in COMPILERS {
        compile::check(compiler, &["-x", "c", "-std=c99", "-DRP_SDK_NO_MALLOC", "-include", "rp_sdk.h"]);
    }
}

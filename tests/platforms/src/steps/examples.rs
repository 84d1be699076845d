//! Programs of the platform that embed the host.

use std::path::{Path, PathBuf};

use super::done::Done;
use crate::build::text;
use crate::compare::same;
use crate::setup::{Setup, root};

/// Those that take the folder of the modules.
const WITH_MODULES: [&str; 3] = ["embed", "embed_events", "embed_tokio"];
/// The one that takes an rp.toml.
const WITH_CONFIG: &str = "embed_config";

const NO_EXAMPLES: &str = "no examples were given: --examples";

/// The examples do what they do elsewhere: `tests/command/embedding/` has what they print.
pub fn embedding(setup: &Setup) -> Result<Done, String> {
    let Some(folder) = &setup.examples else { return Ok(Done::NotHere(NO_EXAMPLES.into())) };
    for name in WITH_MODULES {
        run(setup, folder, name, &setup.tested.modules)?;
    }
    run(setup, folder, WITH_CONFIG, &config(setup)?)?;
    Ok(Done::Ok(format!("{}, {WITH_CONFIG}", WITH_MODULES.join(", "))))
}

fn run(setup: &Setup, folder: &Path, name: &str, argument: &Path) -> Result<(), String> {
    let ended = setup.tested.starter.run(&program(folder, name)?, &[text(argument)?])?;
    let printed = ended.with_code(0).map_err(|error| format!("{name}: {error}"))?;
    let path = root().join("tests/command/embedding").join(name).with_extension("txt");
    let expected = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    same(name, printed, &expected)
}

/// The configuration of the example, with the platform's modules.
fn config(setup: &Setup) -> Result<PathBuf, String> {
    let of_host = "\"../target/debug/deps\"";
    let example = include_str!("../../../../examples/embed_config.toml");
    if !example.contains(of_host) {
        return Err(format!("examples/embed_config.toml does not name {of_host}"));
    }
    let folder = serde_json::to_string(text(&setup.tested.modules)?).map_err(|error| error.to_string())?;
    let path = setup.scratch.join("embed_config.toml");
    std::fs::write(&path, example.replace(of_host, &folder))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// A program, whatever the platform calls it.
fn program(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let names = [name.to_owned(), format!("{name}.exe")];
    let found = names.map(|name| folder.join(name)).into_iter().find(|file| file.is_file());
    found.ok_or_else(|| format!("{} has no {name}", folder.display()))
}

/// What the loader does on Windows alone: the search for libraries, files in use, paths, private copies.
pub fn windows_loader(setup: &Setup) -> Result<Done, String> {
    let Some(folder) = &setup.examples else { return Ok(Done::NotHere(NO_EXAMPLES.into())) };
    let program = folder.join("windows_loader.exe");
    if !program.is_file() {
        return Ok(Done::NotHere("this is what Windows alone does".into()));
    }
    let ended = setup.tested.starter.run::<&str>(&program, &[])?;
    let printed = ended.with_code(0)?;
    let last = printed.lines().last().filter(|line| line.ends_with(" cases passed"));
    Ok(Done::Ok(last.ok_or("it ended before its last case")?.to_owned()))
}

/// What the research day prints on Linux x86-64.
const DAY: &str = "tests/platforms/research-day.txt";

/// The research day with a clock that stands and random bytes that count: byte for byte the recorded one, by every module and
/// with nothing left out.
pub fn research_day(setup: &Setup) -> Result<Done, String> {
    let Some(folder) = &setup.examples else { return Ok(Done::NotHere(NO_EXAMPLES.into())) };
    let program = program(folder, "research_day")?;
    let modules: Vec<_> = setup.modules.iter().filter(|name| name.starts_with("research-log")).collect();
    let recorded = recorded_day(setup, &program)?;
    for module in &modules {
        for state in ["instance", "store"] {
            let day = day(setup, &program, module, state)?;
            same(&format!("{module}, state in {state}"), &day, &recorded)?;
        }
    }
    let lines = recorded.lines().count();
    Ok(Done::Ok(format!("{lines} lines by {} modules, each with its state in two places", modules.len())))
}

fn day(setup: &Setup, program: &Path, module: &str, state: &str) -> Result<String, String> {
    let (library, desk) = (setup.tested.library(module)?, setup.tested.library("test-relay")?);
    let ended = setup.tested.starter.run(program, &[state, text(&library)?, text(&desk)?])?;
    let day = ended.with_code(0).map_err(|error| format!("{module}, state in {state}: {error}"))?;
    Ok(day.to_owned())
}

/// What was recorded; RP_BLESS=1 has the module in Rust of this machine's own build record it.
fn recorded_day(setup: &Setup, program: &Path) -> Result<String, String> {
    let path = root().join(DAY);
    if setup.is_reference() && std::env::var_os("RP_BLESS").is_some_and(|value| value == "1") {
        let day = day(setup, program, "research-log", "instance")?;
        std::fs::write(&path, day).map_err(|error| format!("{DAY}: {error}"))?;
    }
    std::fs::read_to_string(&path).map_err(|error| format!("{DAY}: {error}"))
}

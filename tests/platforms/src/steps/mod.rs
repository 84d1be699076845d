//! What is tried, one file for each part of it.

mod calls;
mod check;
mod done;
mod examples;
mod exits;
mod faults;
mod lists;
mod sessions;
mod sizes;
mod wasm;

use std::time::Instant;

use crate::options::Run;
use crate::platforms;
use crate::results::{Checks, Outcome, Results, Step};
use crate::setup::{self, Setup};
use crate::summary;
use crate::today::today;
use done::Done;

/// A step: its name, what must hold, and what finds that out. An error says what does not hold.
struct Row {
    name: &'static str,
    says: &'static str,
    run: fn(&Setup) -> Result<Done, String>,
}

const fn step(name: &'static str, says: &'static str, run: fn(&Setup) -> Result<Done, String>) -> Row {
    Row { name, says, run }
}

const STEPS: &[Row] = &[
    step("version", "`rp --version` names the same release", lists::version),
    step("list", "`rp list` lists every module with its version and profile", lists::list),
    step(
        "inspect",
        "`rp inspect` says the same of every module but for file, size, format and machine",
        lists::inspect,
    ),
    step("describe", "every module describes itself with the same bytes", calls::describe),
    step("call", "commands of every module are answered with the same bytes and exit codes", calls::commands),
    step("session", "`examples/session.jsonl` prints the same, as text and as JSON", sessions::messages),
    step(
        "services",
        "so does `examples/services.jsonl`: store, events, calls between modules",
        sessions::services,
    ),
    step("research", "so does `examples/research/session.jsonl`", sessions::research),
    step(
        "research-day",
        "the research day is the recorded one, byte for byte, by the modules in Rust, C and C++, with their state in memory \
         and in the store",
        examples::research_day,
    ),
    step(
        "embedding",
        "the examples that embed the host print what they print elsewhere",
        examples::embedding,
    ),
    step("wasm", "a WebAssembly module answers as elsewhere, and as the native one", wasm::answers),
    step(
        "sizes",
        "the C compiler gives every type, field and constant of the header its size, place and value",
        sizes::sizes,
    ),
    step(
        "exit-codes",
        "wrong usage and missing files are told on standard error, with exit code 2",
        exits::exit_codes,
    ),
    step(
        "broken-module",
        "`rp check` finds a module that breaks a rule, with exit code 1",
        exits::broken_module,
    ),
    step("crash", "a module that crashes is named, with the message that it crashed in", exits::crash),
    step(
        "load-faults",
        "files that are no module, also in other formats, are refused, each with its code",
        faults::table,
    ),
    step(
        "load-cuts",
        "a library that is cut anywhere is refused, or loads, and never crashes the command",
        faults::cuts,
    ),
    step(
        "load-flips",
        "so is a library with any byte turned of its file header, for ELF also of its program headers, and `rp list` takes any in the first 512 bytes",
        faults::flips,
    ),
    step(
        "windows-loader",
        "on Windows a module finds its own libraries and no planted ones, and keeps no file in use",
        examples::windows_loader,
    ),
    step("check", "`rp check` finds nothing in any module", check::check),
];

/// The name of each step, and what must hold.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    STEPS.iter().map(|step| (step.name, step.says))
}

/// Takes the steps that the options name.
pub fn run(setup: &Setup, options: &Run) -> Result<Results, String> {
    let is_wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|text| name.contains(text));
    let started = Instant::now();
    let mut results = Results {
        platform: options.platform.clone(),
        target: options.target.clone().map_or_else(|| platforms::target(&options.platform), Ok)?,
        date: today(),
        system: setup::system(),
        emulator: setup.emulator(),
        // The first step says what is wrong where it says nothing.
        rp: lists::release(&setup.tested).unwrap_or_default().trim().to_owned(),
        ..Results::default()
    };
    for row in STEPS.iter().filter(|row| is_wanted(row.name)) {
        let begun = Instant::now();
        let (outcome, text) = outcome((row.run)(setup), &mut results.checks);
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let step = Step { name: row.name.to_owned(), outcome, text, milliseconds };
        summary::tell(&step);
        results.steps.push(step);
    }
    results.seconds = started.elapsed().as_secs();
    Ok(results)
}

fn outcome(done: Result<Done, String>, checks: &mut Checks) -> (Outcome, String) {
    match done {
        Ok(Done::Ok(text)) => (Outcome::Ok, text),
        Ok(Done::NotHere(text)) => (Outcome::NotHere, text),
        Ok(Done::Checked(text, found)) => {
            *checks = found;
            (Outcome::Ok, text)
        }
        Ok(Done::Found(text, found)) => {
            *checks = found;
            (Outcome::Failed, text)
        }
        Err(text) => (Outcome::Failed, text),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::{Done, STEPS};
    use crate::build::Build;
    use crate::program::Starter;
    use crate::setup::Setup;

    const MODULES: [&str; 2] = ["research-log", "test-minimal-c"];

    /// Programs that print one line and end well, whatever they are asked.
    fn build(folder: &Path, line: &str) -> Build {
        let modules = folder.join(line);
        std::fs::create_dir_all(&modules).expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(modules.join(name), text).expect("written");
        for module in MODULES {
            write(&format!("lib{}.so", module.replace('-', "_")), "no library");
        }
        for program in ["rp", "sizes", "embed", "research_day", "windows_loader.exe"] {
            write(program, &format!("echo '{{\"{line}\":[]}}'\n"));
        }
        let starter = Starter::new(vec!["sh".into()], folder.to_owned(), Duration::from_secs(20));
        Build { rp: modules.join("rp"), modules, starter }
    }

    /// No step takes a build for good that answers everything with the same words.
    #[test]
    fn every_step_can_fail() {
        let folder = tempfile::tempdir().expect("a folder");
        let [tested, reference] = ["tested", "reference"].map(|line| build(folder.path(), line));
        let setup = Setup {
            examples: Some(tested.modules.clone()),
            sizes: Some(tested.modules.join("sizes")),
            tested,
            reference,
            modules: MODULES.map(str::to_owned).to_vec(),
            check_limit: 1,
            scratch: folder.path().to_owned(),
        };
        // That one has cargo build a module.
        for step in STEPS.iter().filter(|step| step.name != "wasm") {
            match (step.run)(&setup) {
                Err(_) | Ok(Done::Found(..)) => {}
                Ok(Done::NotHere(reason)) => assert_eq!(step.name, "crash", "{reason}"),
                Ok(Done::Ok(text) | Done::Checked(text, _)) => panic!("{}: {text}", step.name),
            }
        }
    }
}

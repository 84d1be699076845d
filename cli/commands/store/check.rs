//! `rp store check FILE`

use std::ops::ControlFlow;

use rp_host::StoreFault;
use rp_host::store::{StoreFile, StoreFinding};
use serde_json::json;

use super::arguments::{StoreArguments, blame};
use crate::arguments::global::Global;
use crate::fault::{EXIT_DATA, Fault};
use crate::output::Output;
use crate::running::progress;
use crate::terminal::{BAD, FAINT, GOOD, escaped, styled};

/// Look for damage
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
}

const AFTER_HELP: &str = "\
Pages and indexes are checked as SQLite does it, then every entity: its names,
its version, its data, its references, and the counts. The exit code is 1 if
there is damage; restore a backup then. References that lead nowhere are told,
and are no damage: their target was deleted by force.

Examples:
  rp store check research.sqlite
  rp store check research.sqlite --json";

/// Checks.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let (mut output, mut damages) = (Output::new(), 0_u64);
    let mut failure = Ok(());
    let mut report = |finding: StoreFinding| {
        damages += u64::from(finding.is_damage);
        if failure.is_ok() {
            failure = show(&finding, global, &mut output);
        }
    };
    let entities = match StoreFile::open_with(&options.store.file, &options.store.options()) {
        Ok(file) => check(&file, &mut report)?,
        // A file in which the tables of a store are not what they should be.
        Err(error) => match error.store_fault() {
            Some(StoreFault::Damaged(text)) => {
                report(StoreFinding::damage(text.clone()));
                0
            }
            _ => return Err(blame(error)),
        },
    };
    failure?;
    summary(entities, damages, global, &mut output)?;
    Ok(if damages == 0 { 0 } else { EXIT_DATA })
}

fn check(file: &StoreFile, report: &mut dyn FnMut(StoreFinding)) -> Result<u64, Fault> {
    let bar = progress::counter("entities", false);
    let checked = file.check(report, &mut |work| {
        progress::show(&bar, work.done, work.total);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    checked.map_err(blame)
}

fn show(finding: &StoreFinding, global: &Global, output: &mut Output) -> Result<(), Fault> {
    if global.json {
        return output
            .json(&json!({ "kind": "finding", "is_damage": finding.is_damage, "text": finding.text }));
    }
    let (style, word) = if finding.is_damage { (BAD, "damage") } else { (FAINT, "note  ") };
    output.line(&format!("{} {}", styled(style, word), escaped(&finding.text)))
}

fn summary(entities: u64, damages: u64, global: &Global, output: &mut Output) -> Result<(), Fault> {
    if global.json {
        return output.json(&json!({ "kind": "summary", "entities": entities, "damage": damages }));
    }
    let verdict = match damages {
        0 => styled(GOOD, "no damage"),
        _ => styled(BAD, &format!("signs of damage: {damages}")),
    };
    output.line(&format!("{entities} entities read, {verdict}"))
}

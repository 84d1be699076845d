//! The text of the page.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::record::Record;
use crate::platforms::Platform;
use crate::steps;

const HEAD: &str = "# Platforms

What runs where, and how that is known. `./dev platforms` builds the command `rp`, all modules in Rust, C and C++, the examples and
a C program for each platform, and runs them there; where this page says *only compiled*, nothing more was done. Emulated is not
real: an emulator has other timing, and its own faults. `docs/platforms.json` is the source of this page, and
`cargo run -p rp-platforms -- page` writes both from the newest results; a platform that was not run again keeps its row.
";

const STEPS: &str = "
## What is run

What a step prints is compared, byte for byte, with what the same version of `rp` prints on Linux x86-64. Left out are only paths,
what platforms put around the name of a library, ids that contain the time, times, what a system says of its own errors, and symbols
that a C++ compiler exports of its own. The research day has a clock of its own, and nothing is left out of it.

| step | what must hold |
|---|---|
";

/// The whole page.
pub fn page(platforms: &[Platform], records: &[Record]) -> String {
    let record = |platform: &&Platform| records.iter().find(|record| record.platform == platform.name);
    let mut text = HEAD.to_owned();
    text += "\n| platform | Rust's target | run | on | date | minutes | steps | checks passed | failed | skipped |\n";
    text += "|---|---|---|---|---|--:|---|--:|--:|--:|\n";
    for platform in platforms {
        writeln!(text, "{}", row(platform, record(&platform))).expect("a text takes text");
    }
    text += &not_possible(records);
    text += STEPS;
    for (name, says) in steps::names() {
        writeln!(text, "| {name} | {says} |").expect("a text takes text");
    }
    text + &skips(records)
}

fn row(platform: &Platform, record: Option<&Record>) -> String {
    let Platform { name, target, .. } = platform;
    let Some(record) = record else {
        return format!("| {name} | `{target}` | not yet | | | | | | | |");
    };
    let (system, date) = (cell(&record.system), &record.date);
    if let Some(missing) = &record.missing {
        return format!(
            "| {name} | `{target}` | not compiled: {} | {system} | {date} | | | | | |",
            cell(missing)
        );
    }
    if !record.was_run {
        return format!("| {name} | `{target}` | only compiled | {system} | {date} | | | | | |");
    }
    let how = record
        .emulator
        .as_ref()
        .map_or("real".to_owned(), |emulator| format!("emulated: {}", cell(emulator)));
    format!(
        "| {name} | `{target}` | {how} | {system} | {date} | {} | {} | {} | {} | {} |",
        record.minutes,
        steps_cell(record),
        record.passed_checks,
        record.failed_checks,
        record.skipped_checks(),
    )
}

fn steps_cell(record: &Record) -> String {
    let mut text = format!("{} ok", record.ok.len());
    if !record.failed.is_empty() {
        text += &format!(", failed: {}", record.failed.join(", "));
    }
    if !record.not_here.is_empty() {
        text += &format!(", {} not possible", record.not_here.len());
    }
    text
}

/// The steps that were not possible, with their reasons.
fn not_possible(records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        for (step, reason) in &record.not_here {
            writeln!(text, "- {}, {step}: {reason}", record.platform).expect("a text takes text");
        }
    }
    if text.is_empty() { text } else { format!("\nNot possible in these runs:\n\n{text}") }
}

/// How often which reason was given where.
fn skips(records: &[Record]) -> String {
    let run: Vec<_> = records.iter().filter(|record| record.was_run).collect();
    let reasons: BTreeSet<&String> = run.iter().flat_map(|record| record.skips.keys()).collect();
    let mut text = "\n## Checks that are skipped\n\nA check is skipped where it has nothing to ask of a module, or where the \
        system cannot tell.\nA number counts the modules, once for each check.\n\n| reason | checks |"
        .to_owned();
    for record in &run {
        write!(text, " {} |", record.platform).expect("a text takes text");
    }
    writeln!(text, "\n|---|---|{}", "--:|".repeat(run.len())).expect("a text takes text");
    for reason in reasons {
        let checks: BTreeSet<&String> = run
            .iter()
            .filter_map(|record| record.skips.get(reason))
            .flat_map(|checks| checks.keys())
            .collect();
        let checks: Vec<_> = checks.iter().map(|check| format!("`{check}`")).collect();
        let counts: Vec<_> = run.iter().map(|record| count(record.skipped_for(reason))).collect();
        writeln!(text, "| {} | {} | {} |", cell(reason), checks.join(", "), counts.join(" | "))
            .expect("a text takes text");
    }
    text
}

fn count(number: usize) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// A text that stays in one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{page, row};
    use crate::page::record::Record;
    use crate::platforms::Platform;

    fn platform(name: &str) -> Platform {
        Platform { name: name.into(), target: format!("{name}-linux") }
    }

    #[test]
    fn a_row_says_what_was_done() {
        let record = Record {
            platform: "arm64".into(),
            system: "Debian 12".into(),
            date: "2024-03-12".into(),
            ..Record::default()
        };
        let has = |record: Option<&Record>, text: &str| {
            let row = row(&platform("arm64"), record);
            assert!(row.contains(text), "{row}");
            assert_eq!(row.matches('|').count(), 11, "{row}");
        };
        has(None, "| not yet |");
        has(Some(&record), "| only compiled | Debian 12 | 2024-03-12 |");
        has(Some(&Record { missing: Some("no SDK".into()), ..record.clone() }), "not compiled: no SDK");
        let run = Record { was_run: true, minutes: 3, ok: vec!["list".into()], failed_checks: 2, ..record };
        has(Some(&run), "| real | Debian 12 | 2024-03-12 | 3 | 1 ok | 0 | 2 | 0 |");
        let emulated = Record { emulator: Some("qemu 7.2".into()), failed: vec!["check".into()], ..run };
        has(Some(&emulated), "| emulated: qemu 7.2 |");
        has(Some(&emulated), "1 ok, failed: check");
    }

    #[test]
    fn every_skip_is_counted_where_it_was() {
        let mut record = Record { platform: "arm64".into(), was_run: true, ..Record::default() };
        let modules = vec!["a".to_owned(), "b".to_owned()];
        record.skips.entry("no | way".into()).or_default().insert("life/init".into(), modules);
        let other = Record { platform: "i686".into(), skips: Default::default(), ..record.clone() };
        let text = page(&[platform("arm64"), platform("i686")], &[record, other]);
        assert!(text.contains("| reason | checks | arm64 | i686 |"), "{text}");
        assert!(text.contains("| no \\| way | `life/init` | 2 |  |"), "{text}");
    }
}

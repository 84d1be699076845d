//! What `rp check` prints.

use std::collections::BTreeMap;

use rp_conformance::{Check, Finding, Kind};
use serde_json::{Value, json};

use super::finding::{print_finding, styled_kind};
use super::shared_fault;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::{FAINT, STRONG, escaped, escaped_lines, styled, table};

/// Prints the checks and the rules that they are made from.
pub fn list(checks: &[&Check], global: &Global, output: &mut Output) -> Result<(), Fault> {
    for check in checks {
        if global.json {
            output.json(&json!({
                "check": check.id,
                "says": check.says,
                "header": check.rule.header,
                "rule": check.rule.number,
                "words": check.rule.words,
            }))?;
        } else {
            output.folded(&format!("{}  {}", styled(STRONG, check.id), check.says), 4)?;
            output.folded(&styled(FAINT, &format!("    {}", check.rule)), 4)?;
        }
    }
    Ok(())
}

fn to_json(finding: &Finding) -> Value {
    json!({
        "file": JsonPath(&finding.file),
        "check": finding.check.id,
        "outcome": finding.outcome.kind,
        "text": finding.outcome.text,
        "cause": finding.cause().map(|cause| cause.text),
        "rule": finding.rule().to_string(),
        "evidence": finding.outcome.evidence,
        "elapsed_ms": u64::try_from(finding.elapsed.as_millis()).unwrap_or(u64::MAX),
        "reproduce": finding.reproduce,
    })
}

/// Prints the findings: for programs all, for people those that they should look at, and a summary.
pub fn print(findings: &[Finding], global: &Global, output: &mut Output) -> Result<(), Fault> {
    if global.json {
        return findings.iter().try_for_each(|finding| output.json(&to_json(finding)));
    }
    print_text(findings, global, output)
}

fn print_text(findings: &[Finding], global: &Global, output: &mut Output) -> Result<(), Fault> {
    let faults = shared_fault::faults(findings);
    // First, since they explain what comes after them.
    faults.iter().try_for_each(|fault| fault.print(output))?;
    for finding in findings.iter().filter(|finding| !faults.iter().any(|fault| fault.holds(finding))) {
        let kind = finding.outcome.kind;
        if kind.is_finding() {
            print_finding(finding, output)?;
        } else if global.verbose > 0 {
            let text = styled(FAINT, &escaped_lines(&finding.outcome.text, "    "));
            output.line(&format!("{} {} {text}", styled_kind(kind), finding.check.id))?;
        }
    }
    for kind in [Kind::Skip, Kind::Blocked, Kind::Unstarted] {
        print_reasons(kind, findings, global, output)?;
    }
    output.line(&summary(findings))
}

/// The reasons why checks of a kind were not carried out, each once: a gap is never silent.
fn print_reasons(
    kind: Kind,
    findings: &[Finding],
    global: &Global,
    output: &mut Output,
) -> Result<(), Fault> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.outcome.kind == kind) {
        reasons.entry(&finding.outcome.text).or_default().push(finding.check.id);
    }
    for (reason, mut checks) in reasons {
        checks.sort_unstable();
        checks.dedup();
        let ids = if global.verbose > 0 || checks.len() < 4 {
            checks.join(", ")
        } else {
            format!("{} and {} more", checks[..3].join(", "), checks.len() - 3)
        };
        output.folded(&format!("{} {}: {ids}", styled_kind(kind), escaped(reason)), 5)?;
    }
    Ok(())
}

/// One row for each file. The columns of kinds that need attention are shown only if there are any.
fn summary(findings: &[Finding]) -> String {
    let is_there = |kind: Kind| findings.iter().any(|finding| finding.outcome.kind == kind);
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !kind.is_open() || is_there(*kind)).collect();
    let mut headings: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_uppercase()).collect();
    headings.push("FILE".to_owned());
    let row = |cells: &[Finding]| {
        let count = |kind: &Kind| cells.iter().filter(|cell| cell.outcome.kind == *kind).count().to_string();
        let mut row: Vec<String> = kinds.iter().map(count).collect();
        row.push(cells[0].file.display().to_string());
        row
    };
    let rows: Vec<_> = findings.chunk_by(|one, other| one.file == other.file).map(row).collect();
    table(&headings.iter().map(String::as_str).collect::<Vec<_>>(), &rows)
}

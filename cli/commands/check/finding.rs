//! One finding, as people read it.

use rp_conformance::{Finding, Kind, Rule};

use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{BAD, FAINT, GOOD, STRONG, WARN, escaped, escaped_lines, styled};

/// Prints a finding under its check.
pub fn print_finding(finding: &Finding, output: &mut Output) -> Result<(), Fault> {
    let Finding { check, outcome, .. } = finding;
    print_heading(finding, check.id, output)?;
    output.line(&format!("  {}", escaped_lines(&outcome.text, "    ")))?;
    print_evidence(finding, &check.rule, output)?;
    output.line("")
}

/// What kind of finding it is, what it is about, and the file.
pub fn print_heading(finding: &Finding, about: &str, output: &mut Output) -> Result<(), Fault> {
    let heading = format!("{} {}", styled_kind(finding.outcome.kind), styled(STRONG, &escaped(about)));
    output.line(&format!("{heading}  {}", escaped(&finding.file.display().to_string())))
}

/// The rule that was broken, what led to it, and how to see it again.
pub fn print_evidence(finding: &Finding, rule: &Rule, output: &mut Output) -> Result<(), Fault> {
    output.line(&styled(FAINT, &format!("  rule       {rule}")))?;
    for step in &finding.outcome.evidence {
        output.line(&styled(FAINT, &format!("  | {}", escaped_lines(step, "  |   "))))?;
    }
    output.line(&format!("  reproduce  {}", escaped(&finding.reproduce)))
}

/// The kind in its colour.
pub fn styled_kind(kind: Kind) -> String {
    let style = match kind {
        Kind::Pass => GOOD,
        Kind::Warn => WARN,
        Kind::Skip => FAINT,
        Kind::Fail | Kind::Crash | Kind::Timeout | Kind::Blocked | Kind::Unstarted => BAD,
    };
    styled(style, kind.as_str())
}

//! One fault that several checks ran into is reported once.

use rp_conformance::{Cause, Finding};

use super::finding::{print_evidence, print_heading};
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{FAINT, styled};

/// A fault, and the findings that come from it.
pub struct Shared<'a> {
    cause: Cause,
    findings: Vec<&'a Finding>,
}

/// The faults that more than one check of a file ran into, or one that is not about it, in the order in which they were found.
pub fn faults(findings: &[Finding]) -> Vec<Shared<'_>> {
    let mut faults: Vec<Shared<'_>> = Vec::new();
    for finding in findings {
        let Some(cause) = finding.cause() else { continue };
        let is_same =
            |fault: &&mut Shared<'_>| fault.cause == cause && fault.findings[0].file == finding.file;
        match faults.iter_mut().find(is_same) {
            Some(fault) => fault.findings.push(finding),
            None => faults.push(Shared { cause, findings: vec![finding] }),
        }
    }
    faults.retain(|fault| fault.findings.len() > 1 || !fault.is_about(fault.findings[0]));
    faults
}

impl Shared<'_> {
    /// Whether this finding comes from it.
    pub fn holds(&self, finding: &Finding) -> bool {
        self.findings.iter().any(|one| std::ptr::eq(*one, finding))
    }

    /// Whether the check of this finding is about the fault, and the others only ran into it.
    fn is_about(&self, finding: &Finding) -> bool {
        finding.check.rule == self.cause.rule
    }

    /// The finding that shows it best.
    fn best(&self) -> &Finding {
        let rank =
            |one: &&&Finding| (!self.is_about(one), !one.outcome.kind.is_bad(), one.outcome.evidence.len());
        self.findings.iter().min_by_key(rank).expect("a fault was found by a check")
    }

    /// Reports it, with the checks that it kept from their own work.
    pub fn print(&self, output: &mut Output) -> Result<(), Fault> {
        let best = self.best();
        print_heading(best, &self.cause.text, output)?;
        print_evidence(best, &self.cause.rule, output)?;
        let hindered = self.findings.iter().filter(|one| !self.is_about(one));
        let checks: Vec<_> = hindered.map(|one| one.check.id).collect();
        if !checks.is_empty() {
            let noun = if checks.len() == 1 { "check" } else { "checks" };
            let text = format!("  {} {noun} could not be judged: {}", checks.len(), checks.join(", "));
            output.folded(&styled(FAINT, &text), 4)?;
        }
        output.line("")
    }
}

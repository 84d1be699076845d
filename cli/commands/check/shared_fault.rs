//! One fault that several checks ran into is reported once.

use rp_conformance::{Cause, Finding};

use super::finding::{print_evidence, print_heading};
use crate::fault::Fault;
use crate::output::Output;

/// A fault, and the findings that come from it.
pub struct Shared<'a> {
    cause: Cause,
    findings: Vec<&'a Finding>,
}

/// The faults that more than one check of a file ran into, in the order in which they were found.
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
    faults.retain(|fault| fault.findings.len() > 1);
    faults
}

impl Shared<'_> {
    /// Whether this finding comes from it.
    pub fn holds(&self, finding: &Finding) -> bool {
        self.findings.iter().any(|one| std::ptr::eq(*one, finding))
    }

    /// Whether this finding is the first that comes from it.
    pub fn begins_with(&self, finding: &Finding) -> bool {
        std::ptr::eq(self.findings[0], finding)
    }

    /// Reports it, with the shortest evidence.
    pub fn print(&self, output: &mut Output) -> Result<(), Fault> {
        let Some(least) = self.findings.iter().min_by_key(|one| one.outcome.evidence.len()) else {
            return Ok(());
        };
        print_heading(least, &self.cause.text, output)?;
        let checks: Vec<_> = self.findings.iter().map(|one| one.check.id).collect();
        let text = format!("  {} checks could not be judged: {}", checks.len(), checks.join(", "));
        output.folded(&text, 4)?;
        print_evidence(least, &self.cause.rule, output)
    }
}

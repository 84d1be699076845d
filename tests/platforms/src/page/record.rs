//! What is kept of a run: nothing that differs the next time for no reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::results::{Outcome, Results};

/// One platform, as it was last run or compiled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its name.
    pub platform: String,
    /// What rustc calls it.
    pub target: String,
    /// The day of the run, in UTC.
    pub date: String,
    /// The system that the run was on.
    pub system: String,
    /// The emulator with its version; None on a real machine, and where nothing was run.
    pub emulator: Option<String>,
    /// Whether anything was run; otherwise it was compiled only.
    pub was_run: bool,
    /// Why it could not even be compiled for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The minutes that the run took, at least one.
    pub minutes: u64,
    /// The steps that were as they should be.
    pub ok: Vec<String>,
    /// The steps that failed.
    pub failed: Vec<String>,
    /// The steps that were not possible, each with the reason.
    pub not_here: BTreeMap<String, String>,
    /// How many checks passed.
    pub passed_checks: usize,
    /// How many checks failed.
    pub failed_checks: usize,
    /// Reasons of skips, and under each the checks with the modules.
    pub skips: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Record {
    /// What is kept of these results.
    pub fn new(results: &Results) -> Record {
        let named = |outcome| {
            let steps = results.steps.iter().filter(move |step| step.outcome == outcome);
            steps.map(|step| step.name.clone()).collect()
        };
        let not_here = results.steps.iter().filter(|step| step.outcome == Outcome::NotHere);
        let mut skips: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        for skip in &results.checks.skips {
            let checks = skips.entry(skip.reason.clone()).or_default();
            checks.entry(skip.check.clone()).or_default().push(skip.module.clone());
        }
        Record {
            platform: results.platform.clone(),
            target: results.target.clone(),
            date: results.date.clone(),
            system: results.system.clone(),
            emulator: results.emulator.clone(),
            was_run: !results.steps.is_empty(),
            missing: results.missing.clone(),
            minutes: results.seconds.div_ceil(60),
            ok: named(Outcome::Ok),
            failed: named(Outcome::Failed),
            not_here: not_here.map(|step| (step.name.clone(), step.text.clone())).collect(),
            passed_checks: results.checks.passed,
            failed_checks: results.checks.failed,
            skips,
        }
    }

    /// How many checks were skipped.
    pub fn skipped_checks(&self) -> usize {
        self.skips.keys().map(|reason| self.skipped_for(reason)).sum()
    }

    /// How many checks were skipped for this reason.
    pub fn skipped_for(&self, reason: &str) -> usize {
        self.skips.get(reason).map_or(0, |checks| checks.values().map(Vec::len).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use crate::results::{Checks, Outcome, Results, Skip, Step};

    fn step(name: &str, outcome: Outcome) -> Step {
        Step { name: name.into(), outcome, text: format!("why {name}"), milliseconds: 7 }
    }

    #[test]
    fn nothing_is_lost() {
        let skip = |module: &str, check: &str| Skip {
            module: module.into(),
            check: check.into(),
            reason: "no".into(),
        };
        let results = Results {
            platform: "arm64".into(),
            seconds: 61,
            steps: vec![
                step("list", Outcome::Ok),
                step("check", Outcome::Failed),
                step("sizes", Outcome::NotHere),
            ],
            checks: Checks {
                passed: 3,
                failed: 1,
                skips: vec![skip("a", "x/y"), skip("b", "x/y"), skip("b", "x/z")],
            },
            ..Results::default()
        };
        let record = Record::new(&results);
        assert_eq!((record.was_run, record.minutes, record.skipped_checks()), (true, 2, 3));
        assert_eq!((record.ok, record.failed), (vec!["list".to_owned()], vec!["check".to_owned()]));
        assert_eq!(record.not_here["sizes"], "why sizes");
        assert_eq!(record.skips["no"]["x/y"], ["a", "b"]);
    }
}

//! Every check over every module.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::done::Done;
use crate::build::text;
use crate::results::{Checks, Skip};
use crate::setup::Setup;

/// How long all checks of one module may take together.
const LIMIT_OF_A_MODULE: Duration = Duration::from_secs(1800);

/// None of them may find anything, not even something to look at: our own modules are examples.
pub fn check(setup: &Setup) -> Result<Done, String> {
    let mut checks = Checks::default();
    let mut faults = Vec::new();
    let limit = setup.check_limit.to_string();
    for module in &setup.modules {
        let library = setup.tested.library(module)?;
        let arguments = ["--json", "check", "--limit", &limit, text(&library)?];
        let ended = setup.tested.starter.run_within(LIMIT_OF_A_MODULE, &setup.tested.rp, &arguments)?;
        if !ended.is_exit_of_rp() {
            return Err(format!("rp check {module}: {}", ended.how));
        }
        let before = checks.passed;
        for line in ended.text()?.lines() {
            let finding = serde_json::from_str(line).map_err(|error| format!("{module}: {error}: {line}"))?;
            add(module, &finding, &mut checks, &mut faults);
        }
        if checks.passed == before {
            faults.push(format!("no check of {module} passed\n{}", String::from_utf8_lossy(&ended.stderr)));
        }
    }
    checks.skips.sort();
    let text = summary(&checks, &faults);
    Ok(if faults.is_empty() { Done::Checked(text, checks) } else { Done::Found(text, checks) })
}

fn add(module: &str, finding: &Value, checks: &mut Checks, faults: &mut Vec<String>) {
    let member = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    match finding["outcome"].as_str() {
        Some("pass") => checks.passed += 1,
        Some("skip") => checks.skips.push(Skip {
            module: module.to_owned(),
            check: member("check"),
            reason: member("text"),
        }),
        outcome => {
            checks.failed += 1;
            let outcome = outcome.unwrap_or("no outcome");
            faults.push(format!("{module}: {outcome}: {}: {}", member("check"), member("text")));
        }
    }
}

/// The counts, the faults, and how often a reason was given.
fn summary(checks: &Checks, faults: &[String]) -> String {
    let mut reasons = BTreeMap::<&str, usize>::new();
    for skip in &checks.skips {
        *reasons.entry(&skip.reason).or_default() += 1;
    }
    let counts =
        format!("{} passed, {} failed, {} skipped", checks.passed, checks.failed, checks.skips.len());
    let reasons = reasons.iter().map(|(reason, count)| format!("skip {count}: {reason}"));
    let lines: Vec<_> = [counts].into_iter().chain(faults.iter().cloned()).chain(reasons).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Checks, add};

    /// What is neither a pass nor a skip is a fault, also an outcome that nobody knew when this was written.
    #[test]
    fn every_other_outcome_is_a_fault() {
        let (mut checks, mut faults) = (Checks::default(), Vec::new());
        for outcome in ["pass", "skip", "warn", "fail", "crash", "timeout", "blocked", "unstarted", "new"] {
            let finding = json!({"check": "life/init", "outcome": outcome, "text": "why"});
            add("test-minimal", &finding, &mut checks, &mut faults);
        }
        add("test-minimal", &json!({}), &mut checks, &mut faults);
        assert_eq!((checks.passed, checks.skips.len(), checks.failed, faults.len()), (1, 1, 8, 8));
        assert_eq!(faults[1], "test-minimal: fail: life/init: why");
    }
}

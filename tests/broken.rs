//! The broken modules of conformance/broken: each is found by exactly the checks that it names, and no check is without
//! one. A new folder entry is a new test; nothing is added here.

#[path = "broken/module.rs"]
mod module;

use std::collections::BTreeSet;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use module::Module;
use rp_conformance::{Finding, Kind, Plan};

fn main() {
    rp_conformance::serve_if_asked();
    let arguments = Arguments::from_args();
    let modules = module::all();
    let mut trials: Vec<_> = modules.iter().cloned().map(trial).collect();
    trials.push(Trial::test("every_check_has_a_broken_module", move || every_check_is_tripped(&modules)));
    trials.push(Trial::test("every_check_passes_on_a_good_module", every_check_passes));
    trials.push(Trial::test("every_rule_stands_in_its_header", every_rule_stands));
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(module: Module) -> Trial {
    Trial::test(module.name.clone(), move || judge(&module))
}

fn check(module: &Module) -> Result<Vec<Finding>, Failed> {
    let mut plan = Plan::new([module.library()?]);
    plan.limit = Duration::from_secs(3);
    plan.jobs = 1;
    Ok(rp_conformance::run(&plan, |_| {}))
}

/// Exactly the declared checks find something.
fn judge(module: &Module) -> Result<(), Failed> {
    let findings = check(module)?;
    let found = findings.iter().filter(|finding| finding.outcome.kind.is_finding());
    let found: BTreeSet<String> = found.map(|finding| finding.check.id.to_owned()).collect();
    if found == module.trips {
        return Ok(());
    }
    let mut text = String::new();
    for id in module.trips.symmetric_difference(&found) {
        let what = if found.contains(id) { "is not declared" } else { "is declared and found nothing" };
        text.push_str(&format!("{id} {what}: {}\n", told(&findings, id)));
    }
    Err(Failed::from(text))
}

fn told(findings: &[Finding], id: &str) -> String {
    let Some(finding) = findings.iter().find(|finding| finding.check.id == id) else {
        return "there is no such check".into();
    };
    let outcome = &finding.outcome;
    format!("{} {}\n  {}", outcome.kind.as_str(), outcome.text, outcome.evidence.join("\n  "))
}

fn every_check_is_tripped(modules: &[Module]) -> Result<(), Failed> {
    let tripped: BTreeSet<_> =
        modules.iter().flat_map(|module| module.trips.iter().map(String::as_str)).collect();
    let missing: Vec<_> = rp_conformance::all().filter(|check| !tripped.contains(check.id)).collect();
    if missing.is_empty() { Ok(()) } else { Err(Failed::from(format!("no broken module trips {missing:?}"))) }
}

/// A check that is skipped wherever all is well would find nothing in any module that is well otherwise.
fn every_check_passes() -> Result<(), Failed> {
    let mut passed = BTreeSet::new();
    for module in module::all().iter().filter(|module| module.name.starts_with("good/")) {
        let findings = check(module)?;
        let good = findings.iter().filter(|finding| finding.outcome.kind == Kind::Pass);
        passed.extend(good.map(|finding| finding.check.id));
    }
    let missing: Vec<_> = rp_conformance::all().filter(|check| !passed.contains(check.id)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(format!("skipped on every good module: {missing:?}")))
    }
}

/// The words that a check quotes are the header's, in the rule that it names; no two checks quote the same for the same.
fn every_rule_stands() -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for check in rp_conformance::all() {
        let rule = check.rule;
        if !module::rule_text(rule.header, rule.number).contains(rule.words) {
            wrong.push(format!("{}: {rule}", check.id));
        }
        if !seen.insert((rule.header, rule.words)) {
            wrong.push(format!("{}: quotes what another check quotes: {rule}", check.id));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failed::from(wrong.join("\n"))) }
}

//! The broken modules of conformance/broken: each is found by exactly the checks that it names, and no check is without
//! one. A new folder entry is a new test; nothing is added here.
//!
//! RP_BROKEN_CC and RP_BROKEN_RP build them for another platform and ask its `rp`, which proves the checks there.
//!
//! The short form asks a broken one the groups of the checks that it names; RP_FULL=1 has every check over each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use libtest_mimic::{Completion, Failed, Trial};
use rp_conformance::{Check, Form, Forms, Kind, Plan};
use rp_host::Isolation;
use serde::Deserialize;
use support::broken::{self, Module, Platform};

pub fn trials() -> Vec<Trial> {
    let modules = broken::all();
    let mut trials: Vec<_> = modules.iter().cloned().map(trial).collect();
    // As many processes again, of which few differ from those in a sandbox.
    if cfg!(target_os = "linux") && support::is_full() {
        trials.extend(modules.iter().cloned().filter_map(|module| twin(module, Form::Isolated)));
    }
    if cfg!(feature = "wasm") {
        trials.extend(modules.iter().cloned().filter_map(|module| twin(module, Form::Sandboxed)));
    }
    trials.push(Trial::test("broken::every_check_has_a_broken_module", move || {
        every_check_is_tripped(&modules)
    }));
    trials.push(Trial::test("broken::every_check_passes_on_a_good_module", every_check_passes));
    trials.push(Trial::test("broken::every_rule_stands_in_its_header", every_rule_stands));
    trials
}

fn trial(module: Module) -> Trial {
    Trial::ignorable_test(format!("broken::{}", module.name), move || {
        if let (Some(reason), Some(platform)) = (&module.unix, Platform::chosen())
            && platform.is_windows()
        {
            return Ok(Completion::ignored_with(reason));
        }
        if !module.is_wasm() {
            return trips_what_it_declares(&module, module.library()?);
        }
        match module.wasm() {
            Ok(file) => trips_what_it_declares(&module, file),
            Err(gap) => Ok(Completion::ignored_with(gap)),
        }
    })
}

/// The same module behind a loader: what it declares is found there too, by the checks that are asked there.
fn twin(module: Module, form: Form) -> Option<Trial> {
    let is_asked = |check: &&Check| module.sandboxed.contains(check.id) && check.forms == Forms::All;
    let checks: Vec<_> = rp_conformance::all().filter(is_asked).collect();
    if module.is_wasm() || module.is_native || checks.is_empty() {
        return None;
    }
    let ending = if form == Form::Isolated { "isolated" } else { "wasm" };
    Some(Trial::ignorable_test(format!("broken::{}.{ending}", module.name), move || {
        let file = match form {
            Form::Isolated => module.library()?,
            _ => match module.wasm() {
                Ok(file) => file,
                Err(gap) => return Ok(Completion::ignored_with(gap)),
            },
        };
        let findings = check_as(file, checks, form == Form::Isolated)?;
        let silent: Vec<_> = findings.iter().filter(|finding| !finding.kind.is_finding()).collect();
        if silent.is_empty() {
            return Ok(Completion::Completed);
        }
        let told: Vec<_> = silent.iter().map(|finding| described(&findings, &finding.check)).collect();
        let ids: Vec<_> = silent.iter().map(|finding| finding.check.as_str()).collect();
        Err(Failed::from(format!("{} found nothing:\n{}", ids.join(", "), told.join("\n"))))
    }))
}

/// What a check found, wherever it ran.
#[derive(Deserialize)]
struct Found {
    check: String,
    #[serde(rename = "outcome")]
    kind: Kind,
    text: String,
    evidence: Vec<String>,
}

fn check(file: PathBuf, checks: Vec<&'static Check>) -> Result<Vec<Found>, Failed> {
    check_as(file, checks, false)
}

fn check_as(file: PathBuf, checks: Vec<&'static Check>, is_isolated: bool) -> Result<Vec<Found>, Failed> {
    match Platform::chosen() {
        Some(platform) => check_elsewhere(&platform, &file, &checks),
        None => Ok(check_here(file, checks, is_isolated)),
    }
}

/// As `rp check` of another platform tells it.
fn check_elsewhere(
    platform: &Platform,
    file: &Path,
    checks: &[&'static Check],
) -> Result<Vec<Found>, Failed> {
    let mut rp = platform.rp();
    // An emulator is slower, and what never comes to an end takes all of it.
    rp.args(["check", "--json", "--jobs", "1", "--limit", "20"]).arg(file);
    for check in checks {
        rp.arg("--filter").arg(format!("={}", check.id));
    }
    let output = rp.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found: Result<Vec<_>, _> = text.lines().map(serde_json::from_str).collect();
    let found: Vec<Found> = found.map_err(|error| format!("{error}: {output:?}"))?;
    if found.len() == checks.len() { Ok(found) } else { Err(format!("{rp:?}: {output:?}").into()) }
}

fn check_here(file: PathBuf, checks: Vec<&'static Check>, is_isolated: bool) -> Vec<Found> {
    // Those for WebAssembly all come to an end, some of them slowly; of the others some never do.
    let limit = if file.extension().is_some_and(|it| it == "wasm") { 20 } else { 3 };
    let mut plan = Plan::new([file]);
    plan.checks = checks;
    plan.isolation = is_isolated.then(Isolation::default);
    plan.limit = Duration::from_secs(limit);
    plan.jobs = 1;
    let found = |finding: rp_conformance::Finding| Found {
        check: finding.check.id.to_owned(),
        kind: finding.outcome.kind,
        text: finding.outcome.text,
        evidence: finding.outcome.evidence,
    };
    rp_conformance::run(&plan, |_| {}).into_iter().map(found).collect()
}

/// What a module is asked: most of the time goes to processes that find nothing, in groups that it has nothing to do with.
fn asked(module: &Module) -> Vec<&'static Check> {
    let has_all = support::is_full() || module.trips.is_empty();
    let groups: BTreeSet<_> = module.trips.iter().filter_map(|id| id.split('/').next()).collect();
    rp_conformance::all().filter(|check| has_all || groups.contains(check.group())).collect()
}

/// Exactly the declared checks find something.
fn trips_what_it_declares(module: &Module, file: PathBuf) -> Result<Completion, Failed> {
    let findings = check(file, asked(module))?;
    let found = findings.iter().filter(|finding| finding.kind.is_finding());
    let found: BTreeSet<String> = found.map(|finding| finding.check.clone()).collect();
    let declared: BTreeSet<String> = module.trips.iter().filter(|id| !is_skipped(id)).cloned().collect();
    if found == declared {
        return Ok(Completion::Completed);
    }
    let mut text = String::new();
    for id in declared.symmetric_difference(&found) {
        let what = if found.contains(id) { "is not declared" } else { "is declared and found nothing" };
        text.push_str(&format!("{id} {what}: {}\n", described(&findings, id)));
    }
    Err(Failed::from(text))
}

/// Whether the platform that the modules are built for has nothing that the check could look at.
fn is_skipped(check: &str) -> bool {
    Platform::chosen().is_some_and(|platform| platform.skips(check))
}

fn described(findings: &[Found], id: &str) -> String {
    let Some(finding) = findings.iter().find(|finding| finding.check == id) else {
        return "there is no such check".into();
    };
    format!("{} {}\n  {}", finding.kind.as_str(), finding.text, finding.evidence.join("\n  "))
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
    let mut has_wasm = true;
    for module in broken::all().iter().filter(|module| module.name.starts_with("good/")) {
        let wasm = module.wasm();
        has_wasm &= wasm.is_ok();
        for file in [module.library()?].into_iter().chain(wasm) {
            let findings = check(file, rp_conformance::all().collect())?;
            let good = findings.into_iter().filter(|finding| finding.kind == Kind::Pass);
            passed.extend(good.map(|finding| finding.check));
        }
    }
    let can_pass = |check: &&Check| (has_wasm || check.forms != Forms::Sandboxed) && !is_skipped(check.id);
    let missing: Vec<_> =
        rp_conformance::all().filter(can_pass).filter(|check| !passed.contains(check.id)).collect();
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
        if !broken::rule_text(rule.header, rule.number).contains(rule.words) {
            wrong.push(format!("{}: {rule}", check.id));
        }
        if !seen.insert((rule.header, rule.words)) {
            wrong.push(format!("{}: quotes what another check quotes: {rule}", check.id));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failed::from(wrong.join("\n"))) }
}

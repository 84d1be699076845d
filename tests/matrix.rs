//! Every check over every module that the workspace builds: one test for each cell.
//!
//! A new folder in modules-rust/ or modules-c/ is a new column; nothing is added here. A cell that cannot be asked is
//! ignored with its reason, and the reasons are counted at the end: a gap is never silent. RP_CHECK_FULL=1 runs the long forms.

use std::collections::BTreeMap;
use std::path::PathBuf;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use rp_conformance::{Check, Kind, Plan};

fn main() {
    rp_conformance::serve_if_asked();
    let arguments = Arguments::from_args();
    let modules = modules();
    let cells =
        modules.iter().flat_map(|(name, file)| rp_conformance::all().map(move |check| (name, file, check)));
    let mut trials: Vec<_> = cells.map(|(name, file, check)| trial(name, file, check)).collect();
    let all = modules.clone();
    trials.push(Trial::test("gaps", move || gaps(&all)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Name and file of every module, from the build script.
fn modules() -> Vec<(&'static str, PathBuf)> {
    let names = [env!("RP_MODULES_RUST"), env!("RP_MODULES_C")];
    let names = names.into_iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty());
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let modules: Vec<_> = names.map(|name| (name, folder.join(rp_host::library_file_name(name)))).collect();
    assert!(modules.len() >= 3, "Rust, C and plain at least: {modules:?}");
    modules
}

/// Every cell at once, and what could not be asked of whom.
fn gaps(modules: &[(&'static str, PathBuf)]) -> Result<(), Failed> {
    let plan = Plan::new(modules.iter().map(|(_, file)| file.clone()));
    let findings = rp_conformance::run(&plan, |_| {});
    let mut gaps: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.outcome.kind == Kind::Skip)
    {
        let name = modules[at / plan.checks.len()].0;
        gaps.entry((&finding.outcome.text, finding.check.id)).or_default().push(name);
    }
    let count: usize = gaps.values().map(Vec::len).sum();
    println!("{} cells, {count} of them gaps:", findings.len());
    for ((reason, check), names) in gaps {
        println!("  {check} on {}: {reason}", names.join(", "));
    }
    Ok(())
}

/// The JSON test files of a crate that is a dev-dependency for them.
fn json_texts() -> PathBuf {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--filter-platform", env!("RP_TARGET")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let package = packages.iter().find(|package| package["name"] == "trivet").expect("a dev-dependency");
    let folder = package["manifest_path"].as_str().expect("a path");
    PathBuf::from(folder).with_file_name("test").join("json_test_cases")
}

fn trial(name: &str, file: &std::path::Path, check: &'static Check) -> Trial {
    let mut plan = Plan::new([file.to_owned()]);
    plan.checks = vec![check];
    plan.is_full = std::env::var_os("RP_CHECK_FULL").is_some();
    Trial::ignorable_test(format!("{}::{name}", check.id), move || {
        if matches!(check.id, "json/valid" | "json/invalid") {
            plan.texts = Some(json_texts());
        }
        judge(&plan)
    })
}

/// A warning is a failure here: our own modules are examples.
fn judge(plan: &Plan) -> Result<Completion, Failed> {
    let findings = rp_conformance::run(plan, |_| {});
    let finding = &findings[0];
    match finding.outcome.kind {
        Kind::Pass => Ok(Completion::Completed),
        Kind::Skip => {
            println!("skipped: {} on {}: {}", finding.check.id, finding.file.display(), finding.outcome.text);
            Ok(Completion::ignored_with(&finding.outcome.text))
        }
        kind => Err(Failed::from(format!(
            "{}: {}\n  {}\n  {}\n{}",
            kind.as_str(),
            finding.outcome.text,
            finding.check.rule,
            finding.outcome.evidence.join("\n  "),
            finding.reproduce
        ))),
    }
}

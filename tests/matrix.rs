//! Every check over every module that the workspace builds: one test for each cell.
//!
//! A new folder in modules-rust/ or modules-c/ is a new column; nothing is added here. A cell that cannot be asked is
//! ignored with its reason, and the reasons are counted at the end: a gap is never silent. RP_CHECK_FULL=1 runs the long forms.

use std::path::PathBuf;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use rp_conformance::{Check, Kind, Plan};

fn main() {
    rp_conformance::serve_if_asked();
    let arguments = Arguments::from_args();
    let modules = modules();
    let cells =
        modules.iter().flat_map(|(name, file)| rp_conformance::all().map(move |check| (name, file, check)));
    let trials = cells.map(|(name, file, check)| trial(name, file, check)).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// Name and file of every module, from the build script.
fn modules() -> Vec<(&'static str, PathBuf)> {
    let names = [env!("RP_MODULES_RUST"), env!("RP_MODULES_C")];
    let names = names.into_iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty());
    let folder = PathBuf::from(std::env::current_exe().unwrap()).parent().unwrap().to_owned();
    let modules: Vec<_> = names.map(|name| (name, folder.join(rp_host::library_file_name(name)))).collect();
    assert!(modules.len() >= 3, "Rust, C and plain at least: {modules:?}");
    modules
}

fn trial(name: &str, file: &std::path::Path, check: &'static Check) -> Trial {
    let mut plan = Plan::new([file.to_owned()]);
    plan.checks = vec![check];
    plan.is_full = std::env::var_os("RP_CHECK_FULL").is_some();
    Trial::ignorable_test(format!("{}::{name}", check.id), move || judge(&plan))
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

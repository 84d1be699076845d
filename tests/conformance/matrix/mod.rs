//! Every check over every module that the workspace builds, natively and as WebAssembly: one test for each cell.
//!
//! A new folder in modules-rust/ or modules-c/ is two new columns; nothing is added here. A cell that cannot be asked is
//! ignored with its reason, and the reasons are counted at the end: a gap is never silent. RP_CHECK_FULL=1 runs the long forms.

mod page;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Completion, Failed, Trial};
use page::Table;
use rp_conformance::{Check, Finding, Kind, Plan, Sandbox};
use support::json_texts::json_texts;
use support::wasm;

pub fn trials() -> Vec<Trial> {
    let columns = columns();
    let cells = columns.iter().flat_map(|column| rp_conformance::all().map(move |check| (*column, check)));
    let mut trials: Vec<_> = cells.map(|(column, check)| trial(column, check)).collect();
    trials.push(Trial::test("matrix::gaps", move || gaps(&columns)));
    trials
}

/// One module in one form.
#[derive(Clone, Copy)]
struct Column {
    module: &'static str,
    is_wasm: bool,
}

impl Column {
    /// As the cells are named: the module, with `.wasm` behind it.
    fn name(self) -> String {
        format!("{}{}", self.module, if self.is_wasm { ".wasm" } else { "" })
    }

    /// Its file, or why there is none.
    fn file(self) -> Result<PathBuf, String> {
        if self.is_wasm {
            return wasm::try_module(self.module);
        }
        let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        Ok(folder.join(rp_host::library_file_name(self.module)))
    }
}

/// Every module of the build script, in every form that this build of the host loads.
fn columns() -> Vec<Column> {
    let modules = support::modules();
    assert!(modules.len() >= 3, "Rust, C and plain at least: {modules:?}");
    let forms: &[bool] = if cfg!(feature = "wasm") { &[false, true] } else { &[false] };
    let columns =
        forms.iter().flat_map(|is_wasm| modules.iter().map(|module| Column { module, is_wasm: *is_wasm }));
    columns.collect()
}

/// Every cell at once, held to the same rules as each of them, and what could not be asked of whom.
fn gaps(columns: &[Column]) -> Result<(), Failed> {
    let files: Vec<_> = columns.iter().map(|column| (column.name(), column.file())).collect();
    for (name, file) in &files {
        if let Err(gap) = file {
            println!("no cells of {name}: {gap}");
        }
    }
    let files: Vec<_> = files.into_iter().filter_map(|(name, file)| Some((name, file.ok()?))).collect();
    let mut plan = plan(files.iter().map(|(_, file)| file.clone()));
    plan.texts = Some(json_texts(env!("RP_TARGET")));
    let findings = rp_conformance::run(&plan, |_| {});
    let mut gaps: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let is_skip = |(_, finding): &(usize, &Finding)| finding.outcome.kind == Kind::Skip;
    for (at, finding) in findings.iter().enumerate().filter(is_skip) {
        let name = &files[at / plan.checks.len()].0;
        gaps.entry((&finding.outcome.text, finding.check.id)).or_default().push(name);
    }
    let count: usize = gaps.values().map(Vec::len).sum();
    println!("{} cells, {count} of them gaps:", findings.len());
    for ((reason, check), names) in gaps {
        println!("  {check} on {}: {reason}", names.join(", "));
    }
    let faults: Vec<_> = findings.iter().filter_map(fault).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n\n").into());
    }
    // What can be asked is a matter of the platform too, and the page is of one.
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu", feature = "wasm")) {
        let is_whole = files.len() == columns.len();
        let table = |is_wasm| {
            let is_of = |name: &str| name.ends_with(".wasm") == is_wasm;
            table(files.iter().zip(findings.chunks(plan.checks.len())).filter(|((name, _), _)| is_of(name)))
        };
        page::check(&table(false), is_whole.then(|| table(true)).as_ref())?;
    }
    Ok(())
}

fn table<'a>(columns: impl Iterator<Item = (&'a (String, PathBuf), &'a [Finding])>) -> Table<'a> {
    let mut table = Table::default();
    for ((name, _), findings) in columns {
        table.add_column(name.trim_end_matches(".wasm"));
        for (row, finding) in findings.iter().enumerate() {
            table.add(row, finding.check, finding.outcome.kind, &finding.outcome.text);
        }
    }
    table
}

fn trial(column: Column, check: &'static Check) -> Trial {
    // What makes no sense in a form needs no process that says so; the test `gaps` tells the reasons.
    let is_out = match check.sandbox {
        Sandbox::No(_) => column.is_wasm,
        Sandbox::Only => !column.is_wasm,
        Sandbox::Too => false,
    };
    let cell = Trial::ignorable_test(format!("matrix::{}::{}", check.id, column.name()), move || {
        let file = match column.file() {
            Ok(file) => file,
            Err(gap) => return Ok(Completion::ignored_with(gap)),
        };
        let mut plan = plan([file]);
        plan.checks = vec![check];
        if matches!(check.id, "json/valid" | "json/invalid") {
            plan.texts = Some(json_texts(env!("RP_TARGET")));
        }
        let findings = rp_conformance::run(&plan, |_| {});
        let finding = &findings[0];
        match fault(finding) {
            Some(fault) => Err(fault.into()),
            None if finding.outcome.kind == Kind::Skip => Ok(Completion::ignored_with(&finding.outcome.text)),
            None => Ok(Completion::Completed),
        }
    });
    cell.with_ignored_flag(is_out)
}

/// How the cells of those files are asked.
fn plan(files: impl IntoIterator<Item = PathBuf>) -> Plan {
    let mut plan = Plan::new(files);
    plan.is_full = std::env::var_os("RP_CHECK_FULL").is_some();
    if cfg!(feature = "wasm") {
        // What an interpreter is busy with on a machine that is busy too.
        plan.limit = Duration::from_secs(if plan.is_full { 300 } else { 60 });
    }
    plan
}

/// What is wrong with a cell. A warning is wrong here: our own modules are examples.
fn fault(finding: &Finding) -> Option<String> {
    let kind = finding.outcome.kind;
    (!matches!(kind, Kind::Pass | Kind::Skip)).then(|| {
        format!(
            "{} on {}: {}: {}\n  {}\n  {}\n{}",
            finding.check.id,
            finding.file.display(),
            kind.as_str(),
            finding.outcome.text,
            finding.check.rule,
            finding.outcome.evidence.join("\n  "),
            finding.reproduce
        )
    })
}

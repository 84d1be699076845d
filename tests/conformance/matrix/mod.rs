//! Every check over every module that the workspace builds, natively, isolated and as WebAssembly: one test for each cell.
//!
//! A new folder in modules-rust/ or modules-c/ is two or three new columns; nothing is added here. A cell that cannot be asked is
//! ignored with its reason, and the reasons are counted at the end: a gap is never silent. RP_CHECK_FULL=1 runs the long forms.
//! Isolated, one module in each language is asked; RP_FULL=1 has all of them asked.

mod page;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Completion, Failed, Trial};
use page::Table;
use rp_conformance::{Check, Finding, Form, Kind, Plan};
use rp_host::Isolation;
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
    form: Form,
}

impl Column {
    /// As the cells are named: the module, with `.isolated` or `.wasm` behind it.
    fn name(self) -> String {
        let ending = match self.form {
            Form::Native => "",
            Form::Isolated => ".isolated",
            Form::Sandboxed => ".wasm",
        };
        format!("{}{ending}", self.module)
    }

    /// Its file, or why there is none.
    fn file(self) -> Result<PathBuf, String> {
        if self.form == Form::Sandboxed {
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
    let of =
        |form, modules: &[&'static str]| modules.iter().map(move |module| Column { module, form }).collect();
    let mut columns: Vec<Column> = of(Form::Native, &modules);
    if cfg!(target_os = "linux") {
        columns.extend::<Vec<_>>(of(Form::Isolated, if support::is_full() { &modules } else { &ISOLATED }));
    }
    if cfg!(feature = "wasm") {
        columns.extend::<Vec<_>>(of(Form::Sandboxed, &modules));
    }
    columns
}

/// The modules that are always asked isolated too, and shown so on the page.
const ISOLATED: [&str; 4] = ["test-minimal", "test-minimal-c", "test-minimal-cpp", "test-minimal-plain"];

/// A column, and what came of each check.
struct Asked {
    column: Column,
    findings: Vec<Finding>,
}

/// Asks every cell. A column that has no file is told.
fn ask(columns: &[Column]) -> Vec<Asked> {
    let mut asked = Vec::new();
    for is_isolated in [false, true] {
        let of = columns.iter().filter(|column| (column.form == Form::Isolated) == is_isolated);
        let found = of.filter_map(|column| {
            let file = column.file().inspect_err(|gap| println!("no cells of {}: {gap}", column.name()));
            Some((*column, file.ok()?))
        });
        let (columns, files): (Vec<_>, Vec<_>) = found.unzip();
        let mut plan = plan(files, is_isolated);
        plan.texts = Some(json_texts(env!("RP_TARGET")));
        let mut findings = rp_conformance::run(&plan, |_| {}).into_iter();
        asked.extend(columns.into_iter().map(|column| {
            let findings = findings.by_ref().take(plan.checks.len()).collect();
            Asked { column, findings }
        }));
    }
    asked
}

/// Every cell at once, held to the same rules as each of them, and what could not be asked of whom.
fn gaps(columns: &[Column]) -> Result<(), Failed> {
    let asked = ask(columns);
    print_gaps(&asked);
    let faults: Vec<_> = asked.iter().flat_map(|one| &one.findings).filter_map(fault).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n\n").into());
    }
    // What can be asked is a matter of the platform too, and the page is of one.
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu", feature = "wasm")) {
        let is_whole = asked.len() == columns.len();
        let table = |form| {
            let is_shown = |column: Column| form != Form::Isolated || ISOLATED.contains(&column.module);
            table(asked.iter().filter(|one| one.column.form == form && is_shown(one.column)))
        };
        let wasm = is_whole.then(|| table(Form::Sandboxed));
        page::check(&table(Form::Native), &table(Form::Isolated), wasm.as_ref())?;
    }
    Ok(())
}

fn print_gaps(asked: &[Asked]) {
    let mut gaps: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for one in asked {
        for finding in one.findings.iter().filter(|finding| finding.outcome.kind == Kind::Skip) {
            gaps.entry((&finding.outcome.text, finding.check.id)).or_default().push(one.column.name());
        }
    }
    let count: usize = gaps.values().map(Vec::len).sum();
    let cells: usize = asked.iter().map(|one| one.findings.len()).sum();
    println!("{cells} cells, {count} of them gaps:");
    for ((reason, check), names) in gaps {
        println!("  {check} on {}: {reason}", names.join(", "));
    }
}

fn table<'a>(columns: impl Iterator<Item = &'a Asked>) -> Table<'a> {
    let mut table = Table::default();
    for one in columns {
        table.add_column(one.column.module);
        for (row, finding) in one.findings.iter().enumerate() {
            table.add(row, finding.check, finding.outcome.kind, &finding.outcome.text);
        }
    }
    table
}

fn trial(column: Column, check: &'static Check) -> Trial {
    // What makes no sense in a form needs no process that says so; the test `gaps` tells the reasons.
    let is_out = check.forms.refuse(column.form).is_some();
    let cell = Trial::ignorable_test(format!("matrix::{}::{}", check.id, column.name()), move || {
        let file = match column.file() {
            Ok(file) => file,
            Err(gap) => return Ok(Completion::ignored_with(gap)),
        };
        let mut plan = plan([file], column.form == Form::Isolated);
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
fn plan(files: impl IntoIterator<Item = PathBuf>, is_isolated: bool) -> Plan {
    let mut plan = Plan::new(files);
    plan.isolation = is_isolated.then(Isolation::default);
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

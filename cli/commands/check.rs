//! `rp check FILE...`

mod finding;
mod report;
mod runner;
mod shared_fault;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use rp_conformance::{Check, Finding, Kind, Plan};
use rp_host::unchecked::UncheckedModule;
use rp_host::{Format, Isolation, LoadOptions};

use crate::arguments::global::Global;
use crate::arguments::isolation::IsolationOptions;
use crate::arguments::json::init_config;
use crate::arguments::runner::{Runner, VARIABLE};
use crate::fault::{EXIT_DATA, Fault};
use crate::files::{self, OutputFile};
use crate::output::Output;

/// Check modules against the rules of the header, each check in a process of its own
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The modules' library files
    #[arg(required_unless_present = "list")]
    files: Vec<PathBuf>,
    /// Only checks whose id contains this; =ID for exactly one; may be given more than once
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// List the checks and the rules that they test
    #[arg(long)]
    list: bool,
    /// Run in this process, one check after the other and without time limits, for debuggers
    #[arg(long)]
    in_process: bool,
    /// Also write the outcomes as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The seed of the random sessions
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Run the long forms: more repetitions, larger payloads
    #[arg(long)]
    full: bool,
    /// The time limit of a check
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    limit: f64,
    /// How many checks run at the same time; by default, one per core
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Start the process of each check through this command, such as an emulator: `qemu-aarch64 -L DIR`; words are split as in
    /// a shell
    #[arg(long, value_name = "CMD", env = VARIABLE, hide_env_values = true, value_parser = Runner::parse)]
    runner: Option<Runner>,
    /// Also send the JSON texts of a folder: files named y_... hold one valid value, files named n_... an invalid text
    #[arg(long, value_name = "DIR")]
    json_texts: Option<PathBuf>,
    #[command(flatten)]
    isolation: IsolationOptions,
    /// The configuration that the module gets with `init`
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    init: String,
}

const AFTER_HELP: &str = "\
Examples:
  rp check target/debug/libtest_minimal.so
  rp check libhello.so --filter replies/ --filter life/
  rp check libhello.so --filter =life/before-init --in-process
  rp check libhello.so --isolated
  rp check --list

A check passes, warns (the rule is kept, but take a look), fails, crashes, times
out, or is skipped because it does not apply to the module. It is blocked when
the module fails before the check itself begins, and unstarted when the system
has no resources for it. The exit code is 1 when a check fails, crashes, times
out or is blocked; otherwise 2 when one is unstarted.";

/// Checks.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    let checks = selected(&options.filter)?;
    if options.list {
        report::list(&checks, global, &mut output)?;
        return Ok(0);
    }
    let plan = plan(options, checks)?;
    if !options.in_process {
        runner::prove(&options.runner.clone().unwrap_or_default())?;
    }
    // Opened first: the findings would be lost if the file turned out not to be writable.
    let junit = options.junit.as_ref().map(|path| open_junit(path, &plan)).transpose()?;
    let findings = with_bar(&plan, global);
    if let (Some(path), Some(file)) = (&options.junit, junit) {
        write_junit(file, &findings).map_err(|error| files::unwritten(JUNIT, path, error.into()))?;
    }
    report::print(&findings, global, &mut output)?;
    exit(&findings)
}

/// Success only if every check was carried out.
fn exit(findings: &[Finding]) -> Result<u8, Fault> {
    let is = |wanted: fn(Kind) -> bool| findings.iter().any(|finding| wanted(finding.outcome.kind));
    if is(|kind| kind.is_bad() || kind == Kind::Blocked) {
        return Ok(EXIT_DATA);
    }
    let unstarted: Vec<_> = findings.iter().filter(|one| one.outcome.kind == Kind::Unstarted).collect();
    let Some(first) = unstarted.first() else { return Ok(0) };
    let text =
        format!("{} of {} checks could not start: {}", unstarted.len(), findings.len(), first.outcome.text);
    Err(Fault::environment("rp::check::unstarted", text)
        .help("allow the process more files, memory and processes (see `ulimit -a`), or run fewer checks at the same time with --jobs 1"))
}

fn selected(filters: &[String]) -> Result<Vec<&'static Check>, Fault> {
    let is_wanted = |check: &&Check| {
        let fits = |filter: &String| match filter.strip_prefix('=') {
            Some(id) => check.id == id,
            None => check.id.contains(filter),
        };
        filters.is_empty() || filters.iter().any(fits)
    };
    let checks: Vec<_> = rp_conformance::all().filter(is_wanted).collect();
    if checks.is_empty() {
        let text = format!("no check matches the filter {}", filters.join(", "));
        return Err(
            Fault::environment("rp::check::no_check", text).help("`rp check --list` shows all checks")
        );
    }
    Ok(checks)
}

fn plan(options: &Options, checks: Vec<&'static Check>) -> Result<Plan, Fault> {
    for file in &options.files {
        if let Err(error) = rp_host::inspect(file)
            && ["rp::load::not_found", "rp::load::not_a_file", "rp::load::unreadable"].contains(&error.code())
        {
            return Err(error.into());
        }
    }
    let isolation = options.isolation.isolation();
    if let Some(isolation) = &isolation {
        refuse_webassembly(&options.files, isolation)?;
    }
    let mut plan = Plan::new(options.files.clone());
    plan.checks = checks;
    plan.seed = options.seed;
    plan.is_full = options.full;
    plan.limit = Duration::from_secs_f64(options.limit);
    plan.jobs = options.jobs.unwrap_or(plan.jobs);
    plan.config = init_config(&options.init)?;
    plan.runner = options.runner.as_ref().map(Runner::words).unwrap_or_default();
    plan.in_process = options.in_process;
    plan.texts = options.json_texts.clone();
    plan.isolation = isolation;
    Ok(plan)
}

/// WebAssembly has a sandbox already.
fn refuse_webassembly(files: &[PathBuf], isolation: &Isolation) -> Result<(), Fault> {
    let is_wasm = |file: &&PathBuf| rp_host::inspect(file).is_ok_and(|found| found.format == Format::Wasm);
    let Some(file) = files.iter().find(is_wasm) else { return Ok(()) };
    let options = LoadOptions::new().isolated(isolation.clone());
    UncheckedModule::load(file, &options).map(drop).map_err(Fault::from)
}

/// A time that a check can be given.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=86_400.0).contains(&seconds) { Ok(seconds) } else { Err("not between 0.1 and 86400".into()) }
}

/// The bar draws on a terminal only.
fn with_bar(plan: &Plan, global: &Global) -> Vec<Finding> {
    let bar = if global.json { ProgressBar::hidden() } else { ProgressBar::new(plan.cells() as u64) };
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let findings = rp_conformance::run(plan, |finding| {
        bar.set_message(finding.check.id);
        bar.inc(1);
    });
    bar.finish_and_clear();
    findings
}

const JUNIT: &str = "rp::check::junit";

fn open_junit(path: &Path, plan: &Plan) -> Result<OutputFile, Fault> {
    OutputFile::open(path, &plan.files).map_err(|refused| files::unwritten(JUNIT, path, refused))
}

fn write_junit(file: OutputFile, findings: &[Finding]) -> std::io::Result<()> {
    file.emptied()?.write_all(rp_conformance::junit(findings).as_bytes())
}

//! `rp check FILE...`

mod finding;
mod report;
mod shared_fault;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use rp_conformance::{Check, Finding, Kind, Plan};

use crate::arguments::global::Global;
use crate::arguments::json::init_config;
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
    /// List the checks and the rules that they are made from
    #[arg(long)]
    list: bool,
    /// Run in this process, one check after the other and without limits: for debuggers
    #[arg(long)]
    in_process: bool,
    /// Also write the outcome as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Where the random sessions start from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Run the long forms: more repetitions, larger payloads
    #[arg(long)]
    full: bool,
    /// The most time that a check may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    limit: f64,
    /// Checks at a time; without it one per core
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Also send the JSON texts of a folder: files named y_... hold one valid value, files named n_... none
    #[arg(long, value_name = "DIR")]
    json_texts: Option<PathBuf>,
    /// The configuration that `init` hands to the module
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    init: String,
}

const AFTER_HELP: &str = "\
Examples:
  rp check target/debug/libtest_minimal.so
  rp check libhello.so --filter replies/ --filter life/
  rp check libhello.so --filter =life/before-init --in-process
  rp check --list

A check passes, warns (the rule is kept, look at it), fails, crashes, runs out
of time, or is skipped, since there is nothing to ask of the module. It is
blocked where the module fails before the question, and unstarted where the
system has no room for it. The exit code is 1 when a check fails, crashes, runs
out of time or is blocked; else 2 when one is unstarted.";

/// Checks.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    let checks = selected(&options.filter)?;
    if options.list {
        report::list(&checks, global, &mut output)?;
        return Ok(0);
    }
    let plan = plan(options, checks)?;
    // Opened before the work: it would be lost where the file cannot be written.
    let junit = options.junit.as_ref().map(|path| open_junit(path, &plan)).transpose()?;
    let findings = with_bar(&plan, global);
    if let (Some(path), Some(file)) = (&options.junit, junit) {
        write_junit(file, &findings).map_err(|error| files::unwritten(JUNIT, path, error.into()))?;
    }
    report::print(&findings, global, &mut output)?;
    exit(&findings)
}

/// Green only where every question was asked.
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
        .help("give the process more files, memory and processes (see `ulimit -a`), or less to do at a time with --jobs 1"))
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
        let text = format!("no check fits the filter {}", filters.join(", "));
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
    let mut plan = Plan::new(options.files.clone());
    plan.checks = checks;
    plan.seed = options.seed;
    plan.is_full = options.full;
    plan.limit = Duration::from_secs_f64(options.limit);
    plan.jobs = options.jobs.unwrap_or(plan.jobs);
    plan.config = init_config(&options.init)?;
    plan.in_process = options.in_process;
    plan.texts = options.json_texts.clone();
    Ok(plan)
}

/// A time that a check can be given.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=86_400.0).contains(&seconds) { Ok(seconds) } else { Err("not within 0.1 and 86400".into()) }
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

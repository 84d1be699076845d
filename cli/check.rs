//! `rp check FILE...`

mod shared;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use rp_conformance::{Check, Finding, Kind, Plan};
use serde_json::{Value, json};

use crate::Common;
use crate::fault::{EXIT_DATA, Fault};
use crate::files::{self, OutputFile};
use crate::json::JsonPath;
use crate::output::{BAD, FAINT, GOOD, Output, STRONG, WARN, styled, table};
use crate::setup::init_config;
use crate::terminal::{shown, shown_lines};

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
pub fn run(options: &Options, common: &Common) -> Result<u8, Fault> {
    let mut output = Output::new();
    let checks = selected(&options.filter)?;
    if options.list {
        list(&checks, common, &mut output)?;
        return Ok(0);
    }
    let plan = plan(options, checks)?;
    // Opened before the work: it would be lost where the file cannot be written.
    let junit = options.junit.as_ref().map(|path| open_junit(path, &plan)).transpose()?;
    let findings = with_bar(&plan, common);
    if let (Some(path), Some(file)) = (&options.junit, junit) {
        write_junit(file, &findings).map_err(|error| files::unwritten(JUNIT, path, error.into()))?;
    }
    if common.json {
        for finding in &findings {
            output.json(&to_json(finding))?;
        }
    } else {
        print(&findings, common, &mut output)?;
    }
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
fn with_bar(plan: &Plan, common: &Common) -> Vec<Finding> {
    let bar = if common.json { ProgressBar::hidden() } else { ProgressBar::new(plan.cells() as u64) };
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

fn list(checks: &[&Check], common: &Common, output: &mut Output) -> Result<(), Fault> {
    for check in checks {
        if common.json {
            output.json(&json!({
                "check": check.id,
                "says": check.says,
                "header": check.rule.header,
                "rule": check.rule.number,
                "words": check.rule.words,
            }))?;
        } else {
            output.folded(&format!("{}  {}", styled(STRONG, check.id), check.says), 4)?;
            output.folded(&styled(FAINT, &format!("    {}", check.rule)), 4)?;
        }
    }
    Ok(())
}

fn to_json(finding: &Finding) -> Value {
    json!({
        "file": JsonPath(&finding.file),
        "check": finding.check.id,
        "outcome": finding.outcome.kind,
        "text": finding.outcome.text,
        "cause": finding.cause().map(|cause| cause.text),
        "evidence": finding.outcome.evidence,
        "elapsed_ms": u64::try_from(finding.elapsed.as_millis()).unwrap_or(u64::MAX),
        "reproduce": finding.reproduce,
    })
}

fn print(findings: &[Finding], common: &Common, output: &mut Output) -> Result<(), Fault> {
    let faults = shared::faults(findings);
    for finding in findings {
        let kind = finding.outcome.kind;
        if let Some(fault) = faults.iter().find(|fault| fault.holds(finding)) {
            if fault.begins_with(finding) {
                fault.print(output)?;
            }
        } else if kind.is_finding() {
            print_finding(finding, output)?;
        } else if common.verbose > 0 {
            let text = styled(FAINT, &shown_lines(&finding.outcome.text, "    "));
            output.line(&format!("{} {} {text}", styled_kind(kind), finding.check.id))?;
        }
    }
    for kind in [Kind::Skip, Kind::Blocked, Kind::Unstarted] {
        print_reasons(kind, findings, common, output)?;
    }
    output.line(&summary(findings))
}

fn print_finding(finding: &Finding, output: &mut Output) -> Result<(), Fault> {
    let Finding { check, outcome, .. } = finding;
    let heading = format!("{} {}", styled_kind(outcome.kind), styled(STRONG, check.id));
    output.line(&format!("{heading}  {}", shown(&finding.file.display().to_string())))?;
    output.line(&format!("  {}", shown_lines(&outcome.text, "    ")))?;
    output.line(&styled(FAINT, &format!("  rule       {}", check.rule)))?;
    for step in &outcome.evidence {
        output.line(&styled(FAINT, &format!("  | {}", shown_lines(step, "  |   "))))?;
    }
    output.line(&format!("  reproduce  {}\n", shown(&finding.reproduce)))
}

/// The reasons why checks of a kind were not asked, each once: a gap is never silent.
fn print_reasons(
    kind: Kind,
    findings: &[Finding],
    common: &Common,
    output: &mut Output,
) -> Result<(), Fault> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.outcome.kind == kind) {
        reasons.entry(&finding.outcome.text).or_default().push(finding.check.id);
    }
    for (reason, mut checks) in reasons {
        checks.sort_unstable();
        checks.dedup();
        let ids = if common.verbose > 0 || checks.len() < 4 {
            checks.join(", ")
        } else {
            format!("{} and {} more", checks[..3].join(", "), checks.len() - 3)
        };
        output.folded(&format!("{} {}: {ids}", styled_kind(kind), shown(reason)), 5)?;
    }
    Ok(())
}

fn styled_kind(kind: Kind) -> String {
    let style = match kind {
        Kind::Pass => GOOD,
        Kind::Warn => WARN,
        Kind::Skip => FAINT,
        Kind::Fail | Kind::Crash | Kind::Timeout | Kind::Blocked | Kind::Unstarted => BAD,
    };
    styled(style, kind.as_str())
}

/// One row for each file; a column that is empty in good times is shown when it is not.
fn summary(findings: &[Finding]) -> String {
    let is_there = |kind: Kind| findings.iter().any(|finding| finding.outcome.kind == kind);
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !kind.is_open() || is_there(*kind)).collect();
    let mut headings: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_uppercase()).collect();
    headings.push("FILE".to_owned());
    let row = |cells: &[Finding]| {
        let count = |kind: &Kind| cells.iter().filter(|cell| cell.outcome.kind == *kind).count().to_string();
        let mut row: Vec<String> = kinds.iter().map(count).collect();
        row.push(cells[0].file.display().to_string());
        row
    };
    let rows: Vec<_> = findings.chunk_by(|one, other| one.file == other.file).map(row).collect();
    table(&headings.iter().map(String::as_str).collect::<Vec<_>>(), &rows)
}

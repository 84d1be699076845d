//! Runs checks over modules, each in a process of its own, several at a time.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rp_host::{Isolation, SandboxMode};
use serde_json::{Value, json};

use crate::check::Check;
use crate::order::Order;
use crate::outcome::Outcome;
use crate::worker::perform;
use crate::{checks, process};

/// What to check, and how.
///
/// ```
/// let mut plan = rp_conformance::Plan::new(["libtest_minimal.so".into()]);
/// plan.checks.retain(|check| check.group() == "life");
/// plan.is_full = true;
/// assert_eq!(plan.cells(), plan.checks.len());
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// The modules' files.
    pub files: Vec<PathBuf>,
    /// The checks; all of them unless changed.
    pub checks: Vec<&'static Check>,
    /// The seed of the random sessions.
    pub seed: u64,
    /// Whether the long forms of the checks run.
    pub is_full: bool,
    /// The most time that a check may take.
    pub limit: Duration,
    /// How many processes run at a time.
    pub jobs: usize,
    /// What `init` gets as "config".
    pub config: Value,
    /// Runs native modules in processes of their own.
    pub isolation: Option<Isolation>,
    /// A folder of more JSON texts for payloads: files named y_... hold one valid value, files named n_... none.
    pub texts: Option<PathBuf>,
    /// What each process of a check is started through: a command and its first arguments, behind which this program and its
    /// own arguments come. An emulator needs it, since what an emulated program starts is not emulated. Empty for none.
    pub runner: Vec<OsString>,
    /// Runs all checks in this process, one after the other and without limits: for debuggers.
    pub in_process: bool,
}

impl Plan {
    /// Every check over these files.
    pub fn new(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Plan {
            files: files.into_iter().collect(),
            checks: checks::all().collect(),
            seed: 1,
            is_full: false,
            limit: Duration::from_secs(20),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            config: json!({}),
            isolation: None,
            texts: None,
            runner: Vec::new(),
            in_process: false,
        }
    }

    /// How many findings [`run`] returns.
    pub fn cells(&self) -> usize {
        self.files.len() * self.checks.len()
    }

    /// More than a check uses within its limit, on however many cores.
    fn cpu_seconds(&self) -> u64 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        (self.limit.as_secs() + 10).saturating_mul(cores)
    }

    fn order(&self, cell: usize) -> (Order, &'static Check) {
        let (file, check) = (&self.files[cell / self.checks.len()], self.checks[cell % self.checks.len()]);
        let order = Order {
            file: file.clone().into(),
            check: check.id.to_owned(),
            seed: self.seed,
            is_full: self.is_full,
            config: self.config.clone(),
            isolation: self.isolation.clone(),
            texts: self.texts.clone().map(Into::into),
            runner: self.runner.clone(),
            parent: std::process::id(),
            cpu_seconds: self.cpu_seconds(),
            copy: None,
        };
        (order, check)
    }
}

/// The outcome of one check on one file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// The check.
    pub check: &'static Check,
    /// Its outcome.
    pub outcome: Outcome,
    /// How long it took.
    pub elapsed: Duration,
    /// The command that repeats it.
    pub reproduce: String,
}

/// Runs a plan; `each` is called with every finding as it comes. The result is in the order of files and checks.
pub fn run(plan: &Plan, mut each: impl FnMut(&Finding)) -> Vec<Finding> {
    let cells = plan.cells();
    let jobs = if plan.in_process { 1 } else { plan.jobs.clamp(1, cells.max(1)) };
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut findings: Vec<Option<Finding>> = vec![None; cells];
    let work = |sender: mpsc::Sender<(usize, Finding)>| {
        loop {
            let cell = next.fetch_add(1, Ordering::Relaxed);
            if cell >= cells || sender.send((cell, run_cell(plan, cell))).is_err() {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        let start = |_| {
            let (sender, work) = (sender.clone(), &work);
            std::thread::Builder::new().spawn_scoped(scope, || work(sender)).is_ok()
        };
        // If no more threads can be started, those that run do all of the work.
        if (0..jobs).take_while(|job| start(*job)).count() == 0 {
            work(sender.clone());
        }
        drop(sender);
        for (cell, finding) in receiver {
            each(&finding);
            findings[cell] = Some(finding);
        }
    });
    findings.into_iter().flatten().collect()
}

fn run_cell(plan: &Plan, cell: usize) -> Finding {
    let (order, check) = plan.order(cell);
    let started = Instant::now();
    let outcome = if plan.in_process {
        perform(&order)
    } else {
        let outcome = process::run(&order, plan.limit);
        if check.is_advice { outcome.into_advice() } else { outcome }
    };
    let reproduce = reproduce(plan, &order);
    Finding { file: order.file.into(), check, outcome, elapsed: started.elapsed(), reproduce }
}

fn reproduce(plan: &Plan, order: &Order) -> String {
    let mut command =
        format!("rp check {} --filter ={} --in-process", quoted(Path::new(&order.file)), order.check);
    if plan.seed != 1 {
        command.push_str(&format!(" --seed {}", plan.seed));
    }
    if let Some(texts) = &plan.texts {
        command.push_str(&format!(" --json-texts {}", quoted(texts)));
    }
    if plan.is_full {
        command.push_str(" --full");
    }
    if let Some(isolation) = &plan.isolation {
        command.push_str(&isolated(isolation));
    }
    if plan.config != json!({}) {
        command.push_str(&format!(" --init '{}'", plan.config.to_string().replace('\'', r"'\''")));
    }
    command
}

/// The options that say how modules are isolated.
fn isolated(isolation: &Isolation) -> String {
    let keys = |isolation: &Isolation| serde_json::to_value(isolation).unwrap_or_default();
    let (given, usual) = (keys(isolation), keys(&Isolation::default()));
    let given = given.as_object().into_iter().flatten();
    let own = given.filter(|(key, value)| value.is_number() && usual[*key] != **value);
    let mut options: String = own.map(|(key, value)| format!(" --isolated-limit {key}={value}")).collect();
    let sandbox = &isolation.sandbox;
    if sandbox.mode == SandboxMode::Off {
        options.push_str(" --sandbox off");
    }
    for (option, paths) in [("read", &sandbox.read), ("write", &sandbox.write)] {
        options.extend(paths.iter().map(|path| format!(" --allow-{option} {}", quoted(path))));
    }
    format!(" --isolated{options}")
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+:\\".contains(&byte));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

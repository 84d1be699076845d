//! Runs checks over modules, each in a process of its own, several at a time.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::check::Check;
use crate::outcome::{Kind, Outcome};
use crate::worker::{Order, VARIABLE, perform};
use crate::{checks, journal, os};

/// What is to be checked, and how.
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
    /// The checks; at first all of them.
    pub checks: Vec<&'static Check>,
    /// Where the random sessions start from.
    pub seed: u64,
    /// Whether the long forms of the checks run.
    pub is_full: bool,
    /// The most time that a check may take.
    pub limit: Duration,
    /// Processes at a time.
    pub jobs: usize,
    /// What `init` gets as "config".
    pub config: Value,
    /// A folder of more JSON texts for payloads: files named y_... hold one valid value, files named n_... none.
    pub texts: Option<PathBuf>,
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
            texts: None,
            in_process: false,
        }
    }

    /// How many findings [`run`] answers.
    pub fn cells(&self) -> usize {
        self.files.len() * self.checks.len()
    }

    fn order(&self, cell: usize) -> (Order, &'static Check) {
        let (file, check) = (&self.files[cell / self.checks.len()], self.checks[cell % self.checks.len()]);
        let order = Order {
            file: file.clone(),
            check: check.id.to_owned(),
            seed: self.seed,
            is_full: self.is_full,
            config: self.config.clone(),
            texts: self.texts.clone(),
        };
        (order, check)
    }
}

/// What came of one check on one file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// The check.
    pub check: &'static Check,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub elapsed: Duration,
    /// The command that does the same again.
    pub reproduce: String,
}

/// Runs a plan; `each` hears of every finding as it comes. The answer is in the order of files and checks.
pub fn run(plan: &Plan, mut each: impl FnMut(&Finding)) -> Vec<Finding> {
    let cells = plan.cells();
    let jobs = if plan.in_process { 1 } else { plan.jobs.clamp(1, cells.max(1)) };
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut findings: Vec<Option<Finding>> = vec![None; cells];
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next) = (sender.clone(), &next);
            let work = move || {
                loop {
                    let cell = next.fetch_add(1, Ordering::Relaxed);
                    if cell >= cells || sender.send((cell, run_cell(plan, cell))).is_err() {
                        break;
                    }
                }
            };
            scope.spawn(work);
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
        let outcome = in_a_process(&order, plan.limit);
        if check.is_advice { outcome.into_advice() } else { outcome }
    };
    let reproduce = reproduce(plan, &order);
    Finding { file: order.file, check, outcome, elapsed: started.elapsed(), reproduce }
}

fn reproduce(plan: &Plan, order: &Order) -> String {
    let mut command = format!("rp check {} --filter ={} --in-process", quoted(&order.file), order.check);
    if plan.seed != 1 {
        command.push_str(&format!(" --seed {}", plan.seed));
    }
    if let Some(texts) = &plan.texts {
        command.push_str(&format!(" --json-texts {}", quoted(texts)));
    }
    if plan.is_full {
        command.push_str(" --full");
    }
    if plan.config != json!({}) {
        command.push_str(&format!(" --init '{}'", plan.config.to_string().replace('\'', r"'\''")));
    }
    command
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+:\\".contains(&byte));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// What a worker says.
enum Word {
    Step(String),
    Outcome(Outcome),
}

fn in_a_process(order: &Order, limit: Duration) -> Outcome {
    match start(order) {
        Ok(child) => watch(child, limit),
        Err(error) => Outcome::new(Kind::Skip, format!("the process of the check did not start: {error}")),
    }
}

fn start(order: &Order) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .env(VARIABLE, serde_json::to_string(order)?)
        // One line of a backtrace per panic that a check provokes is enough.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

fn watch(mut child: Child, limit: Duration) -> Outcome {
    let words = listen(&mut child);
    let errors = keep_end(&mut child);
    let deadline = Instant::now() + limit;
    let mut steps = VecDeque::new();
    let mut outcome = loop {
        match words.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Word::Step(step)) => journal::keep_last(&mut steps, step),
            Ok(Word::Outcome(outcome)) => {
                end(&mut child);
                return outcome;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _gone = child.kill();
                let _gone = child.wait();
                break Outcome::new(Kind::Timeout, format!("not done within {} s", limit.as_secs_f32()));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break died(&mut child),
        }
    };
    outcome.evidence = steps.into();
    let said = errors.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    outcome.evidence.extend(said.into_iter().map(|line| format!("on standard error: {line}")));
    outcome
}

/// Takes the worker's words as they come; the channel closes with its standard output.
fn listen(child: &mut Child) -> mpsc::Receiver<Word> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    let read = move || {
        for line in stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n')).flatten() {
            let line = String::from_utf8_lossy(&line);
            let word = match line.split_at_checked(2) {
                Some(("> ", step)) => Word::Step(step.to_owned()),
                Some(("= ", text)) => match serde_json::from_str(text) {
                    Ok(outcome) => Word::Outcome(outcome),
                    Err(_) => continue,
                },
                _ => continue,
            };
            if sender.send(word).is_err() {
                break;
            }
        }
    };
    std::thread::spawn(read);
    receiver
}

/// The last lines on standard error.
fn keep_end(child: &mut Child) -> mpsc::Receiver<Vec<String>> {
    const LINES: usize = 5;
    let (sender, receiver) = mpsc::channel();
    let stderr = child.stderr.take();
    let read = move || {
        let mut bytes = Vec::new();
        if let Some(stderr) = stderr {
            let _all_there_is = stderr.take(1 << 20).read_to_end(&mut bytes);
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        let _nobody_asks = sender.send(lines[lines.len().saturating_sub(LINES)..].to_vec());
    };
    std::thread::spawn(read);
    receiver
}

/// A worker that has said all: a little time to end in, for what the module left to the end of the process.
fn end(child: &mut Child) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(1) {
        if let Ok(Some(_)) = child.try_wait() {
            return;
        }
        std::thread::sleep(Duration::from_micros(300));
    }
    let _gone = child.kill();
    let _gone = child.wait();
}

fn died(child: &mut Child) -> Outcome {
    let status = match child.wait() {
        Ok(status) => status,
        Err(error) => return Outcome::new(Kind::Crash, error.to_string()),
    };
    match (os::signal_of(status), status.code()) {
        (Some(signal), _) => Outcome::new(Kind::Crash, os::signal_name(signal)),
        (None, Some(code)) => {
            Outcome::new(Kind::Crash, format!("the module ended the process with exit code {code}"))
        }
        (None, None) => Outcome::new(Kind::Crash, status.to_string()),
    }
}

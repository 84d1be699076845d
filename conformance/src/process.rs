//! The process of one check, as its parent sees it: started, listened to, ended with all that it started.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use crate::order::Order;
use crate::outcome::{Kind, Outcome};
use crate::{journal, os};

/// How often a worker that reports nothing is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long a worker that has reported everything has to end, for what the module left to the end of the process.
const END: Duration = Duration::from_secs(1);
/// How many lines of standard error a finding shows.
const ERROR_LINES: usize = 5;

/// What a worker reports.
enum Word {
    /// The check begins: from now on the module may be at fault for what happens.
    Begun,
    /// Why the check did not begin.
    Refused(String),
    Step(String),
    Outcome(Outcome),
}

/// A worker, and what it has reported.
struct Worker {
    child: Child,
    words: Receiver<Word>,
    errors: Receiver<Vec<String>>,
    has_begun: bool,
    steps: VecDeque<String>,
    /// How it ended, once it was waited for.
    ended: Option<Ended>,
}

/// How a worker ended.
#[derive(Clone, Copy)]
struct Ended {
    status: ExitStatus,
    by_itself: bool,
}

/// Runs one check in a process of its own.
pub(crate) fn run(order: &Order, limit: Duration) -> Outcome {
    match Worker::start(order) {
        Ok(mut worker) => {
            let mut outcome = worker.watch(limit);
            // What came of the check is known by now, however its process ends.
            let _ended = worker.end();
            if outcome.kind.is_finding() {
                outcome.evidence.extend(worker.place_of_panic());
            }
            outcome
        }
        Err(error) => Outcome::new(Kind::Unstarted, format!("its process did not start: {error}")),
    }
}

impl Worker {
    fn start(order: &Order) -> std::io::Result<Worker> {
        let mut child = spawn(order)?;
        let heard = listen(child.stdout.take()).and_then(|words| Ok((words, keep_end(child.stderr.take())?)));
        match heard {
            Ok((words, errors)) => {
                let steps = VecDeque::new();
                Ok(Worker { child, words, errors, has_begun: false, steps, ended: None })
            }
            Err(error) => {
                os::end_group(&mut child);
                child.wait()?;
                Err(error)
            }
        }
    }

    /// Listens until there is an outcome, the worker is gone, or its time is up, even if other processes still hold its
    /// pipes.
    fn watch(&mut self, limit: Duration) -> Outcome {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                os::end_group(&mut self.child);
                let text = format!("not done within {} s", limit.as_secs_f32());
                return self.explained(Outcome::new(Kind::Timeout, text));
            }
            match self.words.recv_timeout(left.min(LOOK)) {
                Ok(word) => match self.hear(word) {
                    Some(outcome) => return outcome,
                    None => continue,
                },
                Err(RecvTimeoutError::Timeout) if !os::has_ended(&mut self.child) => continue,
                Err(_) => return self.gone(),
            }
        }
    }

    fn hear(&mut self, word: Word) -> Option<Outcome> {
        match word {
            Word::Begun => self.has_begun = true,
            Word::Refused(text) => return Some(Outcome::new(Kind::Unstarted, text)),
            Word::Step(step) => journal::keep_last(&mut self.steps, step),
            Word::Outcome(outcome) => return Some(outcome),
        }
        None
    }

    /// The worker has ended, or closed its report: what it said last, or how it ended.
    fn gone(&mut self) -> Outcome {
        let ended = self.end();
        let deadline = Instant::now() + END;
        while let Ok(word) = self.words.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if let Some(outcome) = self.hear(word) {
                return outcome;
            }
        }
        let outcome = match ended {
            Ok(ended) if self.has_begun => died(ended),
            Ok(ended) => {
                Outcome::new(Kind::Unstarted, format!("its process ended too early: {}", ended.status))
            }
            Err(error) => Outcome::new(Kind::Unstarted, format!("its process is lost: {error}")),
        };
        self.explained(outcome)
    }

    fn explained(&mut self, mut outcome: Outcome) -> Outcome {
        outcome.evidence = std::mem::take(&mut self.steps).into();
        let said = self.errors.recv_timeout(END).unwrap_or_default();
        outcome.evidence.extend(said.into_iter().map(|line| format!("on standard error: {line}")));
        outcome
    }

    /// The line on standard error in which Rust says where it panicked, unless the evidence has all of it already.
    fn place_of_panic(&self) -> Option<String> {
        let said = self.errors.recv_timeout(END).ok()?;
        let line = said.into_iter().rfind(|line| line.contains(" panicked at "))?;
        Some(format!("on standard error: {line}"))
    }

    /// Gives it a little time, then ends it and whatever it started.
    fn end(&mut self) -> std::io::Result<Ended> {
        if let Some(ended) = self.ended {
            return Ok(ended);
        }
        let started = Instant::now();
        while started.elapsed() < END && !os::has_ended(&mut self.child) {
            std::thread::sleep(Duration::from_micros(300));
        }
        let by_itself = os::has_ended(&mut self.child);
        os::end_group(&mut self.child);
        let ended = Ended { status: self.child.wait()?, by_itself };
        self.ended = Some(ended);
        Ok(ended)
    }
}

fn spawn(order: &Order) -> std::io::Result<Child> {
    let mut command = order.command()?;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    os::lead_a_group(&mut command);
    command.spawn()
}

/// Receives what the worker reports, as it comes; the channel closes with its standard output.
fn listen(stdout: Option<ChildStdout>) -> std::io::Result<Receiver<Word>> {
    let (sender, receiver) = mpsc::channel();
    let read = move || {
        for line in stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n')).flatten() {
            let word = read_word(&String::from_utf8_lossy(&line));
            if word.is_some_and(|word| sender.send(word).is_err()) {
                break;
            }
        }
    };
    Builder::new().spawn(read)?;
    Ok(receiver)
}

fn read_word(line: &str) -> Option<Word> {
    match line.split_at_checked(2)? {
        (journal::BEGUN, _) => Some(Word::Begun),
        (journal::REFUSED, text) => Some(Word::Refused(text.to_owned())),
        (journal::STEP, step) => Some(Word::Step(step.to_owned())),
        (journal::OUTCOME, text) => serde_json::from_str(text).ok().map(Word::Outcome),
        _ => None,
    }
}

/// The last lines on standard error.
fn keep_end(stderr: Option<ChildStderr>) -> std::io::Result<Receiver<Vec<String>>> {
    let (sender, receiver) = mpsc::channel();
    let read = move || {
        let mut bytes = Vec::new();
        if let Some(stderr) = stderr {
            let _all_there_is = stderr.take(1 << 20).read_to_end(&mut bytes);
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        let _nobody_asks = sender.send(lines[lines.len().saturating_sub(ERROR_LINES)..].to_vec());
    };
    Builder::new().spawn(read)?;
    Ok(receiver)
}

fn died(ended: Ended) -> Outcome {
    let text = match (os::crash_of(ended.status), ended.status.code()) {
        _ if !ended.by_itself => "the module closed descriptors that are not its own".to_owned(),
        (Some(how), _) => how,
        (None, Some(code)) => format!("the module ended the process with exit code {code}"),
        (None, None) => ended.status.to_string(),
    };
    Outcome::new(Kind::Crash, text)
}

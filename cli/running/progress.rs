//! The progress of long work: bars on a terminal; elsewhere, with -v, lines.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rp_host::Progress;

use crate::terminal::{FAINT, styled};
use crate::terminal::{escaped, write_stderr};

/// The time between two lines about one piece of work.
const LINE_INTERVAL: Duration = Duration::from_secs(1);
/// The steps of a bar; modules count in their own units.
const BAR_STEPS: u64 = 1000;

/// A bar that counts things, for work of the command itself; hidden where standard error is no terminal.
pub fn counter(things: &str, is_hidden: bool) -> ProgressBar {
    if is_hidden {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    match ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {things}")) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Shows how far the work is.
pub fn show(bar: &ProgressBar, done: u64, total: Option<u64>) {
    if let Some(total) = total {
        bar.set_length(total);
    }
    bar.set_position(done);
}

/// The bars on standard error; clones share them.
#[derive(Clone)]
pub struct Bars(Arc<Inner>);

struct Inner {
    all: MultiProgress,
    is_terminal: bool,
    /// Without a terminal: whether lines are written.
    says_lines: bool,
    /// The work in progress, by instance and message.
    work: Mutex<HashMap<(String, u64), Work>>,
}

struct Work {
    bar: ProgressBar,
    /// When the last line was written.
    told: Instant,
}

impl Bars {
    /// No bar is shown yet.
    pub fn new(is_verbose: bool) -> Self {
        Self(Arc::new(Inner {
            all: MultiProgress::new(),
            is_terminal: std::io::stderr().is_terminal(),
            says_lines: is_verbose,
            work: Mutex::default(),
        }))
    }

    /// A bar that counts messages.
    pub fn messages(&self, count: usize) -> ProgressBar {
        self.0.all.add(styled_bar(count as u64, "{bar:30} {pos}/{len} messages, {eta} left"))
    }

    /// Runs `work` while the bars are hidden.
    pub fn suspend<R>(&self, work: impl FnOnce() -> R) -> R {
        self.0.all.suspend(work)
    }

    /// Shows the progress that a module reports.
    pub fn report(&self, progress: &Progress<'_>) {
        if self.0.is_terminal {
            self.draw(progress);
        } else if self.0.says_lines {
            self.tell(progress);
        }
    }

    /// Removes the bars of all modules.
    pub fn clear(&self) {
        for (_, work) in self.work().drain() {
            work.bar.finish_and_clear();
        }
    }

    fn draw(&self, progress: &Progress<'_>) {
        let mut all = self.work();
        let work = all.entry(key(progress)).or_insert_with(|| {
            let bar = self.0.all.add(new_bar(progress));
            Work { bar, told: Instant::now() }
        });
        work.bar.set_message(amount(progress));
        match share(progress) {
            Some(share) => work.bar.set_position((share * BAR_STEPS as f64) as u64),
            None => work.bar.tick(),
        }
    }

    fn tell(&self, progress: &Progress<'_>) {
        let mut all = self.work();
        let now = Instant::now();
        let is_done = share(progress).is_some_and(|share| share >= 1.0);
        let known = all.get(&key(progress));
        if known.is_some_and(|work| !is_done && now.duration_since(work.told) < LINE_INTERVAL) {
            return;
        }
        all.insert(key(progress), Work { bar: ProgressBar::hidden(), told: now });
        drop(all);
        let word = styled(FAINT, "work ");
        write_stderr(&format!("{word} {}: {}", escaped(progress.instance), amount(progress)));
    }

    fn work(&self) -> MutexGuard<'_, HashMap<(String, u64), Work>> {
        self.0.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(progress: &Progress<'_>) -> (String, u64) {
    (progress.instance.to_owned(), progress.message_id)
}

fn new_bar(progress: &Progress<'_>) -> ProgressBar {
    let template =
        if progress.total.is_some() { "{prefix} {bar:30} {msg}" } else { "{prefix} {spinner} {msg}" };
    styled_bar(BAR_STEPS, template).with_prefix(escaped(progress.instance))
}

fn styled_bar(steps: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The fraction that is done, from 0 to 1, if the total is known.
fn share(progress: &Progress<'_>) -> Option<f64> {
    let total = progress.total.filter(|total| *total > 0.0)?;
    Some((progress.done / total).clamp(0.0, 1.0))
}

/// `3 of 10, reading`.
fn amount(progress: &Progress<'_>) -> String {
    let of = progress.total.map_or(String::new(), |total| format!(" of {total}"));
    let note = escaped(&progress.note.replace(['\n', '\t'], " "));
    let comma = if note.is_empty() { "" } else { ", " };
    format!("{}{of}{comma}{note}", progress.done)
}

//! Logs what the host waits for where nothing limits the wait: the first and last steps of an instance, from which native
//! code may never return.
//!
//! One thread watches for all hosts of the process. It runs while there are steps, and a little longer.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::observe::log::Level;
use crate::observe::observers::Observers;
use crate::platform::start_thread::start_thread;

static WATCH: Mutex<Watch> = Mutex::new(Watch { steps: Vec::new(), last: 0, thread: Thread::Gone });
static CHANGED: Condvar = Condvar::new();

/// How long the thread waits for another step, so that quick steps do not each start one.
const REST: Duration = Duration::from_millis(100);

struct Watch {
    steps: Vec<Step>,
    /// The number of the step that began last.
    last: u64,
    thread: Thread,
}

/// What the watching thread does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    Gone,
    AtWork,
    /// It sleeps until then, or until it is woken.
    Asleep(Option<Instant>),
}

impl Thread {
    fn sleeps_beyond(self, moment: Instant) -> bool {
        matches!(self, Thread::Asleep(until) if until.is_none_or(|until| until > moment))
    }
}

/// A step that an instance is in.
struct Step {
    number: u64,
    name: &'static str,
    instance: String,
    observers: Arc<Observers>,
    limit: Duration,
    /// When it is logged; `None` once it was.
    late: Option<Instant>,
}

/// Runs a step of an instance. If it takes longer than `limit`, the host's log says so, once.
pub(crate) fn during<R>(
    observers: &Arc<Observers>,
    limit: Duration,
    instance: &str,
    name: &'static str,
    work: impl FnOnce() -> R,
) -> R {
    let late = Instant::now().checked_add(limit);
    let _ended = late.map(|late| {
        let (instance, observers) = (instance.to_owned(), Arc::clone(observers));
        begin(Step { number: 0, name, instance, observers, limit, late: Some(late) }, late)
    });
    work()
}

/// Takes a step off the list when it ends.
struct Begun(u64);

impl Drop for Begun {
    fn drop(&mut self) {
        let mut watch = lock();
        let place = watch.steps.iter().position(|step| step.number == self.0);
        let step = place.map(|place| watch.steps.swap_remove(place));
        if watch.steps.is_empty() && watch.thread.sleeps_beyond(Instant::now() + REST) {
            // It sleeps until this step would have been late; without steps it ends sooner.
            CHANGED.notify_one();
        }
        // Dropped without the lock: it may hold the last handle to the embedder's sinks.
        drop(watch);
        drop(step);
    }
}

/// Puts a step, which is late at `late`, on the list under a new number.
fn begin(step: Step, late: Instant) -> Begun {
    let mut watch = lock();
    watch.last += 1;
    let number = watch.last;
    watch.steps.push(Step { number, ..step });
    match watch.thread {
        // Without the thread nothing is logged, and the step runs all the same.
        Thread::Gone if start().is_ok() => watch.thread = Thread::AtWork,
        thread if thread.sleeps_beyond(late) => CHANGED.notify_one(),
        _ => {}
    }
    Begun(number)
}

fn start() -> io::Result<()> {
    start_thread("rp-watch", look).map(drop)
}

/// The thread: logs what is late, sleeps until something may be, and ends when no steps are left.
fn look() {
    let mut watch = lock();
    loop {
        let now = Instant::now();
        let late = |step: &&mut Step| step.late.is_some_and(|late| late <= now);
        if let Some(step) = watch.steps.iter_mut().find(late) {
            step.late = None;
            let text = format!(
                "{} has not returned from {} after {:.3} s; the host waits for it",
                step.instance,
                step.name,
                step.limit.as_secs_f64()
            );
            let observers = Arc::clone(&step.observers);
            drop(watch);
            // A sink that panics loses its log line; the watch goes on.
            let _lost = catch_unwind(AssertUnwindSafe(|| observers.log_own(Level::Warn, &text)));
            drop(observers);
            watch = lock();
            continue;
        }
        if watch.steps.is_empty() && watch.thread != Thread::AtWork {
            watch.thread = Thread::Gone;
            return;
        }
        watch = sleep(watch, now);
    }
}

fn sleep(mut watch: MutexGuard<'static, Watch>, now: Instant) -> MutexGuard<'static, Watch> {
    let rest = watch.steps.is_empty().then(|| now + REST);
    let until = watch.steps.iter().filter_map(|step| step.late).min().or(rest);
    watch.thread = Thread::Asleep(until);
    match until {
        Some(until) => {
            let left = until.saturating_duration_since(now);
            CHANGED.wait_timeout(watch, left).unwrap_or_else(PoisonError::into_inner).0
        }
        None => CHANGED.wait(watch).unwrap_or_else(PoisonError::into_inner),
    }
}

fn lock() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

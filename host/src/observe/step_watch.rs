//! Says what the host waits for where nothing limits the wait: the steps at the beginning and at the end of an instance,
//! which native code may never come back from.
//!
//! One thread looks after all hosts of the process. It is there while steps are, and a little longer.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::host::lifecycle::HostState;
use crate::observe::log::Level;

static WATCH: Mutex<Watch> = Mutex::new(Watch { steps: Vec::new(), last: 0, thread: Thread::Gone });
static CHANGED: Condvar = Condvar::new();

/// How long the thread waits for a next step, so that quick steps do not each start one.
const REST: Duration = Duration::from_millis(100);

struct Watch {
    steps: Vec<Step>,
    /// The number of the step that began last.
    last: u64,
    thread: Thread,
}

/// What the thread does.
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
    shared: Arc<HostState>,
    /// When it is told; `None` once it was.
    late: Option<Instant>,
}

/// Runs a step of an instance. Where it takes longer than the wait limit, the host's log says so, once.
pub(crate) fn during<R>(
    shared: &Arc<HostState>,
    instance: &str,
    name: &'static str,
    work: impl FnOnce() -> R,
) -> R {
    let late = Instant::now().checked_add(shared.wait_limit);
    let _ended = late.map(|late| begin(shared, instance, name, late));
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
            // It sleeps until this step would have been late; with nothing to look after it ends sooner.
            CHANGED.notify_one();
        }
        // Dropped without the lock: it may hold the last handle to a host.
        drop(watch);
        drop(step);
    }
}

fn begin(shared: &Arc<HostState>, instance: &str, name: &'static str, late: Instant) -> Begun {
    let mut watch = lock();
    watch.last += 1;
    let number = watch.last;
    let (instance, shared) = (instance.to_owned(), Arc::clone(shared));
    watch.steps.push(Step { number, name, instance, shared, late: Some(late) });
    match watch.thread {
        // Without it nobody is told, and the step runs all the same.
        Thread::Gone if start().is_ok() => watch.thread = Thread::AtWork,
        thread if thread.sleeps_beyond(late) => CHANGED.notify_one(),
        _ => {}
    }
    Begun(number)
}

fn start() -> io::Result<()> {
    std::thread::Builder::new().name("rp-watch".into()).spawn(look).map(drop)
}

/// The thread: tells what is late, sleeps until something may be, and ends where there is nothing left to look after.
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
                step.shared.wait_limit.as_secs_f64()
            );
            let shared = Arc::clone(&step.shared);
            drop(watch);
            // What a sink panics with costs a line of log.
            let _lost = catch_unwind(AssertUnwindSafe(|| shared.log_own(Level::Warn, &text)));
            drop(shared);
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

//! Copies of this process, for what a module may do to its process.
//!
//! Where the system has no fork, this program is started anew: the new process does the same check up to the same place. What
//! came of the copies before, which decides the way there, it is told.

use std::process::{Child, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::journal;
use crate::order::Order;
use crate::os::{self, Ended, Gap, Told};

/// What a process ends with that was to do a part of a check, and did not come to it.
pub(crate) const ASTRAY: i32 = 97;
/// What a process takes until it comes to its part, at most.
const START: Duration = Duration::from_secs(5);

/// The copies that a check makes of its process.
pub(crate) struct Copies {
    order: Order,
    /// How those ended that were started anew.
    ended: Mutex<Vec<Ended>>,
    /// How those ended that this process, itself started anew, need not make, in reverse order.
    told: Mutex<Vec<Ended>>,
}

impl Copies {
    pub(crate) fn new(order: &Order) -> Self {
        let told = order.copy.iter().flatten().rev().cloned().collect();
        Copies { order: order.clone(), ended: Mutex::new(Vec::new()), told: Mutex::new(told) }
    }

    /// Runs `work` in a copy of this process, which ends with the exit code that it returns.
    ///
    /// The caller has no other threads that hold locks which `work` needs.
    pub(crate) fn run(&self, limit: Duration, work: impl FnOnce() -> i32) -> Told<Ended> {
        let mut work = Some(work);
        let mut once = || work.take().map_or(ASTRAY, |work| work());
        match os::in_a_copy(limit, &mut once) {
            Err(Gap::Lacks(_)) => self.run_anew(limit, once),
            told => told,
        }
    }

    fn run_anew(&self, limit: Duration, work: impl FnOnce() -> i32) -> Told<Ended> {
        if self.order.copy.is_some() {
            let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).pop();
            return match told {
                Some(ended) => Ok(ended),
                None => std::process::exit(work()),
            };
        }
        let mut known = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let order = Order { copy: Some(known.clone()), ..self.order.clone() };
        let child = start(&order).map_err(Gap::failed("the process cannot be started anew"))?;
        let ended = wait_for(child, limit + START).map_err(Gap::failed("the process is lost"))?;
        if ended == Ended::With(ASTRAY) {
            return Err(Gap::Failed("the check took another way in a process that was started anew".into()));
        }
        known.push(ended.clone());
        Ok(ended)
    }
}

/// It reports its steps to the same parent.
fn start(order: &Order) -> std::io::Result<Child> {
    let report = journal::report().map_or_else(Stdio::null, Stdio::from);
    order.command()?.stdin(Stdio::null()).stdout(report).spawn()
}

fn wait_for(mut child: Child, limit: Duration) -> std::io::Result<Ended> {
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Ended::NotInTime);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let status = child.wait()?;
    Ok(os::crash_of(status).map_or_else(|| Ended::With(status.code().unwrap_or_default()), Ended::Crashed))
}

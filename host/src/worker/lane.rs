//! The lane of a thread that runs the module for the host, and what is known of the message on it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use super::process::Process;
use crate::channel::frame::Head;
use crate::channel::lane::{Body, Broken, Lane};
use crate::os;

/// The lane of this thread, and the message that is being handled on it.
struct OwnLane {
    lane: Box<dyn Lane>,
    current: Current,
}

/// A message that is being handled.
#[derive(Default)]
struct Current {
    id: u64,
    deadline: Option<Instant>,
    /// When the host last said that it was not cancelled, unless the module has asked for anything else since.
    not_cancelled: Option<Instant>,
}

/// How long the host's word holds that a message is not cancelled. Asking costs thousands of times what a look at the clock
/// does, and modules ask in inner loops.
const WORD_HOLDS: Duration = Duration::from_millis(1);

thread_local! {
    static OWN: RefCell<Option<OwnLane>> = const { RefCell::new(None) };
}

/// Makes this the lane of this thread.
pub(super) fn take_over(lane: Box<dyn Lane>) {
    OWN.set(Some(OwnLane { lane, current: Current::default() }));
}

/// Posts a frame on the lane of this thread. Without a host there is nothing left to do, so the process ends.
pub(super) fn post(head: Head, parts: &[&[u8]]) {
    with_own(|own| own.lane.post(head, parts, None));
}

/// Waits for a frame on the lane of this thread.
pub(super) fn wait(body: &mut Vec<u8>) -> Head {
    with_own(|own| wait_on(&mut *own.lane, body))
}

fn with_own<R>(work: impl FnOnce(&mut OwnLane) -> Result<R, Broken>) -> R {
    let done = OWN.with_borrow_mut(|own| own.as_mut().map(work));
    done.and_then(Result::ok).unwrap_or_else(|| os::end_worker(0))
}

fn wait_on(lane: &mut dyn Lane, body: &mut Vec<u8>) -> Result<Head, Broken> {
    let mut place = Body { bytes: std::mem::take(body), limit: usize::MAX };
    let head = lane.wait(None, &mut place);
    *body = place.bytes;
    head
}

/// Notes that message `id` is being handled on this thread.
pub(super) fn begin(id: u64, deadline: Option<Instant>) {
    os::at_work_for(id);
    with_own(|own| {
        own.current = Current { id, deadline, not_cancelled: None };
        Ok(())
    });
}

/// Asks the host, on the lane of this thread or on one for the module's own threads. The answer's body is left in `body`.
pub(super) fn ask(process: &Process, head: Head, parts: &[&[u8]], body: &mut Vec<u8>) -> Head {
    let mut exchange = |lane: &mut dyn Lane| {
        lane.post(head, parts, None)?;
        wait_on(lane, body)
    };
    // A thread that ends may have none any more.
    if OWN.try_with(|own| own.borrow().is_some()).unwrap_or(false) {
        return with_own(|own| {
            own.current.not_cancelled = None;
            exchange(&mut *own.lane)
        });
    }
    os::watch_own_thread();
    process.threads.with_lane(&process.control, |lane| exchange(lane)).unwrap_or_else(|_| os::end_worker(0))
}

/// Whether the message is cancelled, as far as that is known without the host.
pub(super) fn is_cancelled(id: u64) -> Option<bool> {
    let look = |own: &RefCell<Option<OwnLane>>| {
        let own = own.borrow();
        let current = &own.as_ref()?.current;
        if current.id != id {
            return None;
        }
        let now = Instant::now();
        if current.deadline.is_some_and(|deadline| now >= deadline) {
            return Some(true);
        }
        current.not_cancelled.is_some_and(|asked| now.duration_since(asked) < WORD_HOLDS).then_some(false)
    };
    OWN.try_with(look).ok().flatten()
}

/// Notes that the host said that the message is not cancelled.
pub(super) fn is_not_cancelled(id: u64) {
    let note = |own: &RefCell<Option<OwnLane>>| {
        if let Some(own) = own.borrow_mut().as_mut()
            && own.current.id == id
        {
            own.current.not_cancelled = Some(Instant::now());
        }
    };
    // A thread that ends asks again.
    let _ends = OWN.try_with(note);
}

//! Events that the program takes when it likes.

use core::ffi::c_char;

use host::{Error, HostFault, Subscription};

use crate::contain::{Outcome, contain, contain_or, given, hand_over};
use crate::error::rph_error;
use crate::host::{rph_host, time_limit};
use crate::os::readiness_of;
use crate::process::Process;
use crate::reply::rph_reply;
use crate::text::text;

/// A queue of events for the program. It does not keep its host alive.
/// [any-thread]
pub struct rph_subscription {
    subscription: Subscription,
    process: Process,
}

impl rph_subscription {
    fn new(subscription: Subscription) -> Self {
        rph_subscription { subscription, process: Process::this() }
    }
}

/// Subscribes the program; `kind` makes the subscription what it is to be.
///
/// # Safety
/// The pattern is lent until this returns (rule 3 of rp_host.h), and `out` is NULL or valid for a write.
unsafe fn subscribe(
    host: Option<&rph_host>,
    (pattern, len): (*const c_char, usize),
    limit: u32,
    out: *mut *mut rph_subscription,
    kind: impl FnOnce(Subscription) -> Subscription,
) -> Outcome {
    let host = given("host", host)?.own()?;
    // SAFETY: as the caller promises.
    let pattern = unsafe { text("pattern", pattern, len) }?;
    let make = || {
        let subscribed = host.subscribe(pattern, limit as usize);
        let subscribed =
            subscribed.map_err(|error| Error::host(HostFault::System { what: "subscribe", error }))?;
        Ok(rph_subscription::new(kind(subscribed)))
    };
    // SAFETY: as the caller promises.
    unsafe { hand_over(out, make) }
}

/// Subscribes the program to events: a name, "prefix.*" or "*". At most limit of them wait; whoever
/// emits one more is answered unavailable, and it reaches nobody.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_subscribe(
    host: Option<&rph_host>,
    pattern: *const c_char,
    len: usize,
    limit: u32,
    out: *mut *mut rph_subscription,
) -> Option<Box<rph_error>> {
    // SAFETY: C keeps the rules of rp_host.h for each argument.
    contain(|| unsafe { subscribe(host, (pattern, len), limit, out, |events| events) })
}

/// As rph_subscribe, but the oldest event makes room for one more, so that who is slow to take them
/// hinders nobody; "missed" of the next event says how many were dropped before it.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_subscribe_lossy(
    host: Option<&rph_host>,
    pattern: *const c_char,
    len: usize,
    limit: u32,
    out: *mut *mut rph_subscription,
) -> Option<Box<rph_error>> {
    // SAFETY: C keeps the rules of rp_host.h for each argument.
    contain(|| unsafe { subscribe(host, (pattern, len), limit, out, Subscription::lossy) })
}

/// Takes the next event, or waits for it. timeout_us: 0 does not wait; less: without a limit. out:
/// {"event","data","from", "cause"}. Code rp::event::timeout if none came, rp::event::closed if
/// none will come any more.
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub extern "C" fn rph_next(
    subscription: Option<&rph_subscription>,
    timeout_us: i64,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let (subscription, out) = (given("subscription", subscription)?, given("out", out)?);
        subscription.process.check()?;
        let subscription = &subscription.subscription;
        match subscription.next(time_limit(timeout_us)) {
            Some(event) => {
                out.show(&event);
                Ok(())
            }
            None if subscription.is_over() => Err(Error::host(HostFault::EventClosed).into()),
            None => Err(Error::host(HostFault::EventTimeout).into()),
        }
    })
}

/// How many events wait.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_subscription_waiting(subscription: Option<&rph_subscription>) -> usize {
    contain_or(0, || subscription.map_or(0, |it| it.subscription.waiting()))
}

/// Whether the host is gone and every event was taken: 0 or 1.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_subscription_is_over(subscription: Option<&rph_subscription>) -> i32 {
    contain_or(0, || subscription.is_some_and(|it| it.subscription.is_over()).into())
}

/// A file descriptor that is readable while an event waits, and at the end: for poll. Only wait for
/// it. On Windows the handle of an event object that is signalled then. -1 for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_subscription_fd(subscription: Option<&rph_subscription>) -> isize {
    contain_or(-1, || subscription.map_or(-1, |it| readiness_of(&it.subscription)))
}

/// Ends and frees it; what waits is dropped. No thread is in rph_next with it.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_subscription_free(subscription: Option<Box<rph_subscription>>) {
    contain_or((), || drop(subscription));
}

//! A host: its instances and its events.

use core::ffi::c_char;
use std::time::Duration;

use host::{Error, Host, HostFault};

use crate::contain::{Outcome, contain, contain_or, given};
use crate::error::rph_error;
use crate::instance::rph_instance;
use crate::process::Process;
use crate::reply::rph_reply;
use crate::text::{payload, text};
use crate::view;

/// Loads modules and keeps their instances.
/// [any-thread]
pub struct rph_host {
    host: Host,
    process: Process,
}

impl rph_host {
    pub(crate) fn new(host: Host) -> Self {
        rph_host { host, process: Process::this() }
    }

    /// The host, unless it belongs to the process from which this one was forked.
    pub(crate) fn own(&self) -> Outcome<&Host> {
        self.process.check()?;
        Ok(&self.host)
    }
}

/// The time that C gives: less than 0 is without a limit.
pub(crate) fn time_limit(timeout_us: i64) -> Duration {
    u64::try_from(timeout_us).map_or(Duration::MAX, Duration::from_micros)
}

/// The instance of that name, as a handle of its own; NULL: none.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_find(
    host: Option<&rph_host>,
    name: *const c_char,
    len: usize,
) -> Option<Box<rph_instance>> {
    contain_or(None, || {
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let name = unsafe { text("name", name, len) }.ok()?;
        let found = host?.own().ok()?.instance(name)?;
        Some(Box::new(rph_instance::new(found)))
    })
}

/// Every instance, in the order of loading. out: a JSON array of objects with the keys instance,
/// module, version, profile, file, is_ready.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instances(
    host: Option<&rph_host>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let instances = given("host", host)?.own()?.instances();
        let shown: Vec<_> = instances.iter().map(view::instance).collect();
        given("out", out)?.show(&shown);
        Ok(())
    })
}

/// What the messages of each instance took and how long its queues are, if the host keeps metrics
/// (option metrics). out: {"instances":[{"instance","module","is_ready","restarts","calls_waiting",
/// "calls_in_progress","events_waiting","events_queued","events_refused","memory_bytes","messages":
/// [{"type","name","calls","errors","time_ns","buckets","bytes_in","bytes_out"}]}],"subscribers":
/// [{"subscriber","events_waiting","events_queued","events_refused","events_missed"}]}, or null.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_metrics(
    host: Option<&rph_host>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let metrics = given("host", host)?.own()?.metrics();
        given("out", out)?.show(&metrics);
        Ok(())
    })
}

/// The same in the text format of OpenMetrics 1.0, which Prometheus reads. out: the text, empty where
/// the host keeps no metrics.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_metrics_text(
    host: Option<&rph_host>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let metrics = given("host", host)?.own()?.metrics();
        given("out", out)?.show_text(&metrics.map(|metrics| metrics.to_openmetrics()).unwrap_or_default());
        Ok(())
    })
}

/// Publishes an event to every subscriber; data is its JSON, or without a length none. It returns
/// once the event is queued.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_publish(
    host: Option<&rph_host>,
    event: *const c_char,
    event_len: usize,
    data: *const c_char,
    len: usize,
) -> Option<Box<rph_error>> {
    contain(|| {
        let host = given("host", host)?.own()?;
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let event = unsafe { text("event", event, event_len) }?;
        // SAFETY: as above.
        let data = unsafe { payload("data", data, len) }?;
        let data = if data.is_empty() { "null" } else { data };
        let data: &serde_json::value::RawValue = serde_json::from_str(data)
            .map_err(|error| crate::contain::argument("data", format!("it is not JSON: {error}")))?;
        Ok(host.publish(event, data)?)
    })
}

/// Waits until every event that was published has been handled; code rp::event::timeout if that
/// takes longer. timeout_us: 0 only looks; less: without a limit.
/// [any-thread] [may-block] [not-in-callback]
#[unsafe(no_mangle)]
pub extern "C" fn rph_drain_events(host: Option<&rph_host>, timeout_us: i64) -> Option<Box<rph_error>> {
    contain(|| match given("host", host)?.own()?.drain_events(time_limit(timeout_us)) {
        true => Ok(()),
        false => Err(Error::host(HostFault::EventTimeout).into()),
    })
}

/// Who has events waiting, or is handling one: after rph_drain_events nobody, but for what was
/// published since. out: a JSON array of names; a callback of rph_builder_on_event is named "host
/// (PATTERN)".
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_pending_subscribers(
    host: Option<&rph_host>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let names = given("host", host)?.own()?.pending_subscribers();
        given("out", out)?.show(&names);
        Ok(())
    })
}

/// Unloads every instance, the newest first, and says what went wrong: the first error, with the
/// texts of all. An instance that is still busy stays loaded. The host goes on.
/// [any-thread] [may-block] [not-in-callback]
#[unsafe(no_mangle)]
pub extern "C" fn rph_unload_all(host: Option<&rph_host>) -> Option<Box<rph_error>> {
    contain(|| {
        let mut errors = given("host", host)?.own()?.unload_all().into_iter();
        let Some(first) = errors.next() else { return Ok(()) };
        let first: Box<rph_error> = first.into();
        Err(first.with_others(errors.as_slice()))
    })
}

/// Unloads what is left, the newest first, and frees the host. Handles of its instances stay valid,
/// and are answered rp::call::unavailable.
/// [one] [may-block] [not-in-callback]
#[unsafe(no_mangle)]
pub extern "C" fn rph_host_free(host: Option<Box<rph_host>>) {
    contain_or((), || drop(host));
}

//! What the host tells, handed to callbacks in C.

use core::ffi::{c_char, c_void};

use host::abi::rp_str;
use host::{LogRecord, WorkerChange, WorkerEvent};
use serde::Serialize;

use crate::abi::rph_log;
use crate::c_text::lent;
use crate::callback::Context;

type LogFn = unsafe extern "C" fn(*mut c_void, *const rph_log);
type JsonFn = unsafe extern "C" fn(*mut c_void, *const c_char, usize);
type ClockFn = unsafe extern "C" fn(*mut c_void) -> i64;
type RandomFn = unsafe extern "C" fn(*mut c_void, *mut c_void, usize);

pub(crate) fn log(log: LogFn, context: &Context, record: &LogRecord<'_>) {
    let line = rph_log {
        struct_size: size_of::<rph_log>() as u32,
        level: record.level.to_abi(),
        message_id: record.message_id,
        cause: record.cause,
        instance: lent(record.instance),
        module: lent(record.module),
        text: lent(record.text),
    };
    // SAFETY: C gave the function for this context; the line and its texts live until it returns (rule 5 of rp_host.h).
    unsafe { log(context.pointer(), &line) };
}

/// Hands a value over as JSON.
pub(crate) fn json(take: JsonFn, context: &Context, value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("what the host tells can be written as JSON");
    let rp_str { data, len } = lent(&text);
    // SAFETY: C gave the function for this context; the text lives until it returns (rule 5 of rp_host.h).
    unsafe { take(context.pointer(), data, len) };
}

pub(crate) fn now(clock: ClockFn, context: &Context) -> i64 {
    // SAFETY: C gave the function for this context (rule 5 of rp_host.h).
    unsafe { clock(context.pointer()) }
}

pub(crate) fn fill(random: RandomFn, context: &Context, bytes: &mut [u8]) {
    // SAFETY: C gave the function for this context; the bytes are this call's alone until it returns (rule 5 of rp_host.h).
    unsafe { random(context.pointer(), bytes.as_mut_ptr().cast(), bytes.len()) };
}

/// A report of progress.
#[derive(Serialize)]
pub(crate) struct Progress<'a> {
    instance: &'a str,
    message_id: u64,
    done: f64,
    total: Option<f64>,
    note: &'a str,
}

impl<'a> Progress<'a> {
    pub(crate) fn of(report: &'a host::Progress<'_>) -> Self {
        let host::Progress { instance, message_id, done, total, note, .. } = report;
        Progress { instance, message_id: *message_id, done: *done, total: *total, note }
    }
}

/// What happened to a worker.
#[derive(Serialize)]
pub(crate) struct Worker<'a> {
    instance: &'a str,
    pid: u32,
    change: &'static str,
    text: String,
}

impl<'a> Worker<'a> {
    pub(crate) fn of(event: &'a WorkerEvent<'_>) -> Self {
        let change = match event.change {
            WorkerChange::Started { .. } => "started",
            WorkerChange::Crashed { .. } => "crashed",
            WorkerChange::Restarting { .. } => "restarting",
            WorkerChange::GaveUp => "gave_up",
            _ => "other",
        };
        Worker { instance: event.instance, pid: event.pid, change, text: event.to_string() }
    }
}

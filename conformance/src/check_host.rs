//! The suite's own host: it answers as a check wants it to, and sees every call that the module makes.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::rp_host::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_LOG_ERROR, RP_LOG_TRACE, RP_OK, rp_host, rp_message,
    rp_reply, rp_status, rp_str,
};
use rp_protocol::code;

use crate::{journal, probe};

/// How the host answers while the instance is active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Events are taken, queries find nothing; the rest is denied.
    #[default]
    Usual,
    /// Every `send` is answered with an error of this code.
    Error(&'static str),
    /// Every `send` returns this status and no response.
    Status(i32),
    /// No answer is wanted any more: `cancelled` says so, and so does `send`.
    Cancelled,
    /// The clock stands still at this time.
    Clock(i64),
}

/// Where the instance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Stage {
    Creating,
    Active,
    Ended,
    Destroyed,
}

/// One call of the module.
#[derive(Clone, Debug)]
pub(crate) struct HostCall {
    pub(crate) function: &'static str,
    pub(crate) stage: Stage,
    /// What is wrong with it, if anything.
    pub(crate) wrong: Option<Wrong>,
    /// `cause` of a message, the id of a log line.
    pub(crate) id: u64,
    /// Messages that were being answered meanwhile.
    pub(crate) in_flight: Vec<u64>,
}

/// How a call to the host can break the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The host pointer is a copy, or another instance's.
    Pointer,
    /// The message is malformed.
    Message(String),
    /// The message's text lies in the reply of the same call.
    InReply,
    /// The log line is malformed.
    Log(String),
}

/// A host for one instance. It lives for ever, as a host's does.
#[repr(C)]
pub(crate) struct CheckHost {
    abi: rp_host,
    trailer: [u64; 4],
    stage: AtomicU8,
    behaviour: Mutex<Behaviour>,
    calls: Mutex<Vec<HostCall>>,
    in_flight: Mutex<Vec<u64>>,
    ends_process: AtomicBool,
    /// Microseconds since the clock was started.
    ticks: AtomicI64,
    /// The one that was made before it.
    older: AtomicPtr<CheckHost>,
}

// SAFETY: the raw pointer in `abi` is the address of this value, which lives for ever; the rest is synchronised.
unsafe impl Sync for CheckHost {}
// SAFETY: it lives for ever and is only shared, so no thread ever owns it.
unsafe impl Send for CheckHost {}

/// The exit code of a process whose module called the host when it may not.
pub(crate) const CALLED_AT_EXIT: i32 = 77;
const POISON: u64 = 0xA5A5_A5A5_A5A5_A5A5;
/// Calls of `random` so far, of all hosts.
static RANDOM_DRAWS: AtomicU64 = AtomicU64::new(0);
/// How many calls are remembered.
const REMEMBERED: usize = 10_000;
/// The newest host. All others can be reached from it, so that no leak detector reports as lost what lives for ever.
static YOUNGEST: AtomicPtr<CheckHost> = AtomicPtr::new(ptr::null_mut());

impl CheckHost {
    /// A host of this version, or of one that has more functions.
    pub(crate) fn new(is_newer: bool) -> &'static CheckHost {
        let size = size_of::<rp_host>() + if is_newer { 32 } else { 0 };
        let host = Box::into_raw(Box::new(CheckHost {
            abi: rp_host {
                struct_size: size as u32,
                flags: 0,
                context: ptr::null_mut(),
                send: Some(send),
                write_log: Some(write_log),
                cancelled: Some(cancelled),
                now_us: Some(now_us),
                random: Some(random),
            },
            trailer: [POISON; 4],
            stage: AtomicU8::new(Stage::Creating as u8),
            behaviour: Mutex::default(),
            calls: Mutex::default(),
            in_flight: Mutex::default(),
            ends_process: AtomicBool::new(false),
            ticks: AtomicI64::new(0),
            older: AtomicPtr::default(),
        }));
        // SAFETY: just made, known to nobody else yet, and never freed.
        unsafe {
            (*host).abi.context = host.cast();
            (*host).older = YOUNGEST.swap(host, Ordering::SeqCst).into();
            &*host
        }
    }

    /// What `create` gets.
    pub(crate) fn as_host(&'static self) -> &'static rp_host {
        &self.abi
    }

    /// Whether the host is as it was made.
    pub(crate) fn is_untouched(&self) -> bool {
        self.trailer == [POISON; 4] && ptr::eq(self.abi.context.cast(), self) && self.abi.flags == 0
    }

    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) {
        *locked(&self.behaviour) = behaviour;
    }

    pub(crate) fn set_stage(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::SeqCst);
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::SeqCst) {
            0 => Stage::Creating,
            1 => Stage::Active,
            2 => Stage::Ended,
            _ => Stage::Destroyed,
        }
    }

    /// From now on any call to the host ends the process.
    pub(crate) fn end_process_when_called(&self) {
        self.ends_process.store(true, Ordering::SeqCst);
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<HostCall> {
        locked(&self.calls).clone()
    }

    /// Forgets the calls so far.
    pub(crate) fn forget(&self) {
        locked(&self.calls).clear();
    }

    /// A message is being answered.
    pub(crate) fn enter(&self, id: u64) {
        locked(&self.in_flight).push(id);
    }

    /// It was answered.
    pub(crate) fn leave(&self, id: u64) {
        locked(&self.in_flight).retain(|other| *other != id);
    }

    fn record(&self, given: *const rp_host, function: &'static str, id: u64, wrong: Option<Wrong>) {
        if self.ends_process.load(Ordering::SeqCst) {
            // SAFETY: _exit(2) ends the process at once, which is what the check waits for.
            unsafe { libc::_exit(CALLED_AT_EXIT) }
        }
        let wrong = if ptr::eq(given, &raw const self.abi) { wrong } else { Some(Wrong::Pointer) };
        let stage = self.stage();
        let in_flight = locked(&self.in_flight).clone();
        let mut calls = locked(&self.calls);
        if calls.len() < REMEMBERED {
            calls.push(HostCall { function, stage, wrong, id, in_flight });
        }
    }

    /// Status and response of a `send`.
    fn answer(&self, message_type: &str) -> (i32, String) {
        match (self.stage(), &*locked(&self.behaviour)) {
            (Stage::Creating, _) => error(code::NOT_INITIALIZED),
            (Stage::Ended | Stage::Destroyed, _) | (_, Behaviour::Cancelled) => {
                (RP_ERR_CANCELLED, String::new())
            }
            (_, Behaviour::Error(code)) => error(code),
            (_, Behaviour::Status(status)) => (*status, String::new()),
            _ if message_type == "event" => (RP_OK, r#"{"status":"success","data":{}}"#.into()),
            _ if message_type == "query" => {
                (RP_OK, r#"{"status":"success","data":{"entities":[],"count":0}}"#.into())
            }
            _ => error(code::DENIED),
        }
    }
}

/// Takes a lock, even one that a panic has poisoned.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn error(code: &str) -> (i32, String) {
    (RP_FAILED, format!(r#"{{"status":"error","error":"the check's host says so","code":"{code}"}}"#))
}

/// # Safety
/// `host` is a host that [`CheckHost::new`] made, or a copy of one.
unsafe fn check_host<'a>(host: *const rp_host) -> &'a CheckHost {
    // SAFETY: the caller's promise; the context is the host itself, which lives for ever.
    unsafe { &*(*host).context.cast::<CheckHost>() }
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: the module passes what `create` got (rule 11), and a message and a reply of its own (rules 1 and 2).
    let (this, message, reply) = unsafe { (check_host(host), &*message, &mut *reply) };
    // SAFETY: rule 2: the texts are valid until this call returns.
    let (message_type, payload) = unsafe { (text(&message.r#type), text(&message.payload)) };
    let wrong = if lies_in(&message.r#type, reply) || lies_in(&message.payload, reply) {
        Some(Wrong::InReply)
    } else {
        message_fault(message, &message_type, &payload).map(Wrong::Message)
    };
    this.record(host, "send", message.cause, wrong);
    // SAFETY: the module's reply, or a copy of one that it was passed (rule 1).
    unsafe { probe::look_for_copy(reply) };
    let (status, response) = this.answer(&String::from_utf8_lossy(&message_type));
    journal::step(format!(
        "  the module sends {} {}, and is answered {status} {response}",
        journal::shown(&message_type),
        journal::shown(&payload)
    ));
    match write(reply, response.as_bytes()) {
        RP_OK => status,
        failed => failed,
    }
}

/// # Safety
/// The text is valid (rule 2), or its data is NULL.
unsafe fn text(text: &rp_str) -> Vec<u8> {
    if text.data.is_null() {
        return Vec::new();
    }
    // SAFETY: rule 2: `len` bytes lie at `data`, which is not NULL, and nobody writes them while they are copied.
    unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.len) }.to_vec()
}

fn lies_in(text: &rp_str, reply: &rp_reply) -> bool {
    let (start, at) = (reply.data as usize, text.data as usize);
    text.len > 0 && !reply.data.is_null() && at >= start && at < start + reply.capacity
}

fn message_fault(message: &rp_message, message_type: &[u8], payload: &[u8]) -> Option<String> {
    let size = message.struct_size as usize;
    if size < size_of::<rp_message>() {
        return Some(format!("struct_size is {size}, less than rp_message has"));
    }
    if message.flags != 0 || message.id != 0 {
        return Some(format!("flags are {} and id is {}, not 0", message.flags, message.id));
    }
    if message.r#type.data.is_null() || message.payload.data.is_null() {
        return Some("a text is NULL".into());
    }
    let Ok(payload) = core::str::from_utf8(payload) else { return Some("the payload is not UTF-8".into()) };
    if core::str::from_utf8(message_type).is_err() {
        return Some("the type is not UTF-8".into());
    }
    rp_protocol::is_object(payload).err().map(|fault| fault.to_string())
}

/// Appends to the module's reply as the header's rp_reply_write does.
fn write(reply: &mut rp_reply, bytes: &[u8]) -> rp_status {
    if bytes.is_empty() {
        return RP_OK;
    }
    if reply.capacity.wrapping_sub(reply.len) < bytes.len() {
        let Some(grow) = reply.grow else { return RP_ERR_NO_MEMORY };
        // SAFETY: rule 1: whoever owns the reply gave it its function.
        let status = unsafe { grow(reply, bytes.len()) };
        if status != RP_OK {
            return status;
        }
    }
    // SAFETY: rule 1: `capacity - len` bytes fit behind `data + len`.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), reply.data.cast::<u8>().add(reply.len), bytes.len()) };
    reply.len += bytes.len();
    RP_OK
}

unsafe extern "C" fn write_log(
    host: *const rp_host,
    message_id: u64,
    level: i32,
    line: *const c_char,
    len: usize,
) {
    // SAFETY: the module passes what `create` got (rule 11) and a text that is valid until this call returns.
    let (this, bytes) = unsafe { (check_host(host), text(&rp_str { data: line, len })) };
    let wrong = if line.is_null() {
        Some("the text is NULL".to_owned())
    } else if core::str::from_utf8(&bytes).is_err() {
        Some("the text is not UTF-8".into())
    } else if bytes.contains(&0) {
        Some("there is a NUL in the text".into())
    } else if !(RP_LOG_ERROR..=RP_LOG_TRACE).contains(&level) {
        Some(format!("there is no level {level}"))
    } else {
        None
    };
    journal::step(format!("  the module logs: {}", journal::shown(&bytes)));
    this.record(host, "write_log", message_id, wrong.map(Wrong::Log));
}

unsafe extern "C" fn cancelled(host: *const rp_host, message_id: u64) -> i32 {
    // SAFETY: the module passes what `create` got (rule 11).
    let this = unsafe { check_host(host) };
    this.record(host, "cancelled", message_id, None);
    let is_ended = this.stage() > Stage::Active || *locked(&this.behaviour) == Behaviour::Cancelled;
    let is_known = message_id == 0 || locked(&this.in_flight).contains(&message_id);
    i32::from(is_ended || !is_known)
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: the module passes what `create` got (rule 11).
    let this = unsafe { check_host(host) };
    this.record(host, "now_us", 0, None);
    match *locked(&this.behaviour) {
        Behaviour::Clock(time) => time,
        // It advances, as a clock does, and in the same way in every run.
        _ => 1_700_000_000_000_000 + this.ticks.fetch_add(1000, Ordering::Relaxed),
    }
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: the module passes what `create` got (rule 11).
    let this = unsafe { check_host(host) };
    this.record(host, "random", 0, None);
    if len > 0 {
        // No two draws are alike, but each run draws the same, so that a finding can be reproduced.
        let seed = RANDOM_DRAWS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the module owns `len` bytes at `data` and lends them until this call returns.
        let bytes = unsafe {
            ptr::write_bytes(data.cast::<u8>(), 0, len);
            core::slice::from_raw_parts_mut(data.cast::<u8>(), len)
        };
        fastrand::Rng::with_seed(seed).fill(bytes);
    }
}

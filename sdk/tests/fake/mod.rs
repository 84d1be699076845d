//! A host in C's terms, for modules that are linked into the test.
#![allow(dead_code)]
use std::ffi::{CStr, c_char, c_void};
use std::mem::{size_of, zeroed};
use std::sync::Mutex;

pub use abi::*;

/// The ABI, read a second time: the tests call the module as a host does, not through the SDK's types.
#[allow(missing_docs, clippy::all)]
#[path = "../../src/abi.rs"]
mod abi;

type Send = unsafe extern "C" fn(*const rp_host, *const rp_message, *mut rp_reply) -> rp_status;

/// What the host's functions see.
#[derive(Default)]
pub struct Seen {
    pub log: Mutex<Vec<(u64, i32, String)>>,
    pub sent: Mutex<Vec<(u64, String, String)>>,
    pub answer: Mutex<(rp_status, String)>,
}

pub struct Host {
    pub raw: Box<rp_host>,
    pub seen: Box<Seen>,
}

impl Host {
    pub fn new() -> Host {
        let seen = Box::<Seen>::default();
        let raw = rp_host {
            struct_size: size_of::<rp_host>() as u32,
            flags: 0,
            context: (&raw const *seen).cast_mut().cast(),
            send: Some(send),
            write_log: Some(write_log),
            cancelled: Some(cancelled),
            now_us: Some(now_us),
            random: Some(random),
        };
        Host { raw: Box::new(raw), seen }
    }

    pub fn answer_with(&self, status: rp_status, text: &str) {
        *self.seen.answer.lock().unwrap() = (status, text.to_owned());
    }

    pub fn log_lines(&self) -> Vec<String> {
        self.seen.log.lock().unwrap().iter().map(|(id, level, text)| format!("{id} {level} {text}")).collect()
    }
}

unsafe fn seen<'a>(host: *const rp_host) -> &'a Seen {
    // SAFETY: rule 11: the SDK passes the host that the test made, which outlives the module.
    unsafe { &*(*host).context.cast() }
}

/// # Safety
/// `len` bytes at `data` are borrowed until the call that passed them returns (rule 2).
unsafe fn text(text: rp_str) -> String {
    // SAFETY: the caller's text has `len` bytes, which nobody writes meanwhile.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 11: the SDK passes the host that the test made; rule 2: the message is valid until this call returns.
    let (seen, message) = unsafe { (seen(host), &*message) };
    // SAFETY: rule 2: the texts are borrowed until this call returns.
    let texts = unsafe { (text(message.r#type), text(message.payload)) };
    seen.sent.lock().unwrap().push((message.cause, texts.0, texts.1));
    let (status, answer) = seen.answer.lock().unwrap().clone();
    // SAFETY: rule 1: grow, then write behind len.
    unsafe {
        if (*reply).capacity - (*reply).len < answer.len() {
            let grown = ((*reply).grow.unwrap())(reply, answer.len());
            if grown != RP_OK {
                return grown;
            }
        }
        (*reply).data.add((*reply).len).cast::<u8>().copy_from(answer.as_ptr(), answer.len());
        (*reply).len += answer.len();
    }
    status
}

unsafe extern "C" fn write_log(host: *const rp_host, id: u64, level: i32, data: *const c_char, len: usize) {
    // SAFETY: rule 11: the host pointer is the test's; rule 2: the text is borrowed until this call returns.
    let (seen, line) = unsafe { (seen(host), text(rp_str { data, len })) };
    seen.log.lock().unwrap().push((id, level, line));
}

unsafe extern "C" fn cancelled(_: *const rp_host, id: u64) -> i32 {
    i32::from(id == 13)
}

unsafe extern "C" fn now_us(_: *const rp_host) -> i64 {
    1_700_000_000_000_000
}

unsafe extern "C" fn random(_: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: the module's memory, writable for `len` bytes.
    unsafe { data.cast::<u8>().write_bytes(7, len) }
}

/// A reply whose memory moves at every `grow` and ends at a limit.
pub struct Reply {
    pub raw: rp_reply,
    // Boxed, since `raw.context` points at it.
    #[allow(clippy::box_collection)]
    _bytes: Box<Vec<u8>>,
}

impl Reply {
    /// `limit` bytes at most; `before` is there already.
    pub fn new(limit: usize, before: &str) -> Reply {
        let mut bytes = Box::new(before.as_bytes().to_vec());
        let raw = rp_reply {
            struct_size: size_of::<rp_reply>() as u32,
            flags: limit as u32,
            context: (&raw mut *bytes).cast(),
            data: bytes.as_mut_ptr().cast(),
            len: bytes.len(),
            capacity: bytes.len(),
            grow: Some(grow),
        };
        Reply { raw, _bytes: bytes }
    }

    pub fn text(&self) -> &str {
        // SAFETY: rule 1: `len` bytes were written.
        let bytes = unsafe { std::slice::from_raw_parts(self.raw.data.cast::<u8>(), self.raw.len) };
        std::str::from_utf8(bytes).unwrap()
    }
}

unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: `Reply::new` made it; its limit stands in the flags, which only this test reads.
    unsafe {
        let reply = &mut *reply;
        let bytes = &mut *reply.context.cast::<Vec<u8>>();
        if reply.len + additional > reply.flags as usize {
            return RP_ERR_NO_MEMORY;
        }
        bytes.set_len(reply.len.min(bytes.capacity()));
        let mut moved = Vec::with_capacity(reply.len + additional);
        moved.extend_from_slice(bytes);
        *bytes = moved;
        reply.data = bytes.as_mut_ptr().cast();
        reply.capacity = bytes.capacity();
    }
    RP_OK
}

/// One instance, called through the module's table.
pub struct Instance {
    pub table: &'static rp_module,
    pub raw: *mut c_void,
    pub host: Host,
}

impl Instance {
    pub fn new<T>(entry: extern "C" fn() -> *const T) -> Instance {
        Instance::with_host(entry, Host::new())
    }

    pub fn with_host<T>(entry: extern "C" fn() -> *const T, host: Host) -> Instance {
        // SAFETY: the SDK's rp_module and this one are the same file; the table is constant (rule 6).
        let table = unsafe { &*entry().cast::<rp_module>() };
        // SAFETY: rule 6: create is the first call; the host lives as long as the instance.
        let raw = unsafe { table.create.unwrap()(&raw const *host.raw) };
        Instance { table, raw, host }
    }

    pub fn manifest(&self) -> &'static str {
        // SAFETY: the table's manifest is NUL-terminated and constant.
        unsafe { CStr::from_ptr(self.table.manifest) }.to_str().unwrap()
    }

    pub fn ask(&self, message_type: &str, payload: &str) -> (rp_status, String) {
        self.ask_into(message(message_type, payload), &mut Reply::new(usize::MAX >> 33, ""))
    }

    pub fn ask_into(&self, message: rp_message, reply: &mut Reply) -> (rp_status, String) {
        // SAFETY: the instance is alive; message and reply outlive the call (rules 1 and 2).
        let status = unsafe { self.call(self.raw, &raw const message, &raw mut reply.raw) };
        (status, reply.text().to_owned())
    }

    /// # Safety
    /// Each pointer keeps the rules or is NULL, which the SDK promises to bear.
    pub unsafe fn call(
        &self,
        instance: *mut c_void,
        message: *const rp_message,
        reply: *mut rp_reply,
    ) -> rp_status {
        // SAFETY: the caller vouches for each pointer.
        unsafe { self.table.handle_message.unwrap()(instance, message, reply) }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: rule 6: the last call for the instance; NULL is borne.
        unsafe { self.table.destroy.unwrap()(self.raw) }
    }
}

pub fn message(message_type: &str, payload: &str) -> rp_message {
    let borrowed = |text: &str| rp_str { data: text.as_ptr().cast(), len: text.len() };
    // SAFETY: all fields of the struct may be zero.
    let zero: rp_message = unsafe { zeroed() };
    rp_message {
        struct_size: size_of::<rp_message>() as u32,
        id: 12,
        r#type: borrowed(message_type),
        payload: borrowed(payload),
        ..zero
    }
}

//! The host functions in a worker: what they are asked crosses to the host, whose functions answer.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;

use super::lane::{ask, is_cancelled, is_not_cancelled};
use super::process::Process;
use crate::abi::{
    RP_ERR_NO_MEMORY, RP_FAILED, RP_LOG_ERROR, RP_OK, rp_host, rp_message, rp_reply, rp_status, rp_str,
};
use crate::border::borrowed::{self, NotLent, bytes_of};
use crate::border::caller_reply::{is_whole, write_to_caller};
use crate::border::module::{HostLink, Provided};
use crate::channel::body::log::{LogText, head as log_head};
use crate::channel::body::send::{SendBody, SentText};
use crate::channel::frame::{Head, Kind};
use crate::platform::clock;

/// The most random bytes that are asked for at once.
const RANDOM_PIECE: usize = 1 << 20;

/// The `rp_host` of an instance in a worker.
pub(super) struct Table {
    /// Its context is the address of this `Table`.
    abi: rp_host,
    process: &'static Process,
    provided: Provided,
}

impl Table {
    /// Makes one. It is never freed (rule 6).
    pub(super) fn new(process: &'static Process, provided: Provided) -> &'static Table {
        let table = Box::leak(Box::new(Table {
            abi: rp_host {
                struct_size: size_of::<rp_host>() as u32,
                flags: 0,
                context: ptr::null_mut(),
                send: Some(send),
                write_log: Some(write_log),
                cancelled: Some(cancelled),
                now_us: Some(now_us),
                random: Some(random),
            },
            process,
            provided,
        }));
        table.abi.context = ptr::from_mut(table).cast();
        table
    }

    /// What `create` is given. No handler of a worker asks for anything but the table.
    pub(super) fn link(&'static self) -> HostLink {
        HostLink {
            table: &self.abi,
            unwanted: |_| None,
            deadline: |_| None,
            lost: |_| {},
            provided: self.provided,
        }
    }

    fn log(&self, id: u64, level: i32, text: &[u8]) {
        ask(self.process, log_head(id, level, LogText::Body), &[text], &mut Vec::new());
    }
}

/// Finds the table of a host pointer that the module passed.
///
/// # Safety
/// `host` is NULL or the table of a `Table::link`; rule 11 says that it is passed exactly as given.
unsafe fn table_of(host: *const rp_host) -> Option<&'static Table> {
    // SAFETY: what `link` gave is never freed nor written, and its context leads to its `Table`.
    unsafe { Some(&*host.as_ref()?.context.cast::<Table>()) }
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 1: the reply is what its struct_size says.
    if message.is_null() || reply.is_null() || !unsafe { is_whole(reply) } {
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return RP_ERR_NO_MEMORY };
    // SAFETY: rules 2 and 3: the message is not NULL, and valid until this call returns.
    let (cause, body) = unsafe { read(message) };
    let texts = match body {
        SendBody::Whole { message_type, payload, .. } => [message_type.bytes(), payload.bytes()],
        _ => [&[][..]; 2],
    };
    let head = Head { cause, ..Head::of(Kind::Send) };
    let mut response = Vec::new();
    let answer = ask(table.process, head, &[&body.numbers(), texts[0], texts[1]], &mut response);
    match answer.status {
        // SAFETY: the module lends a valid reply that is this call's alone (rules 1 and 3).
        RP_OK | RP_FAILED => match unsafe { write_to_caller(reply, &response) } {
            RP_OK => answer.status,
            _ => RP_ERR_NO_MEMORY,
        },
        status => status,
    }
}

/// Reads a message, as far as it can be read; its cause comes first.
///
/// # Safety
/// `message` is not NULL and, like its texts, valid for `'a`.
unsafe fn read<'a>(message: *const rp_message) -> (u64, SendBody<'a>) {
    if !message.is_aligned() {
        return (0, SendBody::Misaligned);
    }
    // SAFETY: valid and aligned; struct_size comes first, and nothing past it is read.
    let struct_size = unsafe { message.cast::<u32>().read() };
    if (struct_size as usize) < size_of::<rp_message>() {
        return (0, SendBody::TooSmall(struct_size));
    }
    // SAFETY: struct_size covers every field of this version; the texts are borrowed until the call returns (rule 2).
    let (message, message_type, payload) =
        unsafe { (&*message, text(&(*message).r#type), text(&(*message).payload)) };
    let (flags, id) = (message.flags, message.id);
    (message.cause, SendBody::Whole { struct_size, flags, id, message_type, payload })
}

/// # Safety
/// Unless it is NULL or its length is absurd, the text can be read for `'a`.
unsafe fn text<'a>(text: &rp_str) -> SentText<'a> {
    // SAFETY: the caller promises the text.
    match unsafe { bytes_of(text) } {
        Ok(bytes) => SentText::Bytes(bytes),
        Err(NotLent::Null) => SentText::Null(text.len as u64),
        Err(NotLent::TooLong(len)) => SentText::TooLong(len as u64),
    }
}

unsafe extern "C" fn write_log(
    host: *const rp_host,
    message_id: u64,
    level: i32,
    text: *const c_char,
    len: usize,
) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return };
    if text.is_null() && len == 0 {
        return;
    }
    // SAFETY: rule 2: the text is borrowed until this call returns.
    let (text, body) = match unsafe { borrowed::bytes(text, len) } {
        Ok(bytes) => (LogText::Body, bytes),
        Err(NotLent::Null) => (LogText::Null(len as u64), &[][..]),
        Err(NotLent::TooLong(len)) => (LogText::TooLong(len as u64), &[][..]),
    };
    ask(table.process, log_head(message_id, level, text), &[body], &mut Vec::new());
}

unsafe extern "C" fn cancelled(host: *const rp_host, message_id: u64) -> i32 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return 1 };
    if let Some(known) = is_cancelled(message_id) {
        return i32::from(known);
    }
    let head = Head { id: message_id, ..Head::of(Kind::Cancelled) };
    let answer = ask(table.process, head, &[], &mut Vec::new());
    if answer.status == 0 {
        is_not_cancelled(message_id);
    }
    answer.status
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    match unsafe { table_of(host) } {
        Some(table) if table.provided.clock => {
            ask(table.process, Head::of(Kind::Now), &[], &mut Vec::new()).id.cast_signed()
        }
        _ => clock::system_now_us(),
    }
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let table = unsafe { table_of(host) };
    // SAFETY: the caller lends `len` bytes until this call returns.
    let bytes = match (unsafe { borrowed::room(data, len) }, table) {
        (Ok(bytes), _) => bytes,
        (Err(fault), Some(table)) => {
            let text = format!("no random bytes are written, since the room for them {fault}");
            return table.log(0, RP_LOG_ERROR, text.as_bytes());
        }
        (Err(_), None) => return,
    };
    match table {
        Some(table) if table.provided.random => fill(table, bytes),
        _ => clock::system_random(bytes),
    }
}

/// Fills memory from the embedder's source of randomness.
fn fill(table: &Table, bytes: &mut [u8]) {
    let mut found = Vec::new();
    for piece in bytes.chunks_mut(RANDOM_PIECE) {
        ask(table.process, Head { cause: piece.len() as u64, ..Head::of(Kind::Random) }, &[], &mut found);
        piece.copy_from_slice(&found);
    }
}

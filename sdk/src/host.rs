//! The host functions of an instance.
use std::mem::{offset_of, size_of};
use std::ptr::NonNull;

use rp_protocol::Response;

use crate::abi::{self, rp_host, rp_message, rp_status, rp_str};
use crate::buffer::Buffer;
use crate::error::Error;
use crate::reply::{Answer, Reply, Written};
use crate::status;

/// The host, as one instance sees it: it sends messages, writes log, knows the time and whether an answer is still
/// wanted. Copy it freely, also to other threads.
///
/// The one that `create` gets works for the instance as a whole; the one of a [`Message`](crate::Message) works for
/// that message until it is answered.
///
/// ```
/// # use rp_sdk::{Host, Result};
/// fn note(host: Host) -> Result<String> {
///     host.info("a note is made");
///     host.new_id()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Host {
    raw: NonNull<rp_host>,
    message_id: u64,
}

// SAFETY: rp_host is valid for the life of the process and its functions may be called from any thread (rules 5, 6).
unsafe impl Send for Host {}
// SAFETY: the SDK only reads the struct, which nobody writes.
unsafe impl Sync for Host {}

/// How much a line of log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed.
    Error = abi::RP_LOG_ERROR as isize,
    /// Something may be wrong.
    Warn = abi::RP_LOG_WARN as isize,
    /// Worth knowing.
    Info = abi::RP_LOG_INFO as isize,
    /// For who looks for a fault.
    Debug = abi::RP_LOG_DEBUG as isize,
    /// Every step.
    Trace = abi::RP_LOG_TRACE as isize,
}

/// An optional function of the host: None where the host is older or does not lend it.
macro_rules! host_function {
    ($host:expr, $field:ident) => {{
        let raw = $host.raw.as_ptr();
        let end = offset_of!(rp_host, $field) + size_of::<usize>();
        // SAFETY: `from_raw` was promised that the struct lives as long as the process; it is read as far as its size says.
        unsafe { if (*raw).struct_size as usize >= end { (*raw).$field } else { None } }
    }};
}

macro_rules! level_methods {
    ($($(#[$doc:meta])* $name:ident = $level:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self, text: impl AsRef<str>) {
            self.log(Level::$level, text);
        }
    )*};
}

impl Host {
    /// None where it is NULL.
    ///
    /// # Safety
    /// `raw` is NULL or what `create` got, valid for the life of the process (rule 6), and its functions are the host's.
    pub(crate) unsafe fn from_raw(raw: *const rp_host) -> Option<Host> {
        NonNull::new(raw.cast_mut()).map(|raw| Host { raw, message_id: 0 })
    }

    #[inline]
    pub(crate) fn for_message(self, message_id: u64) -> Host {
        Host { message_id, ..self }
    }

    level_methods! {
        /// Writes a line of log about what failed.
        error = Error;
        /// Writes a line of log about what may be wrong: `host.warn("the archive is slow")`.
        warn = Warn;
        /// Writes a line of log that is worth knowing.
        info = Info;
        /// Writes a line of log for who looks for a fault.
        debug = Debug;
        /// Writes a line of log about a step.
        trace = Trace;
    }

    /// Writes a line of log.
    pub fn log(&self, level: Level, text: impl AsRef<str>) {
        let text = text.as_ref();
        if let Some(write_log) = host_function!(self, write_log) {
            // SAFETY: rule 11: its own host; rule 2: the text is borrowed until the call returns.
            unsafe {
                write_log(self.raw.as_ptr(), self.message_id, level as i32, text.as_ptr().cast(), text.len())
            }
        }
    }

    /// Whether nobody wants the answer any more; for the host that `create` got, whether the instance is unloaded.
    /// Cheap enough for inner loops. Answer with [`Error::cancelled`].
    pub fn is_cancelled(&self) -> bool {
        // SAFETY: rule 11: its own host.
        host_function!(self, cancelled)
            .is_some_and(|cancelled| unsafe { cancelled(self.raw.as_ptr(), self.message_id) != 0 })
    }

    /// The time: UTC, microseconds since 1970.
    pub fn now_us(&self) -> Result<i64, Error> {
        let now_us = host_function!(self, now_us).ok_or_else(|| not_lent("now_us"))?;
        // SAFETY: rule 11: its own host.
        Ok(unsafe { now_us(self.raw.as_ptr()) })
    }

    /// Fills `bytes` with random ones, of cryptographic quality.
    pub fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        let random = host_function!(self, random).ok_or_else(|| not_lent("random"))?;
        // SAFETY: rule 11: its own host; the slice is writable for its length.
        unsafe { random(self.raw.as_ptr(), bytes.as_mut_ptr().cast(), bytes.len()) };
        Ok(())
    }

    /// Sends a message and waits for its response. The payload must be one JSON object.
    ///
    /// An error response is an `Ok` here; the `Err` is for no response at all, such as [`Error::cancelled`].
    pub fn send<'b>(
        &self,
        message_type: &str,
        payload: &str,
        buffer: &'b mut Buffer,
    ) -> Result<Response<'b>, Error> {
        let mut sent = Ok(status::OK);
        // SAFETY: rule 1: `fill` lends a reply of the buffer's own, which nobody else uses meanwhile.
        let (status, bytes) =
            buffer.fill(|reply| match unsafe { self.send_raw(message_type, payload, reply) } {
                Ok(status) => status,
                Err(error) => {
                    sent = Err(error);
                    status::FAILED
                }
            });
        sent?;
        check_status(status)?;
        let text = str::from_utf8(bytes).map_err(|_| Error::internal("the host's response is not UTF-8"))?;
        Response::parse(text).map_err(Error::internal)
    }

    /// Sends a message whose response becomes the response of the message at hand, byte for byte.
    pub fn forward(&self, message_type: &str, payload: &str, reply: Reply<'_>) -> Answer {
        // SAFETY: rule 1: the reply of the message at hand may be passed on, and `into_raw` ends its use here.
        let sent = unsafe { self.send_raw(message_type, payload, reply.into_raw()) };
        check_status(sent?).map(Written::new)
    }

    /// # Safety
    /// `reply` is valid and the call's alone until it returns (rule 1).
    unsafe fn send_raw(
        &self,
        message_type: &str,
        payload: &str,
        reply: *mut abi::rp_reply,
    ) -> Result<rp_status, Error> {
        let send = host_function!(self, send).ok_or_else(|| not_lent("send"))?;
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: 0,
            id: 0,
            cause: self.message_id,
            r#type: borrowed(message_type),
            payload: borrowed(payload),
        };
        // SAFETY: rule 11: its own host; rule 2: the message is borrowed until the call returns; rule 1: the caller lends
        // the reply.
        Ok(unsafe { send(self.raw.as_ptr(), &raw const message, reply) })
    }
}

fn borrowed(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

fn check_status(status: rp_status) -> Result<rp_status, Error> {
    match status {
        status::OK | status::FAILED => Ok(status),
        status::CANCELLED => Err(Error::cancelled()),
        status::NO_MEMORY => Err(Error::no_memory()),
        other => Err(Error::internal(format_args!("the host answered with status {other}"))),
    }
}

fn not_lent(function: &str) -> Error {
    Error::unavailable(format_args!("this host does not lend {function}"))
}

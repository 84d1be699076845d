//! Where the response goes.
use std::marker::PhantomData;

use serde_core::Serialize;

use crate::abi::{rp_reply, rp_status};
use crate::error::Error;
use crate::status;
use crate::writer::Writer;

/// How a message ends: the response was written into the [`Reply`], or the error becomes the response.
pub type Answer = Result<Written, Error>;

/// Says that a response stands in the reply; only [`Reply`] makes one.
#[derive(Debug)]
#[must_use = "return it from the method that answers"]
// A whole word: an i32 would share one with the discriminant of `Answer`, and reading the two halves as one word
// right after they were written costs more than the rest of a short call.
pub struct Written(isize);

impl Written {
    #[inline]
    pub(crate) fn new(status: rp_status) -> Written {
        Written(status as isize)
    }

    #[inline]
    pub(crate) fn status(&self) -> rp_status {
        self.0 as rp_status
    }
}

/// The place of one response. Writing it uses the reply up, so there is one response to a message.
///
/// The response is written straight into the asker's memory. Where that fails, nothing of it remains.
///
/// ```
/// # use rp_sdk::{Answer, Command, Reply};
/// fn echo(command: &Command<'_>, reply: Reply<'_>) -> Answer {
///     // The bytes that arrived, read by nobody.
///     reply.success_json(command.args_json())
/// }
/// ```
pub struct Reply<'a> {
    raw: *mut rp_reply,
    borrow: PhantomData<&'a mut rp_reply>,
}

impl<'a> Reply<'a> {
    /// # Safety
    /// `raw` keeps rule 1 for `'a`, and nothing else uses it in that time.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: *mut rp_reply) -> Reply<'a> {
        Reply { raw, borrow: PhantomData }
    }

    pub(crate) fn into_raw(self) -> *mut rp_reply {
        self.raw
    }

    /// Answers with a success, `data` as serde writes it.
    pub fn success<T: Serialize + ?Sized>(self, data: &T) -> Answer {
        let mut out = self.writer();
        match rp_protocol::write_success(&mut out, data) {
            Ok(()) => {
                out.commit();
                Ok(Written::new(status::OK))
            }
            Err(_) if out.is_out_of_memory() => Err(Error::no_memory()),
            Err(error) => Err(Error::internal(format_args!("the result cannot be written: {error}"))),
        }
    }

    /// Answers with a success whose data is `{}`.
    pub fn empty(self) -> Answer {
        self.success_json("{}")
    }

    /// Answers with a success, `data` byte for byte. It must be one JSON value; it is not looked at here.
    #[inline]
    pub fn success_json(self, data: &str) -> Answer {
        self.raw(true, &[rp_protocol::SUCCESS_START, data, "}"])
    }

    /// Answers with a whole response, made of parts. It must be a valid response with status "success" or, for
    /// `is_success` false, "error"; it is not looked at here.
    #[inline]
    pub fn raw(self, is_success: bool, parts: &[&str]) -> Answer {
        let mut out = self.writer();
        let total = parts.iter().fold(0, |total: usize, part| total.saturating_add(part.len()));
        let written = Written::new(if is_success { status::OK } else { status::FAILED });
        if !out.has_room(total) {
            return self.raw_into_more(total, parts).map(|()| written);
        }
        // This writer is lent to nobody, and so stays in registers.
        for part in parts {
            // SAFETY: there is room for all of them.
            unsafe { out.put(part.as_bytes()) };
        }
        out.commit();
        Ok(written)
    }

    /// The same where the owner must be asked for room first.
    #[cold]
    fn raw_into_more(self, total: usize, parts: &[&str]) -> Result<(), Error> {
        let mut out = self.writer();
        if !out.reserve(total) || !parts.iter().all(|part| out.push(part.as_bytes())) {
            return Err(Error::no_memory());
        }
        out.commit();
        Ok(())
    }

    /// Writes an error response; the status tells whether there was room.
    pub(crate) fn error(self, error: &Error) -> rp_status {
        let mut out = self.writer();
        match rp_protocol::write_error(&mut out, error.code(), error.text(), error.details()) {
            Ok(()) => {
                out.commit();
                status::FAILED
            }
            Err(_) => status::NO_MEMORY,
        }
    }

    #[inline]
    fn writer(&self) -> Writer {
        // SAFETY: `from_raw` was promised rule 1, and every caller drops the writer before it gives `self` up.
        unsafe { Writer::new(self.raw) }
    }
}

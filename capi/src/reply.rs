//! The buffer for a response, or for what a function tells.

use core::ffi::c_char;
use core::ptr;

use host::{DEFAULT_REPLY_LIMIT, Reply};
use rp_protocol::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::contain::contain_or;

/// Holds the last response, or what a function of this file told. Reused from call to call, so that
/// calls do not allocate. What it gives is valid until the next call with it.
/// [one]
pub struct rph_reply {
    pub(crate) reply: Reply,
    /// What a function told, in place of a response.
    told: Option<String>,
    parts: Option<Parts>,
    /// Whether there is one of these.
    has_more: bool,
}

/// The parts of a response, as C sees them: with a NUL behind each.
#[derive(Default)]
struct Parts {
    data: Option<String>,
    error: Option<String>,
    code: Option<String>,
}

impl rph_reply {
    pub(crate) fn new(reply: Reply) -> Self {
        rph_reply { reply, told: None, parts: None, has_more: false }
    }

    /// The buffer for a response, without what was there before.
    #[inline(always)]
    pub(crate) fn begin(&mut self) -> &mut Reply {
        if self.has_more {
            self.forget();
        }
        &mut self.reply
    }

    #[cold]
    fn forget(&mut self) {
        (self.told, self.parts, self.has_more) = (None, None, false);
    }

    /// Holds a value as JSON.
    pub(crate) fn show(&mut self, value: &impl Serialize) {
        let text = serde_json::to_string(value).expect("what the host tells can be written as JSON");
        self.show_text(&text);
    }

    pub(crate) fn show_text(&mut self, text: &str) {
        self.begin().clear();
        (self.told, self.has_more) = (Some(terminated(text)), true);
    }

    #[inline]
    fn text(&mut self) -> &[u8] {
        match &self.told {
            Some(told) => told.as_bytes(),
            None => self.reply.with_nul(),
        }
    }

    fn parts(&mut self) -> &Parts {
        let (told, reply) = (&self.told, &self.reply);
        self.has_more = true;
        self.parts.get_or_insert_with(|| match told {
            Some(_) => Parts::default(),
            None => Parts::read(reply),
        })
    }
}

impl Parts {
    /// Of a text that is no response, nothing.
    fn read(reply: &Reply) -> Self {
        let Ok(text) = reply.text() else { return Parts::default() };
        let raw = |value: &RawValue| terminated(value.get());
        match Response::parse(text) {
            Ok(Response::Success(success)) => Parts { data: success.data.map(raw), ..Parts::default() },
            Ok(Response::Error(error)) => Parts {
                data: error.details.map(raw),
                error: Some(terminated(&error.error)),
                code: error.code.as_deref().map(terminated),
            },
            Err(_) => Parts::default(),
        }
    }
}

fn terminated(text: &str) -> String {
    format!("{text}\0")
}

/// The text for C, and its length without the NUL behind it.
///
/// # Safety
/// `len` is NULL or valid for a write.
#[inline]
unsafe fn give(text: Option<&[u8]>, len: *mut usize) -> *const c_char {
    if !len.is_null() {
        // SAFETY: the caller knows it to be valid for a write.
        unsafe { len.write(text.map_or(0, |text| text.len() - 1)) };
    }
    text.map_or(ptr::null(), |text| text.as_ptr().cast())
}

/// A part of a reply; NULL: none.
///
/// # Safety
/// `len` is NULL or valid for a write.
unsafe fn part(
    reply: Option<&mut rph_reply>,
    len: *mut usize,
    which: impl FnOnce(&Parts) -> &Option<String>,
) -> *const c_char {
    contain_or(ptr::null(), || {
        let text = reply.and_then(|reply| which(reply.parts()).as_deref());
        // SAFETY: as the caller promises.
        unsafe { give(text.map(str::as_bytes), len) }
    })
}

/// An empty reply that never holds a response of more than limit bytes; 0: of 64 MiB. Never NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_reply_new(limit: usize) -> Option<Box<rph_reply>> {
    let limit = if limit == 0 { DEFAULT_REPLY_LIMIT } else { limit };
    Some(Box::new(rph_reply::new(Reply::with_limit(limit))))
}

/// Allocates capacity bytes, but no more than the limit, before the first call needs them.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_reply_reserve(reply: Option<&mut rph_reply>, capacity: usize) {
    contain_or((), || reply.into_iter().for_each(|reply| reply.begin().reserve(capacity)));
}

/// Empties it, and keeps its memory.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_reply_clear(reply: Option<&mut rph_reply>) {
    contain_or((), || reply.into_iter().for_each(|reply| reply.begin().clear()));
}

/// The most bytes that a response in it can have.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_reply_limit(reply: Option<&rph_reply>) -> usize {
    reply.map_or(0, |reply| reply.reply.limit())
}

/// The whole response, or what a function told, with a NUL behind it; len, unless it is NULL, is
/// its length without that. NULL only for NULL.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_reply_text(reply: Option<&mut rph_reply>, len: *mut usize) -> *const c_char {
    match reply {
        // A response with room behind it, as nearly always.
        Some(reply) if !reply.has_more && reply.reply.has_room_for_nul() => {
            // SAFETY: C gives NULL or a place for the length (rule 1 of rp_host.h).
            unsafe { give(Some(reply.reply.with_nul()), len) }
        }
        // SAFETY: as above.
        reply => unsafe { text_in_full(reply, len) },
    }
}

/// # Safety
/// `len` is NULL or valid for a write.
#[inline(never)]
unsafe fn text_in_full(reply: Option<&mut rph_reply>, len: *mut usize) -> *const c_char {
    contain_or(ptr::null(), || {
        // SAFETY: as the caller promises.
        unsafe { give(reply.map(rph_reply::text), len) }
    })
}

/// The data of a success, or the details of an error response: JSON as the module wrote it. NULL:
/// none.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_reply_data(reply: Option<&mut rph_reply>, len: *mut usize) -> *const c_char {
    // SAFETY: C gives NULL or a place for the length (rule 1 of rp_host.h).
    unsafe { part(reply, len, |parts| &parts.data) }
}

/// The text of an error response; NULL: it is none.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_reply_error(reply: Option<&mut rph_reply>, len: *mut usize) -> *const c_char {
    // SAFETY: C gives NULL or a place for the length (rule 1 of rp_host.h).
    unsafe { part(reply, len, |parts| &parts.error) }
}

/// The code of an error response; NULL: it has none.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_reply_code(reply: Option<&mut rph_reply>, len: *mut usize) -> *const c_char {
    // SAFETY: C gives NULL or a place for the length (rule 1 of rp_host.h).
    unsafe { part(reply, len, |parts| &parts.code) }
}

/// Frees it.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_reply_free(reply: Option<Box<rph_reply>>) {
    drop(reply);
}

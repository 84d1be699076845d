//! Texts that C may keep as long as the object that it got them of.

use core::ffi::c_char;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::c_text::c_string;

/// Each text once. They are few: the name of an instance, and the manifest of each module that took its place.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Vec<CString>>);

impl Kept {
    /// The text for C, valid until `self` is dropped.
    pub(crate) fn keep(&self, text: &str) -> *const c_char {
        let text = c_string(text);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.iter().find(|known| ***known == *text) {
            return known.as_ptr();
        }
        let pointer = text.as_ptr();
        kept.push(text);
        pointer
    }
}

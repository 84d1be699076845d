//! Text in pages of its own, where every byte that a module may not touch is out of reach.

use crate::os::{Pages, Told};

/// How a message's text lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In plain memory, as a host has it.
    Heap,
    /// Its last byte is the last one that can be read.
    AtTheEnd,
    /// It cannot be written.
    ReadOnly,
    /// It is gone once the call returns.
    Vanishing,
}

/// A text that was put somewhere.
pub(crate) enum Placed {
    Heap(Vec<u8>),
    Pages(Pages, Place),
}

impl Placed {
    /// Puts a text into such memory.
    pub(crate) fn new(text: &[u8], place: Place) -> Told<Placed> {
        if place == Place::Heap {
            // A NUL behind it that is not counted, since a plain module is given the same bytes.
            let mut bytes = Vec::with_capacity(text.len() + 1);
            bytes.extend_from_slice(text);
            bytes.push(0);
            return Ok(Placed::Heap(bytes));
        }
        let pages = Pages::new(text, place == Place::AtTheEnd)?;
        if place == Place::ReadOnly {
            pages.forbid_writing();
        }
        Ok(Placed::Pages(pages, place))
    }

    pub(crate) fn as_ptr(&self) -> *const u8 {
        match self {
            Placed::Heap(bytes) => bytes.as_ptr(),
            Placed::Pages(pages, _) => pages.as_ptr(),
        }
    }

    /// Notes that the call returned: a text that vanishes is out of reach from now on, for good.
    pub(crate) fn retire(self) {
        if let Placed::Pages(pages, Place::Vanishing) = self {
            pages.forbid_all();
        }
    }
}

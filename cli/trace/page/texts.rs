//! Payload and response as the page has them.

use crate::trace::line::Record;

/// The most bytes of a payload or a response that the page has.
const TEXT_BYTES: usize = 2 << 10;
/// So many messages have their texts in one piece, which is read when one of them is asked for.
pub const PIECE: usize = 1000;

/// Payload and response, cut where they are long.
pub fn texts(record: &Record<'_>) -> [String; 2] {
    [record.payload(), record.response()].map(|mut text| {
        if text.len() > TEXT_BYTES {
            let end = (0..=TEXT_BYTES).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(end.unwrap_or(0));
        }
        text
    })
}

//! A trace as one HTML file. The page itself, in JavaScript and CSS, lies in this folder; `page.html` is what it begins as.

mod bundle;
pub mod columns;
pub mod document;
mod escape;
pub mod html;
pub mod texts;

/// The largest page, unless it is wanted nevertheless, in millions of bytes.
pub const MOST_MEGABYTES: usize = 64;
/// The same in bytes.
pub const MOST_BYTES: usize = MOST_MEGABYTES * 1_000_000;

//! A trace as one HTML file. The page itself, in JavaScript and CSS, lies in this folder; `page.html` is what it begins as.

mod bundle;
pub mod columns;
pub mod document;
mod escape;

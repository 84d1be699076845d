//! What people see: text that is safe to show, styled, and on its way to standard error.

mod escape;
mod message;
mod stderr;
mod style;

pub use escape::{columns, guarded, shown, shown_json, shown_lines};
pub use message::{headline, label};
pub use stderr::{guard_panics, say};
pub use style::{
    BAD, FAINT, GOOD, KIND, STRONG, WARN, WIDTH, duration, styled, table, terminal_columns, terminal_width,
};

//! What people see: text that is safe to show, styled, and on its way to standard error.

mod escape;
mod message;
mod stderr;
mod style;

pub use escape::{columns, escaped, escaped_json, escaped_lines, sanitized};
pub use message::{headline, label};
pub use stderr::{report_panics, write_stderr};
pub use style::{
    BAD, FAINT, GOOD, KIND, STRONG, WARN, WIDTH, duration, styled, table, terminal_columns, terminal_width,
};

//! Suggestions for misspelt names.

use rp_host::config::nearest;

use crate::terminal::escaped;

/// The question to put before a help text: `did you mean ping? `, or nothing.
pub fn question<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, names).map_or(String::new(), |meant| format!("did you mean {}? ", escaped(meant)))
}

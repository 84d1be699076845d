//! Compares what is checked in with what the generators make of its source.

use std::fs;

use similar::TextDiff;

use support::root;

/// Fails with the diff and the fix; under RP_BLESS=1 writes the file instead.
pub fn check(path: &str, generated: &str) {
    let file = root().join(path);
    if std::env::var_os("RP_BLESS").is_some_and(|value| value == "1") {
        fs::write(&file, generated).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    if let Some(diff) = diff(path, &checked_in, generated) {
        panic!("{path} is not what its source makes.\n\n{diff}\nTo fix it: ./dev header");
    }
}

/// The difference as a unified diff, or nothing. A checkout on Windows may have turned the line ends.
pub fn diff(path: &str, checked_in: &str, generated: &str) -> Option<String> {
    let checked_in = checked_in.replace("\r\n", "\n");
    if checked_in == generated {
        return None;
    }
    let diff = TextDiff::from_lines(checked_in.as_str(), generated);
    Some(
        diff.unified_diff()
            .header(&format!("{path} (checked in)"), &format!("{path} (generated)"))
            .to_string(),
    )
}

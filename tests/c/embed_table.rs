//! The table of what programs do with a host, in Rust, C and C++: one transcript, byte for byte.

use runner::Runner;
use support::{deps, root};

#[path = "../embed_table/runner.rs"]
mod runner;

const TABLE: &str = include_str!("../embed_table/table.tsv");
const TRANSCRIPT: &str = "tests/embed_table/transcript.txt";

/// Compares with the recorded transcript; RP_BLESS=1 records it.
fn assert_transcript(found: &str) {
    let file = root().join(TRANSCRIPT);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(&file, found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_same_lines(&expected, found);
}

fn assert_same_lines(expected: &str, found: &str) {
    for (line, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of {TRANSCRIPT}", line + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "lines of {TRANSCRIPT}");
}

#[test]
fn rust() {
    assert_transcript(&Runner::new(deps()).run(TABLE));
}

//! A case: what the C program is asked, and what it must answer.

use std::fmt;

use serde_json::value::RawValue;

use super::same::is_same;

/// rp_json_result, as in the header.
pub const OK: u32 = 0;
pub const INVALID: u32 = 1;
pub const TOO_DEEP: u32 = 2;
pub const WRONG_KIND: u32 = 4;
pub const OUT_OF_RANGE: u32 = 5;
pub const NOT_TEXT: u32 = 6;
pub const NOT_FINITE: u32 = 8;

/// Operations of tests/c/c_json/driver.c.
pub mod operation {
    pub const PARSE: u8 = b'p';
    pub const REWRITE: u8 = b'r';
    pub const REWRITE_GROWING: u8 = b'g';
    pub const REWRITE_FIXED: u8 = b'f';
    pub const READ_DOUBLE: u8 = b'd';
    pub const READ_INT: u8 = b'i';
    pub const READ_UINT: u8 = b'u';
    pub const READ_STRING: u8 = b's';
    pub const WRITE_DOUBLE: u8 = b'D';
    pub const WRITE_STRING: u8 = b'S';
}

pub struct Case {
    pub about: String,
    pub operation: u8,
    pub input: Vec<u8>,
    pub expected: Expected,
}

pub enum Expected {
    /// Only this result matters.
    Result(u32),
    /// Success with these bytes.
    Bytes(Vec<u8>),
    /// Success with JSON that says the same.
    Json(Box<RawValue>),
}

impl Case {
    pub fn new(
        about: impl Into<String>,
        operation: u8,
        input: impl Into<Vec<u8>>,
        expected: Expected,
    ) -> Case {
        Case { about: about.into(), operation, input: input.into(), expected }
    }

    /// What is wrong with an answer.
    pub fn fault(&self, result: u32, bytes: &[u8]) -> Option<String> {
        let (wanted, is_right) = match &self.expected {
            Expected::Result(wanted) => (*wanted, true),
            Expected::Bytes(wanted) => (OK, bytes == wanted),
            Expected::Json(wanted) => {
                (OK, serde_json::from_slice(bytes).is_ok_and(|value: &RawValue| is_same(wanted, value)))
            }
        };
        if wanted != result {
            return Some(format!("{self}: result {result}, not {wanted}"));
        }
        (!is_right).then(|| format!("{self}: gave {}, not {}", show(bytes), self.expected))
    }
}

fn show(bytes: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(bytes).chars().take(200).collect();
    format!("{text:?}")
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}, {})", self.about, char::from(self.operation), show(&self.input))
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Result(result) => write!(out, "result {result}"),
            Expected::Bytes(bytes) => write!(out, "{}", show(bytes)),
            Expected::Json(value) => write!(out, "{value}"),
        }
    }
}

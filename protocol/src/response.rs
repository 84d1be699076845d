//! The one answer to a message.
use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use crate::object::{PayloadFault, fields, string};
use crate::{raw, scan};

/// A response, borrowed from its text.
///
/// ```
/// use rp_protocol::Response;
///
/// match Response::parse(r#"{"status":"error","error":"there is no log 7","code":"not_found"}"#).unwrap() {
///     Response::Success(success) => println!("{:?}", success.data),
///     Response::Error(error) => assert_eq!(error.code.as_deref(), Some(rp_protocol::code::NOT_FOUND)),
/// }
/// assert!(Response::parse("[]").is_err());
/// ```
#[derive(Clone, Debug)]
pub enum Response<'a> {
    /// `"status":"success"`.
    Success(Success<'a>),
    /// `"status":"error"`.
    Error(ErrorBody<'a>),
}

/// What a success brings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Success<'a> {
    /// The bytes of `data` as they arrived, if it is there.
    pub data: Option<&'a RawValue>,
}

/// What an error tells.
#[derive(Clone, Debug)]
pub struct ErrorBody<'a> {
    /// The text for people.
    pub error: Cow<'a, str>,
    /// The code for programs, one of [`code`](crate::code) or the module's own.
    pub code: Option<Cow<'a, str>>,
    /// The bytes of `details` as they arrived, if they are there.
    pub details: Option<&'a RawValue>,
}

/// Why a text is no response.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResponseFault {
    /// The text is empty.
    Nothing,
    /// The text is not one JSON value.
    NotJson(serde_json::Error),
    /// The text is valid JSON, but no object.
    NotObject,
    /// There is no `status`.
    NoStatus,
    /// `status` is neither "success" nor "error"; holds its JSON text, shortened.
    UnknownStatus(String),
    /// An error response has no `error`.
    NoError,
    /// A value that must be a string is none.
    NotString(&'static str),
    /// A key that must be unambiguous is there twice.
    Duplicate(&'static str),
}

impl fmt::Display for ResponseFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ResponseFault as F;
        match self {
            F::Nothing => out.write_str("no response was written"),
            F::NotJson(error) => write!(out, "the response is not valid JSON: {error}"),
            F::NotObject => out.write_str("the response is not a JSON object"),
            F::NoStatus => out.write_str("the response has no \"status\""),
            F::UnknownStatus(status) => {
                write!(
                    out,
                    "the response has the status {status}, which is neither \"success\" nor \"error\""
                )
            }
            F::NoError => out.write_str("the error response has no \"error\""),
            F::NotString(key) => write!(out, "\"{key}\" of the response is not a string"),
            F::Duplicate(key) => write!(out, "\"{key}\" is in the response more than once"),
        }
    }
}

impl std::error::Error for ResponseFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ResponseFault::NotJson(error) => Some(error),
            _ => None,
        }
    }
}

impl<'a> Response<'a> {
    /// Reads a response: exactly one JSON object, nothing but whitespace around it, unknown keys ignored.
    ///
    /// `data` and `details` are checked to be valid JSON and otherwise left alone. One pass, no allocation
    /// unless a string holds escapes or values nest deeper than two levels.
    #[inline]
    pub fn parse(text: &'a str) -> Result<Response<'a>, ResponseFault> {
        match quick_success(text) {
            Some(success) => Ok(Response::Success(success)),
            None => Self::parse_in_full(text),
        }
    }

    /// The `data` of a success that is spelled as nearly all are; of every other text nothing, and [`parse`](Self::parse) reads it.
    // In registers, which a whole response does not come back in.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn usual_data(text: &'a str) -> Option<&'a RawValue> {
        quick_success(text)?.data
    }

    fn parse_in_full(text: &'a str) -> Result<Response<'a>, ResponseFault> {
        if text.is_empty() {
            return Err(ResponseFault::Nothing);
        }
        let [status, data, error, code, details] = fields(text, NAMES)?;
        let status = status.ok_or(ResponseFault::NoStatus)?;
        if is_word(status, SUCCESS, "success") {
            return Ok(Response::Success(Success { data }));
        }
        if !is_word(status, "\"error\"", "error") {
            return Err(ResponseFault::UnknownStatus(shortened(status.get())));
        }
        let error = error.ok_or(ResponseFault::NoError)?;
        let error = string(error).ok_or(ResponseFault::NotString("error"))?;
        let code = code.map(|code| string(code).ok_or(ResponseFault::NotString("code"))).transpose()?;
        Ok(Response::Error(ErrorBody { error, code, details }))
    }

    /// Whether this is a success.
    #[inline]
    pub fn is_success(&self) -> bool {
        matches!(self, Response::Success(_))
    }
}

const NAMES: &[&str; 5] = &["status", "data", "error", "code", "details"];
const SUCCESS: &str = "\"success\"";

/// How nearly every success begins: the value of `data` follows, and a closing brace.
pub const SUCCESS_START: &str = r#"{"status":"success","data":"#;

/// A success that is spelled as everyone spells it. The other keys count too: twice is once too often.
#[inline]
fn quick_success(text: &str) -> Option<Success<'_>> {
    let mut found = [None; NAMES.len()];
    let is_read = if text.starts_with(SUCCESS_START) {
        found[0] = Some(SUCCESS);
        scan::find_from(text, SUCCESS_START.len(), 1, NAMES, &mut found)
    } else {
        scan::find(text, NAMES, &mut found)
    };
    if !is_read {
        return None;
    }
    let [status, data, ..] = found;
    if status != Some(SUCCESS) {
        return None;
    }
    match data {
        Some(data) => Some(Success { data: Some(raw::checked(data)?) }),
        None => Some(Success { data: None }),
    }
}

/// Compares the plain spelling first; an escaped one is as valid.
fn is_word(raw: &RawValue, quoted: &str, word: &str) -> bool {
    raw.get() == quoted || string(raw).is_some_and(|text| text == word)
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 40;
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

impl From<PayloadFault> for ResponseFault {
    fn from(fault: PayloadFault) -> Self {
        match fault {
            PayloadFault::NotJson(error) => ResponseFault::NotJson(error),
            PayloadFault::Duplicate(key) => ResponseFault::Duplicate(key),
            PayloadFault::Field { field, .. } => ResponseFault::NotString(field),
            PayloadFault::NotObject => ResponseFault::NotObject,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses() {
        let cases: &[(&str, &str)] = &[
            (r#"{"status":"success","data":{}}"#, "success {}"),
            (r#"{"status":"success"}"#, "success -"),
            (r#" {"data":[1, 2],"x":{"status":1},"status":"success"} "#, "success [1, 2]"),
            (r#"{"\u0073tatus":"s\u0075ccess","data":null}"#, "success null"),
            (r#"{"status":"success","error":5}"#, "success -"),
            (r#"{"status":"success","data": {"a":"}"} , "x":[2]} "#, "success {\"a\":\"}\"}"),
            (r#"{"status":"success","data":1,"data":2}"#, "\"data\" is in the response more than once"),
            (
                r#"{"status":"success","data":1,"status":"error"}"#,
                "\"status\" is in the response more than once",
            ),
            (
                r#"{"status":"success","data":}"#,
                "the response is not valid JSON: expected value at line 1 column 28",
            ),
            (
                r#"{"status":"success","data":1}}"#,
                "the response is not valid JSON: trailing characters at line 1 column 30",
            ),
            (
                r#"{"status":"success","data":1"#,
                "the response is not valid JSON: EOF while parsing an object at line 1 column 28",
            ),
            (r#"{"status":"error","error":"no","code":"c","details":{"a":1}}"#, "error no c {\"a\":1}"),
            (r#"{"status":"error","error":"a\nb"}"#, "error a\nb - -"),
            (r#"{"status":"error"}"#, "the error response has no \"error\""),
            (r#"{"status":"error","error":1}"#, "\"error\" of the response is not a string"),
            (r#"{"status":"error","error":"","code":null}"#, "\"code\" of the response is not a string"),
            (
                r#"{"status":"done"}"#,
                "the response has the status \"done\", which is neither \"success\" nor \"error\"",
            ),
            (r#"{"status":1}"#, "the response has the status 1, which is neither \"success\" nor \"error\""),
            (r#"{}"#, "the response has no \"status\""),
            (r#"{"status":"success","status":"error"}"#, "\"status\" is in the response more than once"),
            (r#"[]"#, "the response is not a JSON object"),
            (
                r#"{"status":"success"}{}"#,
                "the response is not valid JSON: trailing characters at line 1 column 21",
            ),
            ("", "no response was written"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), *expected, "{text}");
        }
    }

    fn shown(text: &str) -> String {
        match Response::parse(text) {
            Ok(Response::Success(success)) => format!("success {}", raw(success.data)),
            Ok(Response::Error(body)) => {
                let code = body.code.as_deref().unwrap_or("-");
                format!("error {} {code} {}", body.error, raw(body.details))
            }
            Err(fault) => fault.to_string(),
        }
    }

    fn raw(value: Option<&RawValue>) -> &str {
        value.map_or("-", RawValue::get)
    }

    #[test]
    fn a_long_status_is_shortened() {
        let text = format!(r#"{{"status":"{}"}}"#, "é".repeat(500));
        assert!(shown(&text).len() < 200);
    }
}

//! The lines that a client gets.

use rp_host::HeardEvent;
use rp_protocol::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::fault::{EXIT_DATA, Fault};

/// Why there is no response from a module.
#[derive(Debug)]
pub struct ErrorLine {
    pub error: String,
    code: String,
    fault: &'static str,
    help: Option<String>,
}

impl ErrorLine {
    /// The client, or who set up the host, is at fault.
    pub fn operator(code: &str, error: impl Into<String>) -> Self {
        ErrorLine { error: error.into(), code: code.to_owned(), fault: "operator", help: None }
    }

    /// Says how to fix it.
    pub fn help(self, text: impl Into<String>) -> Self {
        ErrorLine { help: Some(text.into()), ..self }
    }
}

impl From<rp_host::Error> for ErrorLine {
    fn from(error: rp_host::Error) -> Self {
        let fault = match error.fault() {
            rp_host::Fault::Module => "module",
            rp_host::Fault::Host => "host",
            _ => "operator",
        };
        ErrorLine { error: error.to_string(), code: error.code().to_owned(), fault, help: error.help() }
    }
}

impl From<Fault> for ErrorLine {
    fn from(fault: Fault) -> Self {
        ErrorLine {
            error: fault.to_string(),
            code: fault.code_text().to_owned(),
            fault: if fault.exit() == EXIT_DATA { "module" } else { "operator" },
            help: fault.help_text().map(str::to_owned),
        }
    }
}

#[derive(Serialize, Default)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// The line of a module's response.
pub fn response(id: Option<&RawValue>, response: &Response<'_>) -> Vec<u8> {
    match response {
        Response::Success(success) => {
            line(&Line { id, status: "success", data: success.data, ..Line::default() })
        }
        Response::Error(error) => line(&Line {
            id,
            status: "error",
            error: Some(&error.error),
            code: error.code.as_deref(),
            details: error.details,
            ..Line::default()
        }),
    }
}

/// The line of a request that succeeded without a module.
pub fn success(id: Option<&RawValue>) -> Vec<u8> {
    line(&Line { id, status: "success", ..Line::default() })
}

/// The line of a request that the server answers itself.
pub fn data(id: Option<&RawValue>, data: &impl Serialize) -> Vec<u8> {
    // Texts and numbers can always be serialised.
    let data = serde_json::value::to_raw_value(data).ok();
    line(&Line { id, status: "success", data: data.as_deref(), ..Line::default() })
}

/// The line of a request without a response.
pub fn error(id: Option<&RawValue>, error: &ErrorLine) -> Vec<u8> {
    line(&Line {
        id,
        status: "error",
        error: Some(&error.error),
        code: Some(&error.code),
        fault: Some(error.fault),
        help: error.help.as_deref(),
        ..Line::default()
    })
}

/// The line of an event.
pub fn event(event: &HeardEvent) -> Vec<u8> {
    line(event)
}

/// One line: what a module wrote may have line breaks between its tokens.
fn line(value: &impl Serialize) -> Vec<u8> {
    // Texts, numbers and raw values can always be serialised.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_module_wrote_is_one_line() {
        let text = "{\"status\":\"success\",\n\"id\":9,\"data\":{\r\n \"a\" : 1.50}}";
        let read = Response::parse(text).expect("a response");
        let id = RawValue::from_string("\"x\"".to_owned()).expect("JSON");
        let written = String::from_utf8(response(Some(&id), &read)).expect("UTF-8");
        assert_eq!(written, "{\"id\":\"x\",\"status\":\"success\",\"data\":{   \"a\" : 1.50}}\n");
    }
}

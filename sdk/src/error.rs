//! Why a message was not answered with a success.
use std::borrow::Cow;
use std::fmt;

use rp_protocol::{ErrorBody, PayloadFault, code};
use serde_core::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::abi::rp_status;
use crate::status;

/// What a method of a module gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error response in the making: a code for programs, a text for people, details if there are any.
///
/// Return it from a method of [`Module`](crate::Module), and the asker gets it as the error response. An error that
/// [`Host`](crate::Host) returned is passed on the same way.
///
/// ```
/// use rp_sdk::{Error, code};
///
/// let error = Error::not_found("there is no log 7");
/// assert_eq!((error.code(), error.text()), (code::NOT_FOUND, "there is no log 7"));
/// ```
pub struct Error(Box<Body>);

struct Body {
    status: rp_status,
    code: Cow<'static, str>,
    text: String,
    details: Option<Box<RawValue>>,
    /// Where in the payload, if that is known; the text begins with it, and the details say it unless they say more.
    path: String,
}

macro_rules! of_standard_code {
    ($($(#[$doc:meta])* $name:ident = $code:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(text: impl fmt::Display) -> Error {
            Error::new(code::$code, text)
        }
    )*};
}

impl Error {
    /// An error with a code, one of [`code`](crate::code) or the module's own.
    #[cold]
    pub fn new(code: impl Into<Cow<'static, str>>, text: impl fmt::Display) -> Error {
        Error::with_status(status::FAILED, code.into(), text.to_string())
    }

    of_standard_code! {
        /// The payload has the wrong shape: code `invalid_payload`.
        invalid_payload = INVALID_PAYLOAD;
        /// The module knows what is meant and does not offer it: code `not_supported`.
        not_supported = NOT_SUPPORTED;
        /// What is named does not exist: code `not_found`.
        not_found = NOT_FOUND;
        /// The request does not fit the present state: code `conflict`.
        conflict = CONFLICT;
        /// Something that is needed is not there: code `unavailable`.
        unavailable = UNAVAILABLE;
        /// A fault of the module itself: code `internal`. Made for `map_err(Error::internal)?`.
        internal = INTERNAL;
    }

    /// The payload is wrong at a place: code `invalid_payload`, and the place in the text and the details, as an argument
    /// of a wrong type is refused.
    ///
    /// ```
    /// # use rp_sdk::Error;
    /// let error = Error::at("origin.chromosome", "expected 1 to 23");
    /// assert_eq!(error.text(), "origin.chromosome: expected 1 to 23");
    /// assert_eq!(error.details().unwrap().get(), r#"{"path":"origin.chromosome"}"#);
    /// ```
    ///
    /// A place is written as JavaScript does, `documents[0].citation`; [`within`](Error::within) puts one in front.
    #[cold]
    pub fn at(path: impl fmt::Display, text: impl fmt::Display) -> Error {
        Error::invalid_payload(text).within(path)
    }

    /// Puts a place in front of the one that the error has: what checks a part of the payload knows its own fields, and
    /// its caller knows where the part stands.
    ///
    /// ```
    /// # use rp_sdk::{Error, Result};
    /// fn check(years: &[u64]) -> Result<()> {
    ///     match years.iter().position(|year| *year < 1500) {
    ///         Some(index) => Err(Error::at(format_args!("[{index}]"), "expected a year since 1500")),
    ///         None => Ok(()),
    ///     }
    /// }
    /// let error = check(&[1840, 840]).map_err(|error| error.within("born").within("persons[7]")).unwrap_err();
    /// assert_eq!(error.text(), "persons[7].born[1]: expected a year since 1500");
    /// ```
    #[cold]
    pub fn within(mut self, place: impl fmt::Display) -> Error {
        let body = &mut *self.0;
        let path = joined(&place.to_string(), &body.path);
        if path.is_empty() {
            return self;
        }
        let behind = match body.path.is_empty() {
            true => &body.text,
            false => &body.text[body.path.len() + ": ".len()..],
        };
        body.text = format!("{path}: {behind}");
        if body.details.is_none() || !body.path.is_empty() {
            let details = serde_json::value::to_raw_value(&json!({ "path": path }));
            body.details = Some(details.expect("a text has JSON"));
            body.path = path;
        }
        self
    }

    /// The module has no command of that name: code `unknown_command`.
    pub fn unknown_command(name: &str) -> Error {
        Error::new(code::UNKNOWN_COMMAND, format_args!("unknown command: {name}"))
    }

    /// The module does not know that message type: code `unknown_type`.
    pub fn unknown_type(name: &str) -> Error {
        Error::new(code::UNKNOWN_TYPE, format_args!("unknown message type: {name}"))
    }

    /// The asker no longer wants the answer. Ends the message without a response.
    pub fn cancelled() -> Error {
        Error::with_status(status::CANCELLED, code::CANCELLED.into(), "cancelled".to_owned())
    }

    /// There is no room for the response. Ends the message without a response.
    pub(crate) fn no_memory() -> Error {
        let text = "no room is left for the response".to_owned();
        Error::with_status(status::NO_MEMORY, code::TOO_LARGE.into(), text)
    }

    /// Adds details for programs.
    pub fn with_details(mut self, details: &impl Serialize) -> Error {
        match serde_json::value::to_raw_value(details) {
            Ok(details) => {
                self.0.details = Some(details);
                self.0.path.clear();
            }
            Err(error) => self.0.text = format!("{}; its details cannot be written: {error}", self.0.text),
        }
        self
    }

    /// The code for programs.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The text for people.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The details, as JSON.
    pub fn details(&self) -> Option<&RawValue> {
        self.0.details.as_deref()
    }

    /// What the ABI function returns for it.
    pub(crate) fn status(&self) -> rp_status {
        self.0.status
    }

    pub(crate) fn of_response(body: ErrorBody<'_>) -> Error {
        let code = body.code.map_or(code::INTERNAL.into(), |code| code.into_owned().into());
        let mut error = Error::with_status(status::FAILED, code, body.error.into_owned());
        error.0.details = body.details.map(ToOwned::to_owned);
        error
    }

    #[cold]
    fn with_status(status: rp_status, code: Cow<'static, str>, text: String) -> Error {
        Error(Box::new(Body { status, code, text, details: None, path: String::new() }))
    }
}

/// A place within another.
fn joined(place: &str, path: &str) -> String {
    match (place, path) {
        (place, "") => place.to_owned(),
        ("", path) => path.to_owned(),
        (place, path) if path.starts_with('[') => format!("{place}{path}"),
        (place, path) => format!("{place}.{path}"),
    }
}

impl From<PayloadFault> for Error {
    fn from(fault: PayloadFault) -> Error {
        Error::new(fault.code(), fault)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.0.text, self.0.code)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Error")
            .field("code", &self.0.code)
            .field("text", &self.0.text)
            .field("details", &self.0.details)
            .finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_before_places() {
        let details = |error: &Error| error.details().map(|details| details.get().to_owned());
        let cases = [
            (Error::at("tags[1]", "taken"), "tags[1]: taken", Some(r#"{"path":"tags[1]"}"#)),
            (Error::at("", "taken"), "taken", None),
            (Error::at("[2]", "taken").within("tags"), "tags[2]: taken", Some(r#"{"path":"tags[2]"}"#)),
            (Error::at("a", "x").within("").within("b"), "b.a: x", Some(r#"{"path":"b.a"}"#)),
            (Error::not_found("no log 7").within("log"), "log: no log 7", Some(r#"{"path":"log"}"#)),
            (Error::conflict("x").with_details(&json!(1)).within("a"), "a: x", Some("1")),
            (Error::at("a", "x").with_details(&json!(1)).within("b"), "b: a: x", Some("1")),
        ];
        for (error, text, expected) in cases {
            assert_eq!((error.text(), details(&error).as_deref()), (text, expected));
        }
        assert_eq!(Error::not_found("x").within("a").code(), code::NOT_FOUND);
    }
}

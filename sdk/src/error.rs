//! Why a message was not answered with a success.
use std::borrow::Cow;
use std::fmt;

use rp_protocol::{ErrorBody, PayloadFault, code};
use serde::Serialize;
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
            Ok(details) => self.0.details = Some(details),
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
        Error(Box::new(Body { status, code, text, details: None }))
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

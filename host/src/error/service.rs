//! The error of a service.

use rp_protocol::ReadFault;
use serde_json::value::{RawValue, to_raw_value};

/// The error of a service or a store; it becomes the error response that the sending module gets.
///
/// ```
/// use rp_host::ServiceError;
///
/// let error = ServiceError::new("not_found", "there is no person 7");
/// assert_eq!(error.code(), "not_found");
/// ```
#[derive(Clone, Debug)]
pub struct ServiceError {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) details: Option<Box<RawValue>>,
}

impl ServiceError {
    /// An error with a code, one of [`rp_protocol::code`] or your own, and a text for people.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        ServiceError { code: code.to_owned(), text: text.into(), details: None }
    }

    /// Adds details for programs.
    #[must_use]
    pub fn with_details(self, details: Box<RawValue>) -> Self {
        ServiceError { details: Some(details), ..self }
    }

    /// The code of the error response.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The text of the error response.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The details of the error response.
    #[must_use]
    pub fn details(&self) -> Option<&RawValue> {
        self.details.as_deref()
    }
}

impl From<ReadFault> for ServiceError {
    /// Code, text, and the path as its details.
    fn from(fault: ReadFault) -> Self {
        let error = ServiceError::new(fault.code(), fault.to_string());
        let details = to_raw_value(&serde_json::json!({"path": fault.path}));
        match details {
            Ok(details) if !fault.path.is_empty() => error.with_details(details),
            _ => error,
        }
    }
}

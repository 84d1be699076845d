//! The error that a service answers with.

use serde_json::value::RawValue;

/// An error response in the making.
///
/// ```
/// use rp_host::ServiceError;
///
/// let refusal = ServiceError::new("not_found", "there is no person 7");
/// assert_eq!(refusal.code(), "not_found");
/// ```
#[derive(Clone, Debug)]
pub struct ServiceError {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) details: Option<Box<RawValue>>,
}

impl ServiceError {
    /// A refusal with one of [`rp_protocol::code`], or an own code, and a text for people.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        ServiceError { code: code.to_owned(), text: text.into(), details: None }
    }

    /// Adds what a program may want to know beside the code.
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

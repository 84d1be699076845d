//! What stands behind `rp_host.send`.

pub(crate) mod access;
mod capabilities;
mod events;
mod progress;
pub mod store;

pub use capabilities::{Grants, Right};
pub(crate) use capabilities::{demand, ungranted};
pub(crate) use events::{Emission, Events};
pub(crate) use progress::PROGRESS;
pub use progress::Progress;

use serde_json::value::RawValue;

/// One message that a module sent to the host.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The name of the instance that sent it; its rights are its own (rule 9).
    pub sender: &'a str,
    /// The message type.
    pub message_type: &'a str,
    /// One JSON object, checked; its bytes are those that the module sent.
    pub payload: &'a str,
    /// The number that the host gave the message.
    pub id: u64,
    /// The message in whose service it was sent, or 0.
    pub cause: u64,
}

/// Answers messages of one type that modules send; an embedder's own message types arrive here.
///
/// Closures of the same form are services.
///
/// ```
/// use rp_host::{Host, Refusal, Request, Service};
///
/// struct Greeter(&'static str);
///
/// impl Service for Greeter {
///     fn answer(&self, _: &Request<'_>, data: &mut Vec<u8>) -> Result<(), Refusal> {
///         data.extend_from_slice(format!(r#"{{"greeting":"{}"}}"#, self.0).as_bytes());
///         Ok(())
///     }
/// }
///
/// let host = Host::builder().service("greet", Greeter("hello")).build();
/// ```
pub trait Service: Send + Sync {
    /// Writes the JSON value of `data`, or refuses; nothing written stands for `{}`. It may run on several threads at once.
    ///
    /// # Errors
    /// A refusal becomes the error response; what was written before it is dropped.
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), Refusal>;
}

impl<F> Service for F
where
    F: Fn(&Request<'_>, &mut Vec<u8>) -> Result<(), Refusal> + Send + Sync,
{
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), Refusal> {
        self(request, data)
    }
}

/// An error response in the making.
///
/// ```
/// use rp_host::Refusal;
///
/// let refusal = Refusal::new("not_found", "there is no person 7");
/// assert_eq!(refusal.code(), "not_found");
/// ```
#[derive(Clone, Debug)]
pub struct Refusal {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) details: Option<Box<RawValue>>,
}

impl Refusal {
    /// A refusal with one of [`rp_protocol::code`], or an own code, and a text for people.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Refusal { code: code.to_owned(), text: text.into(), details: None }
    }

    /// Adds what a program may want to know beside the code.
    #[must_use]
    pub fn with_details(self, details: Box<RawValue>) -> Self {
        Refusal { details: Some(details), ..self }
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

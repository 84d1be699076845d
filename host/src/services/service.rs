//! A service: what answers messages of one type.

use crate::error::ServiceError;

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
/// use rp_host::{Host, ServiceError, Request, Service};
///
/// struct Greeter(&'static str);
///
/// impl Service for Greeter {
///     fn answer(&self, _: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
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
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError>;
}

impl<F> Service for F
where
    F: Fn(&Request<'_>, &mut Vec<u8>) -> Result<(), ServiceError> + Send + Sync,
{
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        self(request, data)
    }
}

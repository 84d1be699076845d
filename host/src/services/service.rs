//! A service: what answers messages of one type.

use rp_protocol::code;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::error::ServiceError;

/// One message that a module sent to the host.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The name of the instance that sent it; the rights are that instance's (rule 9).
    pub sender: &'a str,
    /// The message type.
    pub message_type: &'a str,
    /// One valid JSON object, byte for byte as the module sent it.
    pub payload: &'a str,
    /// The id that the host gave the message.
    pub id: u64,
    /// The id of the message whose handler sent it, or 0.
    pub cause: u64,
}

/// Answers messages of one type that modules send, such as an embedder's own types.
///
/// A closure with the signature of [`answer`](Service::answer) is a service.
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
    /// Writes the JSON value of the response's `data`, or returns an error; writing nothing means `{}`. Several threads may
    /// call it at once.
    ///
    /// # Errors
    /// The error becomes the error response; what was written before is dropped.
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

/// Makes a service of a function with types: its arguments are read from the payload, its result becomes the data.
pub(crate) fn typed<A, R>(
    answer: impl Fn(&Request<'_>, A) -> Result<R, ServiceError> + Send + Sync,
) -> impl Service
where
    A: DeserializeOwned,
    R: Serialize,
{
    move |request: &Request<'_>, data: &mut Vec<u8>| {
        let args = rp_protocol::read(request.payload)?;
        let result = answer(request, args)?;
        rp_protocol::to_writer(data, &result)
            .map_err(|error| ServiceError::new(code::INTERNAL, format!("the result is no JSON: {error}")))
    }
}

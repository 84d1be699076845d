//! What modules are told of the trace that their messages stand in, so that what they ask of other programs stands there too.

use rp_host::{Request, Service, ServiceError};

use crate::trace::outer::Outer;

/// The message type that they send; its payload is `{}`.
pub const TRACE_CONTEXT: &str = "trace_context";

/// Answers with the span of the message in whose service it is asked.
pub struct TraceContext(pub Outer);

impl Service for TraceContext {
    fn answer(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        // A thread of the module that handles no message stands under what the whole run stands under.
        let parent = if request.cause == 0 { self.0.parent } else { self.0.under(request.cause) };
        data.extend_from_slice(format!(r#"{{"traceparent":"{parent}"}}"#).as_bytes());
        Ok(())
    }
}

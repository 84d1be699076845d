//! What is done for each call in a host that traces or counts: one that does neither never comes here.

use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::instance::InstanceState;
use crate::calls::invoke::Ids;
use crate::calls::message_name::{member, name};
use crate::error::CallFault;
use crate::observe::counters::Came;
use crate::observe::metrics::Observed;
use crate::observe::stopwatch::{Entry, Stopwatch};

impl Dispatcher {
    /// Traces and counts what `work` answers; `ends` are the name of the sender, and the target.
    #[cold]
    pub(super) fn watched(
        &self,
        ids: Ids,
        ends: (&str, &InstanceState),
        message: &Message<'_>,
        reply: &mut Reply,
        work: impl FnOnce(&mut Reply) -> Result<Status, CallFault>,
    ) -> Result<Status, CallFault> {
        let (from, target) = ends;
        let watch = Stopwatch::start(&self.observers);
        reply.clear();
        let answer = self.in_span(ids, ends, message, || work(reply));
        let response = reply.as_bytes();
        let time = watch.elapsed();
        target.lineage.counts().add(came(&answer), time, message.payload.len(), response.len());
        if self.observers.has_metrics {
            target.lineage.meters().add(&Observed {
                message_type: message.message_type,
                name: name(message.message_type, message.payload).unwrap_or_default(),
                code: code(&answer, response),
                time,
                bytes_in: message.payload.len(),
                bytes_out: response.len(),
            });
        }
        if self.observers.is_traced() {
            watch.record(&Entry {
                id: ids.id.0,
                cause: ids.cause.0,
                from,
                to: &target.name,
                message_type: message.message_type,
                payload: message.payload,
                outcome: outcome(&answer),
                response,
            });
        }
        answer
    }

    /// Runs `work` in a span of `tracing`, if the embedder wants one for each call.
    #[cfg(feature = "tracing")]
    fn in_span<R>(
        &self,
        ids: Ids,
        (from, target): (&str, &InstanceState),
        message: &Message<'_>,
        work: impl FnOnce() -> R,
    ) -> R {
        if !self.observers.has_spans {
            return work();
        }
        let span = tracing::info_span!(
            target: "rp",
            "call",
            from,
            to = &*target.name,
            r#type = message.message_type,
            message_id = ids.id.0,
            cause = ids.cause.0,
        );
        span.in_scope(work)
    }

    /// Runs `work`: without the feature there are no spans.
    #[cfg(not(feature = "tracing"))]
    fn in_span<R>(&self, _: Ids, _: (&str, &InstanceState), _: &Message<'_>, work: impl FnOnce() -> R) -> R {
        work()
    }
}

fn came(answer: &Result<Status, CallFault>) -> Came {
    match answer {
        Ok(Status::Success) => Came::Success,
        Ok(Status::Failed) => Came::Error,
        Err(_) => Came::Fault,
    }
}

/// The code of an error, `error` where the response has none.
fn code<'a>(answer: &Result<Status, CallFault>, response: &'a [u8]) -> Option<&'a str> {
    match answer {
        Ok(Status::Success) => None,
        Ok(Status::Failed) => {
            let code = core::str::from_utf8(response).ok().and_then(|text| member(text, "code"));
            Some(code.unwrap_or("error"))
        }
        Err(fault) => Some(fault.code()),
    }
}

/// What a message came to: `success`, `error`, or the code of a fault.
pub(crate) fn outcome(answer: &Result<Status, CallFault>) -> &'static str {
    match answer {
        Ok(Status::Success) => "success",
        Ok(Status::Failed) => "error",
        Err(fault) => fault.code(),
    }
}

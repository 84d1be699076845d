//! The schema of the lines of traces and recordings.

use crate::observe::trace::TraceRecord;
use crate::observe::trace_form::{
    CreatedLine, GivenForm, TraceHead, TraceModuleLine, UnansweredLine, UnplacedLine,
};

/// A line of a trace file of version 2, as `--trace` writes it, or of a recording, as `--record` does. A reader skips keys, and lines
/// with `rp`, that it does not know.
#[derive(schemars::JsonSchema)]
#[schemars(untagged, title = "TraceLine")]
#[allow(dead_code, reason = "its schema is what is used")]
enum TraceLine<'a> {
    Head(TraceHead),
    Loaded(TraceModuleLine<'a>),
    Created(RecordedModule<'a>),
    Unanswered(UnansweredLine<'a>),
    Unplaced(UnplacedLine<'a>),
    Record(TracedMessage<'a>),
}

/// The line of a recording for an instance that is about to get `init`.
#[derive(schemars::JsonSchema)]
#[schemars(inline)]
#[allow(dead_code, reason = "its schema is what is used")]
struct RecordedModule<'a> {
    #[schemars(flatten)]
    created: CreatedLine<'a>,
    #[schemars(flatten)]
    given: GivenForm,
}

/// One message and its outcome.
#[derive(schemars::JsonSchema)]
#[schemars(inline)]
#[allow(dead_code, reason = "its schema is what is used")]
struct TracedMessage<'a> {
    #[schemars(flatten)]
    record: TraceRecord<'a>,
    /// The bytes of the payload, where `--trace-limit payload_bytes=N` has cut it.
    payload_bytes: Option<u64>,
    /// The bytes of the response, where that was cut.
    response_bytes: Option<u64>,
    #[schemars(flatten)]
    given: GivenForm,
}

/// The JSON Schema of a line of a trace, or of a recording: what `spec/schemas/trace-line.json` holds.
#[must_use]
pub fn trace_line_schema() -> schemars::Schema {
    rp_protocol::schema::of::<TraceLine<'_>>()
}

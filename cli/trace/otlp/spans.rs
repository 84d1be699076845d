//! From messages to spans.

use serde_json::{Value, json};

use super::roots::Roots;
use crate::trace::line::Record;
use crate::trace::outer::Outer;
use crate::trace::rotated::Run;
use crate::trace::trace_parent::TraceParent;

/// A span that is an error.
const STATUS_ERROR: u32 = 2;
/// A span of what answers a request.
const KIND_SERVER: u32 = 2;

/// Makes spans of the messages of a run.
pub struct Spans {
    /// What all times count from: one clock for all, that of the first message.
    origin: Option<u64>,
    outer: Option<Outer>,
    roots: Roots<Value>,
    ready: Vec<Value>,
}

impl Spans {
    /// For a run, or for what is not known to be one, under the span of another program where there is one. The roots of so many messages are remembered.
    pub fn new(run: Option<&Run>, parent: Option<TraceParent>, most_roots: usize) -> Self {
        let outer = run.zip(parent).map(|(run, parent)| Outer::new(parent, run.origin_us, run.pid()));
        Self { origin: None, outer, roots: Roots::new(most_roots), ready: Vec::new() }
    }

    /// Adds a message.
    pub fn add(&mut self, record: &Record<'_>) {
        let time_ns = u64::try_from(record.time_us).unwrap_or(0).saturating_mul(1000);
        let origin = *self.origin.get_or_insert(time_ns.saturating_sub(record.start_ns()));
        let span = span(record, origin, self.outer.as_ref());
        match self.outer {
            Some(outer) => self.ready.push(with_trace(span, outer.parent.trace_id)),
            // Spans of one root cause are one trace.
            None => self.roots.add(record.id, record.cause, span, |root, span| {
                self.ready.push(with_trace(span, trace_id(origin, root)));
            }),
        }
    }

    /// Makes do without the causes that have not come.
    pub fn finish(&mut self) {
        let origin = self.origin.unwrap_or(0);
        self.roots.finish(|root, span| self.ready.push(with_trace(span, trace_id(origin, root))));
    }

    /// How many spans are ready.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only what sends spans asks for it"))]
    pub fn len(&self) -> usize {
        self.ready.len()
    }

    /// At most so many of those that are ready, the oldest first.
    pub fn take(&mut self, most: usize) -> Vec<Value> {
        self.ready.drain(..most.min(self.ready.len())).collect()
    }
}

/// Spans as the request of an exporter.
pub fn request(spans: Vec<Value>) -> Value {
    json!({ "resourceSpans": [{
        "resource": { "attributes": [attribute("service.name", "rp")] },
        "scopeSpans": [{ "scope": { "name": "rp", "version": env!("CARGO_PKG_VERSION") }, "spans": spans }],
    }] })
}

/// When a run began tells its traces from those of the next, whose ids begin anew.
fn trace_id(origin: u64, root: u64) -> u128 {
    u128::from(origin) << 64 | u128::from(root)
}

fn span(record: &Record<'_>, origin: u64, outer: Option<&Outer>) -> Value {
    let start = origin.saturating_add(record.start_ns());
    let mut span = json!({
        "spanId": digits(span_id(record.id, outer)),
        "name": format!("{}/{}", record.to, record.label()),
        "kind": KIND_SERVER,
        "startTimeUnixNano": start.to_string(),
        "endTimeUnixNano": start.saturating_add(record.elapsed_ns).to_string(),
        "attributes": [
            attribute("rpc.system", "rp"),
            attribute("rpc.service", &record.to),
            attribute("rpc.method", &record.label()),
            attribute("rp.from", &record.from),
            attribute("rp.outcome", &record.outcome),
        ],
    });
    if record.cause != 0 {
        span["parentSpanId"] = digits(span_id(record.cause, outer)).into();
    } else if let Some(outer) = outer {
        span["parentSpanId"] = digits(outer.parent.span_id).into();
    }
    if let Some(outer) = outer {
        span["flags"] = outer.parent.flags.into();
    }
    if let Some(code) = record.code() {
        span["status"] = json!({ "code": STATUS_ERROR, "message": code });
    }
    span
}

/// The id of a message, unless other runs have spans in the same trace.
fn span_id(id: u64, outer: Option<&Outer>) -> u64 {
    outer.map_or(id, |outer| outer.span_id(id))
}

fn digits(id: u64) -> String {
    format!("{id:016x}")
}

fn with_trace(mut span: Value, trace_id: u128) -> Value {
    span["traceId"] = format!("{trace_id:032x}").into();
    span
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

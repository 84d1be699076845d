//! A trace as spans of OpenTelemetry, in OTLP/JSON: ids in hexadecimal digits, numbers of 64 bits as texts.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::commands::trace::written::Block;
use crate::fault::Fault;
use crate::terminal::escaped_json;
use crate::trace::filter::Filtered;
use crate::trace::line::Record;
use crate::trace::reader::Seen;

/// A span that is an error.
const STATUS_ERROR: u32 = 2;
/// A span of what answers a request.
const KIND_SERVER: u32 = 2;

/// Writes one document; answers what `Filtered::each` does.
pub fn write(filtered: &Filtered, block: &mut Block<'_>) -> Result<Seen, Fault> {
    let (mut spans, mut causes, mut origin) = (Vec::new(), HashMap::new(), None);
    let seen = filtered.each(|record, _| {
        // All spans are put on one clock, that of the first record.
        let time_ns = u64::try_from(record.time_us).unwrap_or(0).saturating_mul(1000);
        let origin = *origin.get_or_insert(time_ns.saturating_sub(record.start_ns()));
        causes.insert(record.id, record.cause);
        spans.push((record.id, span(record, origin)));
        Ok(())
    })?;
    // When it began tells the traces of one run from those of the next, whose ids begin anew.
    let run = origin.unwrap_or(0);
    let spans: Vec<Value> =
        spans.into_iter().map(|(id, span)| with_trace(span, run, root(&causes, id))).collect();
    let document = json!({ "resourceSpans": [{
        "resource": { "attributes": [attribute("service.name", "rp")] },
        "scopeSpans": [{ "scope": { "name": "rp", "version": env!("CARGO_PKG_VERSION") }, "spans": spans }],
    }] });
    block.line(&escaped_json(&document.to_string()))?;
    Ok(seen)
}

fn span(record: &Record<'_>, origin: u64) -> Value {
    let start = origin.saturating_add(record.start_ns());
    let mut span = json!({
        "spanId": format!("{:016x}", record.id),
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
        span["parentSpanId"] = format!("{:016x}", record.cause).into();
    }
    if let Some(code) = record.code() {
        span["status"] = json!({ "code": STATUS_ERROR, "message": code });
    }
    span
}

/// Spans of one root cause are one trace.
fn with_trace(mut span: Value, run: u64, root: u64) -> Value {
    span["traceId"] = format!("{run:016x}{root:016x}").into();
    span
}

/// The first cause; a circle of causes ends where it began.
fn root(causes: &HashMap<u64, u64>, id: u64) -> u64 {
    let mut at = id;
    for _ in 0..causes.len() {
        match causes.get(&at) {
            Some(cause) if *cause != 0 && *cause != at && causes.contains_key(cause) => at = *cause,
            _ => break,
        }
    }
    at
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

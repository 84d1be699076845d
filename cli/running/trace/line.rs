//! The lines of a trace file: its head, the modules, and the records.

use std::borrow::Cow;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use rp_host::{Instance, TraceHead, TraceModule, TraceModuleLine, TraceProgram, TraceRecord};
use serde::Serialize;

use crate::trace::trace_parent::TraceParent;

/// What a record usually has beside its payload and its response, and the escapes in these, in bytes.
const USUAL_BYTES: usize = 384;

/// The head of a trace that begins now, under a span of another program.
pub fn head(parent: Option<TraceParent>) -> TraceHead {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (name, version) = ("rp".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    TraceHead {
        version: TraceHead::VERSION,
        recording: None,
        host: TraceProgram { name, version, pid: std::process::id() },
        origin_us: i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        traceparent: parent.map(|parent| parent.to_string()),
        modules: Vec::new(),
    }
}

/// Notes an instance for the files that are begun from now on, and answers its line.
pub fn add(head: &mut TraceHead, instance: &Instance) -> io::Result<Vec<u8>> {
    let module = TraceModule {
        instance: instance.name().to_owned(),
        module: instance.manifest().name.clone(),
        version: instance.manifest().version.to_string(),
        profile: instance.profile().as_str(),
    };
    let line = line(&TraceModuleLine { module: &module });
    head.modules.retain(|one| one.instance != module.instance);
    head.modules.push(module);
    line
}

/// A value as a line.
pub fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// A record as a line. What is longer than `most` bytes is cut, and its whole length is noted.
pub fn record(record: &TraceRecord<'_>, most: usize) -> io::Result<Vec<u8>> {
    if record.payload.len().max(record.response.len()) <= most {
        // It seldom has to grow then.
        let mut line = Vec::with_capacity(record.payload.len() + record.response.len() + USUAL_BYTES);
        serde_json::to_writer(&mut line, record)?;
        line.push(b'\n');
        return Ok(line);
    }
    let mut shown = record.clone();
    shown.payload = cut(record.payload, most);
    shown.response = Cow::Borrowed(cut(&record.response, most));
    let mut line = serde_json::to_vec(&shown)?;
    line.pop();
    for (key, whole) in [("payload_bytes", record.payload.len()), ("response_bytes", record.response.len())] {
        if whole > most {
            line.extend_from_slice(format!(",\"{key}\":{whole}").as_bytes());
        }
    }
    line.extend_from_slice(b"}\n");
    Ok(line)
}

/// The beginning of a text, of at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

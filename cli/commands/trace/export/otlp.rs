//! A trace as spans of OpenTelemetry.

use std::path::Path;

use crate::commands::trace::written::Block;
use crate::fault::Fault;
use crate::terminal::escaped_json;
use crate::trace::filter::Filtered;
use crate::trace::otlp::spans::{Spans, request};
use crate::trace::reader::Seen;
use crate::trace::rotated::Run;

/// Writes one document; answers what `Filtered::each` does.
pub fn write(filtered: &Filtered, block: &mut Block<'_>) -> Result<Seen, Fault> {
    // Standard input cannot be read twice.
    let run = if filtered.file == Path::new("-") { None } else { Run::of(&filtered.file) };
    let parent = run.as_ref().and_then(Run::parent);
    let mut spans = Spans::new(run.as_ref(), parent, usize::MAX);
    let seen = filtered.each(|record, _| {
        spans.add(record);
        Ok(())
    })?;
    spans.finish();
    let all = spans.take(usize::MAX);
    block.line(&escaped_json(&request(all).to_string()))?;
    Ok(seen)
}

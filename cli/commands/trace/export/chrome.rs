//! A trace as events of Chrome's trace viewer, which Perfetto and speedscope read: a process for each instance, a slice for
//! each message, and an arrow from the message that caused it.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::commands::trace::written::Block;
use crate::fault::Fault;
use crate::trace::filter::Filtered;
use crate::trace::line::Record;
use crate::trace::reader::Seen;

/// Writes the events; answers what `Filtered::each` does.
pub fn write(filtered: &Filtered, block: &mut Block<'_>) -> Result<Seen, Fault> {
    block.line("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    let mut events = Events { block, instances: HashMap::new(), slices: HashMap::new() };
    let seen = filtered.each(|record, _| events.add(record))?;
    // A viewer reads a last event without a name as nothing.
    events.block.line("{\"ph\":\"M\",\"name\":\"end\",\"pid\":0}]}")?;
    Ok(seen)
}

struct Events<'a, 'b> {
    block: &'a mut Block<'b>,
    /// The number of each instance.
    instances: HashMap<String, usize>,
    /// Where the messages were that others wait to name as their cause: children are answered first.
    slices: HashMap<u64, Vec<Value>>,
}

impl Events<'_, '_> {
    fn add(&mut self, record: &Record<'_>) -> Result<(), Fault> {
        let pid = self.instance(&record.to)?;
        let ts = micros(record.start_ns());
        self.event(&json!({
            "ph": "X", "name": record.label(), "cat": record.message_type, "pid": pid, "tid": record.thread, "ts": ts,
            "dur": micros(record.elapsed_ns),
            "args": { "id": record.id, "cause": record.cause, "from": record.from, "outcome": record.outcome },
        }))?;
        for end in self.slices.remove(&record.id).unwrap_or_default() {
            self.event(&json!({
                "ph": "s", "name": "cause", "cat": "cause", "id": end["id"], "pid": pid, "tid": record.thread, "ts": ts,
            }))?;
            self.event(&end)?;
        }
        if record.cause != 0 {
            let end = json!({
                "ph": "f", "bp": "e", "name": "cause", "cat": "cause", "id": record.id, "pid": pid, "tid": record.thread, "ts": ts,
            });
            self.slices.entry(record.cause).or_default().push(end);
        }
        Ok(())
    }

    /// The number of an instance, which is named when it is first seen.
    fn instance(&mut self, name: &str) -> Result<usize, Fault> {
        if let Some(pid) = self.instances.get(name) {
            return Ok(*pid);
        }
        let pid = self.instances.len() + 1;
        self.instances.insert(name.to_owned(), pid);
        self.event(&json!({ "ph": "M", "name": "process_name", "pid": pid, "args": { "name": name } }))?;
        Ok(pid)
    }

    fn event(&mut self, event: &Value) -> Result<(), Fault> {
        self.block.line(&format!("{event},"))
    }
}

/// Nanoseconds as microseconds, which the format counts.
fn micros(ns: u64) -> f64 {
    ns as f64 / 1e3
}

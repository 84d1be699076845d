//! `rp trace FILE`

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::written::note;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{duration, table};
use crate::trace::filter::Filter;
use crate::trace::group::{Group, Groups, Times};

#[derive(Serialize)]
struct Summary {
    messages: u64,
    /// The failures, by code.
    codes: BTreeMap<String, u64>,
    cut_bytes: usize,
    groups: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    module: String,
    #[serde(rename = "type")]
    message_type: String,
    name: String,
    count: u64,
    errors: u64,
    #[serde(flatten)]
    times: Times,
    bytes: u64,
}

/// Counts and prints.
pub fn run(file: &Path, filter: &Filter, global: &Global) -> Result<u8, Fault> {
    let (mut groups, mut codes) = (Groups::default(), BTreeMap::new());
    let seen = filter.each(file, |record, _| {
        groups.add(record);
        if let Some(code) = record.code() {
            *codes.entry(code).or_default() += 1;
        }
        Ok(())
    })?;
    let groups: Vec<Row> = groups.by_time().into_iter().map(Row::from).collect();
    let messages = groups.iter().map(|row| row.count).sum();
    let summary = Summary { messages, codes, cut_bytes: seen.cut_bytes, groups };
    let mut output = Output::new();
    if global.json {
        output.json(&summary)?
    } else {
        print(&summary, &mut output)?
    }
    note(&seen);
    Ok(0)
}

impl From<Group> for Row {
    fn from(group: Group) -> Self {
        let (count, times) = (group.count(), group.times());
        let Group { module, message_type, name, errors, bytes, .. } = group;
        Self { module, message_type, name, count, errors, times, bytes }
    }
}

fn print(summary: &Summary, output: &mut Output) -> Result<(), Fault> {
    let headings = ["MODULE", "TYPE", "NAME", "COUNT", "ERRORS", "P50", "P90", "P99", "MAX", "BYTES"];
    let rows: Vec<_> = summary.groups.iter().map(cells).collect();
    output.line(&table(&headings, &rows))?;
    let failed: u64 = summary.codes.values().sum();
    output.line(&format!("\n{} messages, {failed} failed", summary.messages))?;
    let rows: Vec<_> =
        summary.codes.iter().map(|(code, count)| vec![count.to_string(), code.clone()]).collect();
    if !rows.is_empty() {
        output.line(&format!("\n{}", table(&["COUNT", "CODE"], &rows)))?;
    }
    Ok(())
}

fn cells(row: &Row) -> Vec<String> {
    let Times { p50_ns, p90_ns, p99_ns, max_ns } = row.times;
    let mut cells = vec![row.module.clone(), row.message_type.clone(), row.name.clone()];
    cells.extend([row.count, row.errors].map(|number| number.to_string()));
    cells.extend([p50_ns, p90_ns, p99_ns, max_ns].map(duration));
    cells.push(row.bytes.to_string());
    cells
}

//! `rp trace FILE`

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::following::follow;
use super::written::note;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{duration, table};
use crate::trace::filter::Filtered;
use crate::trace::follow::Step;
use crate::trace::group::{Group, Groups, Times};
use crate::trace::line::Record;

/// How long a picture stays at least.
const REDRAW: Duration = Duration::from_millis(500);

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
pub fn run(filtered: &Filtered, is_followed: bool, global: &Global) -> Result<u8, Fault> {
    let (mut counts, mut output) = (Counts::default(), Output::new());
    if is_followed {
        return followed(filtered, counts, output, global);
    }
    let seen = filtered.each(|record, _| {
        counts.add(record);
        Ok(())
    })?;
    counts.summary(seen.cut_bytes).write(global, &mut output)?;
    note(&seen);
    Ok(0)
}

/// Counts until Ctrl-C. What there is so far is shown on a terminal, and written as a line of JSON; other text is written once, in the end.
fn followed(
    filtered: &Filtered,
    mut counts: Counts,
    mut output: Output,
    global: &Global,
) -> Result<u8, Fault> {
    let is_terminal = std::io::stdout().is_terminal();
    let (mut shown, mut is_new) = (None::<Instant>, true);
    let show = |counts: &Counts, output: &mut Output| match counts.summary(0) {
        summary if is_terminal && !global.json => output.instead(&summary.text()),
        summary => summary.write(global, output),
    };
    let exit = follow(filtered, |step| {
        match step {
            Step::Head(_) => {}
            Step::Record(record, _) => {
                counts.add(record);
                is_new = true;
            }
            Step::Pause => {
                let is_due = is_new && shown.is_none_or(|shown| shown.elapsed() > REDRAW);
                if is_due && (is_terminal || global.json) {
                    show(&counts, &mut output)?;
                    (shown, is_new) = (Some(Instant::now()), false);
                }
            }
        }
        Ok(!output.is_closed())
    })?;
    if is_new {
        show(&counts, &mut output)?;
    }
    Ok(exit)
}

/// What is counted.
#[derive(Default)]
struct Counts {
    groups: Groups,
    codes: BTreeMap<String, u64>,
}

impl Counts {
    fn add(&mut self, record: &Record<'_>) {
        self.groups.add(record);
        if let Some(code) = record.code() {
            *self.codes.entry(code).or_default() += 1;
        }
    }

    fn summary(&self, cut_bytes: usize) -> Summary {
        let groups: Vec<Row> = self.groups.by_time().into_iter().map(Row::from).collect();
        let messages = groups.iter().map(|row| row.count).sum();
        Summary { messages, codes: self.codes.clone(), cut_bytes, groups }
    }
}

impl From<Group> for Row {
    fn from(group: Group) -> Self {
        let (count, times) = (group.count(), group.times());
        let Group { module, message_type, name, errors, bytes, .. } = group;
        Self { module, message_type, name, count, errors, times, bytes }
    }
}

impl Summary {
    fn write(&self, global: &Global, output: &mut Output) -> Result<(), Fault> {
        if global.json { output.json(self) } else { output.line(&self.text()) }
    }

    fn text(&self) -> String {
        let headings = ["MODULE", "TYPE", "NAME", "COUNT", "ERRORS", "P50", "P90", "P99", "MAX", "BYTES"];
        let rows: Vec<_> = self.groups.iter().map(cells).collect();
        let failed: u64 = self.codes.values().sum();
        let mut text = format!("{}\n\n{} messages, {failed} failed", table(&headings, &rows), self.messages);
        let rows: Vec<_> =
            self.codes.iter().map(|(code, count)| vec![count.to_string(), code.clone()]).collect();
        if !rows.is_empty() {
            text.push_str(&format!("\n\n{}", table(&["COUNT", "CODE"], &rows)));
        }
        text
    }
}

fn cells(row: &Row) -> Vec<String> {
    let Times { p50_ns, p90_ns, p99_ns, max_ns } = row.times;
    let mut cells = vec![row.module.clone(), row.message_type.clone(), row.name.clone()];
    cells.extend([row.count, row.errors].map(|number| number.to_string()));
    cells.extend([p50_ns, p90_ns, p99_ns, max_ns].map(duration));
    cells.push(row.bytes.to_string());
    cells
}

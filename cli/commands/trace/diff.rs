//! `rp trace diff A B`

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::written::{Block, note};
use crate::arguments::global::Global;
use crate::fault::{EXIT_DATA, Fault};
use crate::output::Output;
use crate::terminal::{WARN, duration, escaped, styled, table};
use crate::trace::filter::Filter;
use crate::trace::group::{Group, Groups};
use crate::trace::line::Record;

/// Compare two traces: what got slower, and what is answered differently
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The trace before
    before: PathBuf,
    /// The trace after
    after: PathBuf,
    #[command(flatten)]
    filter: Filter,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace diff messages.jsonl messages.jsonl
  rp trace diff messages.jsonl messages.jsonl --type command --json

Messages are paired by sender, instance, type and payload, in their order. The
exit code is 1 if a pair has different responses, or a message has no pair.";

/// Two messages whose responses differ; the ids are those of the two files, and None where there is no pair.
#[derive(Serialize)]
struct Difference {
    label: String,
    to: String,
    before: Option<u64>,
    after: Option<u64>,
}

/// A group in both files.
#[derive(Serialize)]
struct Change {
    module: String,
    label: String,
    count_before: u64,
    count_after: u64,
    p50_before_ns: u64,
    p50_after_ns: u64,
}

/// Compares.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let (mut answers, mut differences) = (Answers::default(), Vec::new());
    let before = read(&options.filter, &options.before, |record| answers.add(record))?;
    let after = read(&options.filter, &options.after, |record| differences.extend(answers.compare(record)))?;
    differences.extend(answers.rest());
    let changes = changes(&before, &after);
    let mut output = Output::new();
    if global.json {
        differences.iter().try_for_each(|one| output.json(one))?;
        changes.iter().try_for_each(|one| output.json(one))?;
    } else {
        print(&differences, &changes, &mut output)?;
    }
    Ok(if differences.is_empty() { 0 } else { EXIT_DATA })
}

fn read(filter: &Filter, file: &Path, mut take: impl FnMut(&Record<'_>)) -> Result<Vec<Group>, Fault> {
    let mut groups = Groups::default();
    let seen = filter.each(file, |record, _| {
        groups.add(record);
        take(record);
        Ok(())
    })?;
    note(&seen);
    Ok(groups.by_time())
}

/// The responses of the first file that have no pair yet, by what was asked.
#[derive(Default)]
struct Answers(HashMap<u64, VecDeque<Answer>>);

struct Answer {
    id: u64,
    response: u64,
    label: String,
    to: String,
}

impl Answers {
    fn add(&mut self, record: &Record<'_>) {
        let answer = Answer {
            id: record.id,
            response: response(record),
            label: record.label(),
            to: record.to.to_string(),
        };
        self.0.entry(question(record)).or_default().push_back(answer);
    }

    /// The difference between a record of the second file and its pair, if there is one.
    fn compare(&mut self, record: &Record<'_>) -> Option<Difference> {
        let pair = self.0.get_mut(&question(record)).and_then(VecDeque::pop_front);
        let is_equal = pair.as_ref().is_some_and(|pair| pair.response == response(record));
        (!is_equal).then(|| Difference {
            label: record.label(),
            to: record.to.to_string(),
            before: pair.map(|pair| pair.id),
            after: Some(record.id),
        })
    }

    fn rest(self) -> Vec<Difference> {
        let mut rest: Vec<_> = self.0.into_values().flatten().collect();
        rest.sort_by_key(|answer| answer.id);
        let alone = |answer: Answer| Difference {
            label: answer.label,
            to: answer.to,
            before: Some(answer.id),
            after: None,
        };
        rest.into_iter().map(alone).collect()
    }
}

fn question(record: &Record<'_>) -> u64 {
    hash(&(&record.from, &record.to, &record.message_type, record.payload()))
}

fn response(record: &Record<'_>) -> u64 {
    hash(&(&record.outcome, record.response()))
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The groups of both files, the one that got slower the most first.
fn changes(before: &[Group], after: &[Group]) -> Vec<Change> {
    let mut pairs: BTreeMap<_, [Option<&Group>; 2]> = BTreeMap::new();
    for (at, groups) in [before, after].into_iter().enumerate() {
        groups.iter().for_each(|group| pairs.entry(group.key()).or_default()[at] = Some(group));
    }
    let mut changes: Vec<_> = pairs
        .into_iter()
        .map(|((module, kind, name), [before, after])| Change {
            module: module.to_owned(),
            label: format!("{kind} {name}").trim_end().to_owned(),
            count_before: before.map_or(0, Group::count),
            count_after: after.map_or(0, Group::count),
            p50_before_ns: before.map_or(0, |group| group.times().p50_ns),
            p50_after_ns: after.map_or(0, |group| group.times().p50_ns),
        })
        .collect();
    changes.sort_by(|one, other| other.ratio().total_cmp(&one.ratio()));
    changes
}

impl Change {
    /// How many times longer the messages take.
    fn ratio(&self) -> f64 {
        self.p50_after_ns as f64 / self.p50_before_ns.max(1) as f64
    }

    fn cells(&self) -> Vec<String> {
        let is_in_both = self.count_before > 0 && self.count_after > 0;
        let ratio = if is_in_both { format!("{:.2}", self.ratio()) } else { "-".to_owned() };
        let mut cells = vec![self.module.clone(), self.label.clone()];
        cells.extend([self.count_before, self.count_after].map(|count| count.to_string()));
        cells.extend([self.p50_before_ns, self.p50_after_ns].map(duration));
        cells.push(ratio);
        cells
    }
}

fn print(differences: &[Difference], changes: &[Change], output: &mut Output) -> Result<(), Fault> {
    let mut block = Block::new(output);
    differences.iter().try_for_each(|one| block.line(&one.line()))?;
    block.flush()?;
    let rows: Vec<_> = changes.iter().map(Change::cells).collect();
    output
        .line(&table(&["MODULE", "MESSAGE", "BEFORE", "AFTER", "P50 BEFORE", "P50 AFTER", "TIMES"], &rows))?;
    output.line(&format!("\n{} answered differently or in one file only", differences.len()))
}

impl Difference {
    fn line(&self) -> String {
        let what = match (self.before, self.after) {
            (Some(before), Some(after)) => format!("#{before} and #{after} have different responses"),
            (Some(before), None) => format!("#{before} is only in the trace before"),
            (None, after) => format!("#{} is only in the trace after", after.unwrap_or_default()),
        };
        format!("{} {}", styled(WARN, &escaped(&format!("{} {}", self.to, self.label))), what)
    }
}

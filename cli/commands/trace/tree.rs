//! `rp trace tree FILE`

use std::collections::HashMap;

use super::list::outcome;
use super::written::note_cut;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{FAINT, KIND, STRONG, duration, escaped, styled};
use crate::trace::filter::Filtered;
use crate::trace::line::Record;

/// Show which message caused which, and how long each took
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    filtered: Filtered,
    /// Show at most so many messages that one message caused
    #[arg(long, value_name = "N", default_value_t = 20)]
    width: usize,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace tree messages.jsonl
  rp trace tree messages.jsonl --width 5 --json

--json writes a line for each message, with its depth. A message whose cause is
not in the file, or was filtered out, stands at the margin.";

/// The deepest level that is shown; messages nest at most 32 deep, but a file may say anything.
const DEEPEST: usize = 64;

/// A message, and where it stands.
#[derive(serde::Serialize)]
struct Node {
    depth: usize,
    id: u64,
    cause: u64,
    to: String,
    label: String,
    start_ns: u64,
    elapsed_ns: u64,
    outcome: String,
    #[serde(skip)]
    shown: String,
}

/// Draws.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let mut nodes = Vec::new();
    let cut = options.filtered.each(|record, _| {
        nodes.push(Node::of(record));
        Ok(())
    })?;
    nodes.sort_by_key(|node| (node.start_ns, node.id));
    let mut tree = Tree {
        children: children(&nodes),
        nodes,
        width: options.width,
        output: Output::new(),
        is_json: global.json,
    };
    tree.level(None, 0)?;
    note_cut(cut);
    Ok(0)
}

impl Node {
    fn of(record: &Record<'_>) -> Self {
        Self {
            depth: 0,
            id: record.id,
            cause: record.cause,
            to: record.to.clone().into_owned(),
            label: record.label(),
            start_ns: record.start_ns(),
            elapsed_ns: record.elapsed_ns,
            outcome: record.outcome.clone().into_owned(),
            shown: outcome(record),
        }
    }

    fn line(&self) -> String {
        format!(
            "{}{} {} {} {} {}",
            "  ".repeat(self.depth),
            styled(KIND, &escaped(&self.label)),
            styled(STRONG, &escaped(&self.to)),
            styled(FAINT, &duration(self.elapsed_ns)),
            self.shown,
            styled(FAINT, &format!("#{}", self.id)),
        )
    }
}

/// The nodes under each cause, in order; under None those whose cause is not there.
fn children(nodes: &[Node]) -> HashMap<Option<u64>, Vec<usize>> {
    let known: std::collections::HashSet<u64> = nodes.iter().map(|node| node.id).collect();
    let mut children: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let cause = Some(node.cause).filter(|cause| *cause != node.id && known.contains(cause));
        children.entry(cause).or_default().push(index);
    }
    children
}

struct Tree {
    nodes: Vec<Node>,
    children: HashMap<Option<u64>, Vec<usize>>,
    width: usize,
    output: Output,
    is_json: bool,
}

impl Tree {
    fn level(&mut self, cause: Option<u64>, depth: usize) -> Result<(), Fault> {
        // Taken out, so that a file with a circle of causes ends too.
        let Some(level) = self.children.remove(&cause).filter(|_| depth < DEEPEST) else { return Ok(()) };
        let width = if cause.is_none() || self.is_json { level.len() } else { self.width };
        for index in level.iter().take(width) {
            self.nodes[*index].depth = depth;
            self.print(*index)?;
            self.level(Some(self.nodes[*index].id), depth + 1)?;
        }
        match level.len().saturating_sub(width) {
            0 => Ok(()),
            more => self.output.line(&format!(
                "{}{}",
                "  ".repeat(depth),
                styled(FAINT, &format!("… {more} more"))
            )),
        }
    }

    fn print(&mut self, index: usize) -> Result<(), Fault> {
        let node = &self.nodes[index];
        if self.is_json { self.output.json(node) } else { self.output.line(&node.line()) }
    }
}

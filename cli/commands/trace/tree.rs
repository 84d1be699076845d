//! `rp trace tree FILE`

use std::collections::HashMap;

use super::list::outcome;
use super::written::{Block, note};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{FAINT, KIND, STRONG, duration, escaped, escaped_json, styled};
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

/// The deepest level that is indented further; messages nest at most 32 deep, but a file may say anything.
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
    let seen = options.filtered.each(|record, _| {
        nodes.push(Node::of(record));
        Ok(())
    })?;
    nodes.sort_by_key(|node| (node.start_ns, node.id));
    let width = if global.json { usize::MAX } else { options.width };
    let mut output = Output::new();
    let mut block = Block::new(&mut output);
    for line in lines(nodes, width) {
        let text = match line {
            Line::Node(node) if global.json => {
                escaped_json(&serde_json::to_string(&node).expect("texts and numbers become JSON"))
            }
            Line::Node(node) => node.line(),
            Line::More { count, depth } => {
                format!("{}{}", indent(depth), styled(FAINT, &format!("… {count} more")))
            }
        };
        block.line(&text)?;
    }
    block.flush()?;
    note(&seen);
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
            indent(self.depth),
            styled(KIND, &escaped(&self.label)),
            styled(STRONG, &escaped(&self.to)),
            styled(FAINT, &duration(self.elapsed_ns)),
            self.shown,
            styled(FAINT, &format!("#{}", self.id)),
        )
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(DEEPEST))
}

/// A line of the tree.
enum Line {
    Node(Node),
    /// Messages of one cause that are not shown, nor what they caused.
    More {
        count: usize,
        depth: usize,
    },
}

/// The nodes in the order of the tree, of each cause at most `width`; those at the margin are all there.
fn lines(nodes: Vec<Node>, width: usize) -> Vec<Line> {
    enum Step {
        Node(usize, usize),
        More { count: usize, depth: usize },
    }
    let mut children = children(&nodes);
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let roots = children.remove(&None).unwrap_or_default();
    // The next step is the last.
    let mut steps: Vec<Step> = roots.into_iter().rev().map(|index| Step::Node(index, 0)).collect();
    let mut lines = Vec::with_capacity(nodes.len());
    while let Some(step) = steps.pop() {
        match step {
            Step::More { count, depth } => lines.push(Line::More { count, depth }),
            Step::Node(index, depth) => {
                lines.extend(nodes[index].take().map(|node| Line::Node(Node { depth, ..node })));
                let (below, depth) = (children.remove(&Some(index)).unwrap_or_default(), depth + 1);
                if below.len() > width {
                    steps.push(Step::More { count: below.len() - width, depth });
                }
                steps.extend(below.into_iter().take(width).rev().map(|index| Step::Node(index, depth)));
            }
        }
    }
    lines
}

/// The nodes under each cause, in order; under None those whose cause is not there. A cause was sent before what it caused, so
/// that a file with a circle of causes has a tree too.
fn children(nodes: &[Node]) -> HashMap<Option<usize>, Vec<usize>> {
    let places: HashMap<u64, usize> =
        nodes.iter().enumerate().map(|(index, node)| (node.id, index)).collect();
    let mut children: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let cause = places.get(&node.cause).copied().filter(|cause| *cause < index);
        children.entry(cause).or_default().push(index);
    }
    children
}

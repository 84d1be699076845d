//! `rp store list FILE`

use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::arguments::{SelectionArguments, StoreArguments};
use super::lines::{JsonLines, exit};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output;
use crate::terminal::{FAINT, STRONG, escaped, escaped_json, styled, terminal_columns};

/// List entities
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    selection: SelectionArguments,
    /// Order the entities of a kind by a path, as in a query; `-` before it reverses that; may be given more than once
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    sort: Vec<String>,
    /// At most so many entities of a kind
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

const AFTER_HELP: &str = r#"Examples:
  rp store list research.sqlite
  rp store list research.sqlite --entity note --sort -year --limit 10
  rp store list research.sqlite --filter '{"parish":"Kew"}' --json

Without --sort they are ordered by name and id. --json prints a whole entity a
line, as `rp store export` does."#;

/// Lists.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let file = options.store.open()?;
    let mut selection = options.selection.selection();
    for path in &options.sort {
        selection = selection.sort(path);
    }
    if let Some(limit) = options.limit {
        selection = selection.limit(limit);
    }
    let mut lines = JsonLines::new();
    let go_on = &mut |_| ControlFlow::Continue(());
    if global.json {
        return exit(file.list(&selection, &mut lines, go_on));
    }
    exit(file.list(&selection, &mut ForPeople(output::for_a_library()), go_on))
}

/// Writes each line of JSON as one for people.
struct ForPeople(anstream::AutoStream<io::StdoutLock<'static>>);

#[derive(Deserialize)]
struct Entity<'a> {
    entity: String,
    id: String,
    version: u64,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Write for ForPeople {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let entity: Entity<'_> = serde_json::from_slice(line)?;
        let head = format!("{}/{}", entity.entity, entity.id);
        let version = format!("v{}", entity.version);
        let room = terminal_columns().saturating_sub(head.len() + version.len() + 4);
        let data = cut(entity.data.get(), room);
        writeln!(
            self.0,
            "{}  {}  {}",
            styled(STRONG, &escaped(&head)),
            styled(FAINT, &version),
            escaped_json(&data)
        )?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The beginning of a text, in at most so many characters where it goes to a terminal.
fn cut(text: &str, room: usize) -> String {
    use std::io::IsTerminal;
    match text.char_indices().nth(room.max(10)) {
        Some((end, _)) if io::stdout().is_terminal() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

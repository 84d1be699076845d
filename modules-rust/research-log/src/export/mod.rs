//! `export`: a log as text, to be kept or printed.
mod csv;
mod markdown;

use rp_sdk::{Entity, OrRefuse, Result};

use crate::args::Format;
use crate::model::{Entry, Log};
use crate::state::State;

/// What `export` answers.
#[rp_sdk::data]
pub struct Export {
    format: Format,
    content: String,
}

pub fn export(state: &State, format: Format, log: Option<&str>) -> Result<Export> {
    let log = state.log(log)?;
    let entries: Vec<_> = state.entries_of(&log.id).collect();
    let content = match format {
        Format::Json => json(log, &entries)?,
        Format::Markdown => markdown::write(&log.data, &entries),
        Format::Csv => csv::write(&entries),
    };
    Ok(Export { format, content })
}

fn json(log: &Entity<Log>, entries: &[&Entity<Entry>]) -> Result<String> {
    #[rp_sdk::data]
    struct Document<L, E> {
        log: L,
        entries: Vec<E>,
    }
    serde_json::to_string(&Document { log, entries: entries.to_vec() }).or_internal("the log has no JSON")
}

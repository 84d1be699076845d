//! Messages as events: columns and texts, as a page that is written as a whole has them too.

use serde::Serialize;

use crate::trace::line::Record;
use crate::trace::page::columns::{Batch, Columns};
use crate::trace::page::texts::{PIECE, texts};

/// Makes events of messages.
pub struct Batches {
    /// What `start_ns` counts from, in microseconds since 1970.
    origin_us: Option<u64>,
    columns: Columns,
    texts: Vec<[String; 2]>,
}

/// The first line of an event. The second has the texts, which the page only reads when somebody asks for one.
#[derive(Serialize)]
struct Messages {
    /// When the first message of all was sent, in microseconds since 1970; 0 where that is unknown.
    origin_us: u64,
    messages: Batch,
}

impl Batches {
    /// For a trace whose times count from there.
    pub fn new(origin_us: Option<u64>) -> Self {
        Self { origin_us, columns: Columns::new(), texts: Vec::new() }
    }

    /// Adds a message; answers whether there are enough for an event.
    pub fn add(&mut self, record: &Record<'_>) -> bool {
        self.columns.add(record);
        self.texts.push(texts(record));
        self.texts.len() >= PIECE
    }

    /// Those that were added since, as the data of an event; none if there are none.
    pub fn take(&mut self) -> Option<String> {
        let texts = std::mem::take(&mut self.texts);
        if texts.is_empty() {
            return None;
        }
        let origin_us = self.origin_us.map_or(0, |origin_us| origin_us + self.columns.first_ns() / 1000);
        let messages = Messages { origin_us, messages: self.columns.take() };
        Some(format!("data: {}\ndata: {}\n", line(&messages), line(&texts)))
    }
}

/// As JSON. Texts and numbers can always be serialised, and no line ends within them.
fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

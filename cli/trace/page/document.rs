//! The page of a trace, message by message.

use super::columns::Columns;
use super::escape::json;
use super::html::{self, Head};
use super::texts::{PIECE, texts};
use crate::trace::line::Record;

/// A page that is being written.
pub struct Document {
    columns: Columns,
    count: usize,
    /// The payloads and responses that wait for their piece.
    texts: Vec<[String; 2]>,
    /// The pieces, as HTML.
    pieces: String,
}

impl Document {
    pub fn new() -> Self {
        Self { columns: Columns::new(), count: 0, texts: Vec::new(), pieces: String::new() }
    }

    /// Adds a message.
    pub fn add(&mut self, record: &Record<'_>) {
        self.columns.add(record);
        self.texts.push(texts(record));
        self.count += 1;
        if self.texts.len() == PIECE {
            self.end_piece();
        }
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// When the first message was sent, by the clock of `start_ns`.
    pub fn first_ns(&self) -> u64 {
        self.columns.first_ns()
    }

    /// About how large the page is by now, in bytes.
    pub fn bytes(&self) -> usize {
        self.pieces.len()
    }

    /// The whole page.
    pub fn html(mut self, head: &Head) -> String {
        self.end_piece();
        html::whole(head, &self.columns.take(), &self.pieces)
    }

    fn end_piece(&mut self) {
        let texts = std::mem::take(&mut self.texts);
        if !texts.is_empty() {
            let (count, texts) = (texts.len(), json(&texts));
            self.pieces.push_str(&format!(
                "<script type=\"application/json\" class=\"texts\" data-count=\"{count}\">{texts}</script>\n"
            ));
        }
    }
}

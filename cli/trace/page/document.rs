//! The page of a trace, message by message.

use serde::Serialize;

use super::bundle::{self, BODY};
use super::columns::Columns;
use super::escape::json;
use crate::trace::line::Record;

/// The most bytes of a payload or a response that the page has.
const TEXT_BYTES: usize = 2 << 10;
/// So many messages have their texts in one piece, which is read when one of them is asked for.
const PIECE: usize = 1000;

/// A page that is being written.
pub struct Document {
    columns: Columns,
    count: usize,
    /// The payloads and responses that wait for their piece.
    texts: Vec<[String; 2]>,
    /// The pieces, as HTML.
    pieces: String,
}

/// What the page tells of the trace as a whole.
#[derive(Default, Serialize)]
pub struct Head {
    pub title: String,
    /// What the times of its messages count from, in microseconds since 1970; 0 where that is unknown.
    pub origin_us: u64,
    /// What a reader should know: a filter, bytes that were left out.
    pub notes: Vec<String>,
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
        let (script, style) = (bundle::script(), bundle::style());
        let policy = policy(&script, &style);
        let (head, messages, pieces) = (json(head), json(&self.columns.take()), self.pieces);
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>rp trace</title>
<style>{style}</style>
</head>
<body>
{BODY}
{pieces}<script type="application/json" id="messages">{messages}</script>
<script type="application/json" id="head">{head}</script>
<script type="module">{script}</script>
</body>
</html>
"#
        )
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

/// Payload and response, cut where they are long.
fn texts(record: &Record<'_>) -> [String; 2] {
    [record.payload(), record.response()].map(|mut text| {
        if text.len() > TEXT_BYTES {
            let end = (0..=TEXT_BYTES).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(end.unwrap_or(0));
        }
        text
    })
}

/// Nothing is allowed but this script and this style.
fn policy(script: &str, style: &str) -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        bundle::allowed(script),
        bundle::allowed(style)
    )
}

//! Messages as columns, as the page reads them: a number for each message, and each text once.

use std::collections::HashMap;

use serde::Serialize;

use crate::trace::line::Record;

/// The largest whole number that JavaScript has.
const LARGEST: u64 = 1 << 53;

/// Some messages. The strings are those that no batch before had; where a column stands for texts, it counts in all of them.
#[derive(Default, Serialize)]
pub struct Batch {
    strings: Vec<String>,
    /// Nanoseconds since the first message of the first batch; a file has messages in the order of their ends, so less than 0 too.
    start: Vec<i64>,
    elapsed: Vec<u64>,
    thread: Vec<u64>,
    id: Vec<Id>,
    cause: Vec<Id>,
    from: Vec<usize>,
    to: Vec<usize>,
    r#type: Vec<usize>,
    name: Vec<usize>,
    /// The empty text, 0, where the message succeeded.
    code: Vec<usize>,
    payload_bytes: Vec<u64>,
    response_bytes: Vec<u64>,
}

/// An id; as a text where JavaScript has no such number.
#[derive(Serialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

/// What makes batches.
pub struct Columns {
    known: HashMap<String, usize>,
    first_ns: Option<u64>,
    batch: Batch,
}

impl Columns {
    pub fn new() -> Self {
        let mut columns = Self { known: HashMap::new(), first_ns: None, batch: Batch::default() };
        columns.string("");
        columns
    }

    /// Adds a message.
    pub fn add(&mut self, record: &Record<'_>) {
        let first_ns = *self.first_ns.get_or_insert(record.start_ns());
        let since = i128::from(record.start_ns()) - i128::from(first_ns);
        let [from, to, kind] = [&record.from, &record.to, &record.message_type].map(|text| self.string(text));
        let name = self.string(&record.name());
        let code = self.string(&record.code().unwrap_or_default());
        let batch = &mut self.batch;
        batch.start.push(i64::try_from(since).unwrap_or(i64::MAX));
        batch.elapsed.push(record.elapsed_ns);
        batch.thread.push(record.thread);
        batch.id.push(Id::of(record.id));
        batch.cause.push(Id::of(record.cause));
        batch.from.push(from);
        batch.to.push(to);
        batch.r#type.push(kind);
        batch.name.push(name);
        batch.code.push(code);
        batch.payload_bytes.push(record.payload_bytes());
        batch.response_bytes.push(record.response_bytes());
    }

    /// When the first message was sent, by the clock of `start_ns`.
    pub fn first_ns(&self) -> u64 {
        self.first_ns.unwrap_or(0)
    }

    /// Those that were added since the last batch.
    pub fn take(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    fn string(&mut self, text: &str) -> usize {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let place = self.known.len();
        self.known.insert(text.to_owned(), place);
        self.batch.strings.push(text.to_owned());
        place
    }
}

impl Id {
    fn of(id: u64) -> Self {
        if id < LARGEST { Self::Number(id) } else { Self::Text(id.to_string()) }
    }
}

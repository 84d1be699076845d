//! What an instance answered, by what it was asked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rp_protocol::{code, message_type};

use crate::recording::canonical::canonical_payload;
use crate::recording::life::Life;
use crate::recording::line::label;

/// The most bytes of a payload that an error shows.
const SHOWN: usize = 200;

/// What an instance answered, in all its lives.
pub(super) struct Tape {
    /// How errors call the recording.
    name: String,
    entries: Vec<Entry>,
    /// By type and payload: the places among the entries, in the order of the recording.
    places: HashMap<String, Vec<usize>>,
}

struct Entry {
    id: u64,
    message_type: String,
    payload: String,
    outcome: String,
    response: String,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answered<'a> {
    Success(Cow<'a, str>),
    Error(Cow<'a, str>),
}

impl Tape {
    pub(super) fn of(name: String, lives: Vec<Life>) -> Self {
        let mut tape = Tape { name, entries: Vec::new(), places: HashMap::new() };
        for message in lives.into_iter().flat_map(|life| life.messages) {
            let key = key(&message.message_type, &message.payload);
            tape.places.entry(key).or_default().push(tape.entries.len());
            tape.entries.push(Entry {
                id: message.id,
                message_type: message.message_type,
                payload: message.payload,
                outcome: message.outcome,
                response: message.response,
            });
        }
        tape
    }

    /// The entry that is most like a message, in words.
    fn nearest(&self, message_type: &str, payload: &str) -> String {
        let (asked, text) = (label(message_type, payload), canonical_payload(message_type, payload));
        let likeness = |entry: &&Entry| {
            let is_alike = entry.message_type == message_type;
            let common = common_bytes(&text, &canonical_payload(&entry.message_type, &entry.payload));
            (is_alike, label(&entry.message_type, &entry.payload) == asked, common)
        };
        match self.entries.iter().rev().max_by_key(likeness) {
            Some(entry) => format!(
                "; the nearest is message {}, {} {}",
                entry.id,
                entry.message_type,
                cut(&entry.payload)
            ),
            None => String::new(),
        }
    }
}

/// What one instance has answered of a tape so far.
pub(super) struct Cassette {
    tape: Arc<Tape>,
    /// How many messages of each key were answered.
    answered: Mutex<HashMap<String, usize>>,
}

impl Cassette {
    pub(super) fn new(tape: Arc<Tape>) -> Self {
        Cassette { tape, answered: Mutex::default() }
    }

    /// Answers as the instance did when it was asked the same: the first time as the first time, and so on.
    pub(super) fn answer(&self, message_type: &str, payload: &str) -> Answered<'_> {
        // Whatever it was that these had with them then, an instance that is there has begun and may end.
        if [message_type::INIT, message_type::SHUTDOWN].contains(&message_type) {
            return Answered::Success(r#"{"status":"success","data":{}}"#.into());
        }
        let key = key(message_type, payload);
        let places = self.tape.places.get(&key).map_or(&[][..], Vec::as_slice);
        let Some(entry) = self.next(key, places) else {
            return not_found(&self.unknown(places.len(), message_type, payload));
        };
        match &*entry.outcome {
            "success" => Answered::Success(Cow::Borrowed(&*entry.response)),
            "error" => Answered::Error(Cow::Borrowed(&*entry.response)),
            fault => {
                let text =
                    format!("{}: message {} brought no response then: {fault}", self.tape.name, entry.id);
                error(code::UNAVAILABLE, &text)
            }
        }
    }

    /// The entry in the next of these places, which are those of a key. What the tape does not have is not counted, so that it does not
    /// grow by what strangers ask.
    fn next(&self, key: String, places: &[usize]) -> Option<&Entry> {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let times = answered.get(&key).copied().unwrap_or(0);
        let entry = self.tape.entries.get(*places.get(times)?)?;
        answered.insert(key, times + 1);
        Some(entry)
    }

    fn unknown(&self, times: usize, message_type: &str, payload: &str) -> String {
        let name = &self.tape.name;
        match times {
            0 => format!(
                "{name} does not have {message_type} {}{}",
                cut(payload),
                self.tape.nearest(message_type, payload)
            ),
            1 => format!("{name} has {message_type} {} once, and this is one more", cut(payload)),
            _ => format!("{name} has {message_type} {} {times} times, and this is one more", cut(payload)),
        }
    }
}

fn not_found(text: &str) -> Answered<'static> {
    error(code::NOT_FOUND, text)
}

fn error(code: &str, text: &str) -> Answered<'static> {
    let mut response = Vec::new();
    // Neither writing into memory nor two strings as JSON can fail.
    let written = rp_protocol::write_error(&mut response, code, text, None);
    debug_assert!(written.is_ok());
    Answered::Error(String::from_utf8_lossy(&response).into_owned().into())
}

fn key(message_type: &str, payload: &str) -> String {
    format!("{message_type}\0{}", canonical_payload(message_type, payload))
}

fn common_bytes(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}

/// A text, or its beginning.
fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= SHOWN {
        return Cow::Borrowed(text);
    }
    let end = (0..=SHOWN).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_ask_takes_no_memory() {
        let cassette = Cassette::new(Arc::new(Tape::of("tape".into(), Vec::new())));
        for number in 0..10 {
            let answered = cassette.answer("command", &format!("{{\"name\":\"{number}\"}}"));
            assert!(matches!(answered, Answered::Error(text) if text.contains("not_found")));
        }
        assert!(cassette.answered.into_inner().unwrap_or_else(PoisonError::into_inner).is_empty());
    }
}

//! The counters of an instance, by type and name of the message.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::histogram::Histogram;
use super::snapshot::MessageMetrics;

/// So many pairs of type and name are kept apart; what comes later is counted as [`OTHER`].
const MOST_PAIRS: usize = 100;
/// So many codes of errors are kept apart for each of them.
const MOST_CODES: usize = 16;
/// Types, names and codes that are longer are cut.
const LONGEST: usize = 100;
/// What the rest is called.
const OTHER: &str = "other";

/// A message and what came of it.
pub(crate) struct Observed<'a> {
    pub(crate) message_type: &'a str,
    /// The name of the command or the event, or the entity; empty for other types.
    pub(crate) name: &'a str,
    /// The code of the error response or of the fault; `None` for a success.
    pub(crate) code: Option<&'a str>,
    pub(crate) time: Duration,
    pub(crate) bytes_in: usize,
    pub(crate) bytes_out: usize,
}

/// The counters of an instance.
#[derive(Default)]
pub(crate) struct Meters(Mutex<Kept>);

/// In order of types, then of names.
#[derive(Default)]
struct Kept(Vec<Pair>);

struct Pair {
    message_type: String,
    name: String,
    meter: Meter,
}

#[derive(Default)]
struct Meter {
    calls: u64,
    errors: BTreeMap<String, u64>,
    time: Histogram,
    bytes_in: u64,
    bytes_out: u64,
}

impl Meters {
    /// Counts a message. Memory is taken for a pair, or a code, that is new.
    pub(crate) fn add(&self, observed: &Observed<'_>) {
        self.lock().meter(cut(observed.message_type), cut(observed.name)).add(observed);
    }

    /// What was counted so far.
    pub(crate) fn read(&self) -> Vec<MessageMetrics> {
        let kept = self.lock();
        let one = |Pair { message_type, name, meter }: &Pair| MessageMetrics {
            message_type: message_type.clone(),
            name: name.clone(),
            calls: meter.calls,
            errors: meter.errors.clone(),
            time_ns: meter.time.sum_ns(),
            buckets: meter.time.buckets(),
            bytes_in: meter.bytes_in,
            bytes_out: meter.bytes_out,
        };
        kept.0.iter().map(one).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The counters of a pair, which may be those of the rest.
    fn meter(&mut self, message_type: &str, name: &str) -> &mut Meter {
        let at = match self.place(message_type, name) {
            Ok(at) => at,
            Err(at) if self.0.len() < MOST_PAIRS => self.insert(at, message_type, name),
            Err(_) => self.place(OTHER, OTHER).unwrap_or_else(|at| self.insert(at, OTHER, OTHER)),
        };
        &mut self.0[at].meter
    }

    /// Where a pair is, or else where it belongs.
    fn place(&self, message_type: &str, name: &str) -> Result<usize, usize> {
        let of = |pair: &Pair| (&*pair.message_type, &*pair.name).cmp(&(message_type, name));
        self.0.binary_search_by(of)
    }

    fn insert(&mut self, at: usize, message_type: &str, name: &str) -> usize {
        let (message_type, name) = (message_type.to_owned(), name.to_owned());
        self.0.insert(at, Pair { message_type, name, meter: Meter::default() });
        at
    }
}

impl Meter {
    fn add(&mut self, observed: &Observed<'_>) {
        self.calls += 1;
        self.bytes_in += observed.bytes_in as u64;
        self.bytes_out += observed.bytes_out as u64;
        self.time.add(observed.time);
        if let Some(code) = observed.code.map(cut) {
            self.count_error(code);
        }
    }

    fn count_error(&mut self, code: &str) {
        if let Some(count) = self.errors.get_mut(code) {
            *count += 1;
            return;
        }
        let is_other = self.errors.len() >= MOST_CODES;
        *self.errors.entry(if is_other { OTHER } else { code }.to_owned()).or_default() += 1;
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST)).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_invent_does_not_grow_without_end() {
        let meters = Meters::default();
        let long = "ä".repeat(LONGEST);
        for number in 0..1000 {
            let (name, code) = (format!("name{number}"), format!("{long}{number}"));
            for name in [name.as_str(), "same"] {
                meters.add(&Observed {
                    message_type: "command",
                    name,
                    code: Some(&format!("{number}{code}")),
                    time: Duration::ZERO,
                    bytes_in: 1,
                    bytes_out: 2,
                });
            }
        }
        let read = meters.read();
        assert_eq!(read.len(), MOST_PAIRS + 1);
        let named = |name: &str| read.iter().find(|one| one.name == name).expect("it was counted");
        assert_eq!((named("same").calls, named("same").errors.len()), (1000, MOST_CODES + 1));
        assert_eq!(named(OTHER).calls, 2000 - 1000 - (MOST_PAIRS as u64 - 1));
        let calls: u64 = read.iter().map(|one| one.calls).sum();
        assert_eq!((calls, read.iter().map(|one| one.bytes_out).sum::<u64>()), (2000, 4000));
        assert!(read.iter().flat_map(|one| one.errors.keys()).all(|code| code.len() <= LONGEST));
    }
}

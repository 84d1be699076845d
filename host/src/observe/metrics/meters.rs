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

/// By type, then by name, so that both are looked up as they are lent.
#[derive(Default)]
struct Kept {
    by_type: BTreeMap<String, BTreeMap<String, Meter>>,
    pairs: usize,
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
        let (message_type, name) = (cut(observed.message_type), cut(observed.name));
        let mut kept = self.lock();
        if let Some(meter) = kept.find(message_type, name) {
            return meter.add(observed);
        }
        let is_other = kept.pairs >= MOST_PAIRS;
        let (message_type, name) = if is_other { (OTHER, OTHER) } else { (message_type, name) };
        kept.find_or_make(message_type, name).add(observed);
    }

    /// What was counted so far.
    pub(crate) fn read(&self) -> Vec<MessageMetrics> {
        let kept = self.lock();
        let pairs = kept.by_type.iter().flat_map(|(message_type, names)| {
            names.iter().map(move |(name, meter)| (message_type, name, meter))
        });
        let one = |(message_type, name, meter): (&String, &String, &Meter)| MessageMetrics {
            message_type: message_type.clone(),
            name: name.clone(),
            calls: meter.calls,
            errors: meter.errors.clone(),
            time_ns: meter.time.sum_ns(),
            buckets: meter.time.buckets(),
            bytes_in: meter.bytes_in,
            bytes_out: meter.bytes_out,
        };
        pairs.map(one).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, message_type: &str, name: &str) -> Option<&mut Meter> {
        self.by_type.get_mut(message_type)?.get_mut(name)
    }

    fn find_or_make(&mut self, message_type: &str, name: &str) -> &mut Meter {
        let names = self.by_type.entry(message_type.to_owned()).or_default();
        names.entry(name.to_owned()).or_insert_with(|| {
            self.pairs += 1;
            Meter::default()
        })
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

//! One life of an instance in a recording: from its `create` to its end.

use std::collections::HashMap;

use super::line::{ModuleLine, Recorded, Unanswered};

/// One life of an instance.
pub(crate) struct Life {
    pub(crate) module: ModuleLine,
    /// The messages that it handled, in their order.
    pub(crate) messages: Vec<Recorded>,
    /// What it sent, by the message in whose service that was, in its order.
    pub(crate) sent: HashMap<u64, Vec<Sent>>,
    /// What its threads did that handled no message, so that it cannot be played again.
    pub(crate) unplaced: Vec<String>,
}

/// A message that an instance sent.
pub(crate) struct Sent {
    pub(crate) message: Recorded,
    pub(crate) answer: Answer,
}

/// What the sender got.
pub(crate) enum Answer {
    /// The response that the message has.
    Response,
    /// An error response of the host, which tells why there was none.
    Fault { code: String, error: String },
    /// Nothing: its own message was cancelled.
    Cancelled,
}

impl Answer {
    fn of(unanswered: Option<&Unanswered>) -> Self {
        match unanswered {
            None => Answer::Response,
            Some(Unanswered { code: Some(code), error: Some(error), .. }) => {
                Answer::Fault { code: code.clone(), error: error.clone() }
            }
            Some(_) => Answer::Cancelled,
        }
    }
}

impl Life {
    /// Puts together what belongs to a life of an instance that began with this line: what was handled from that turn on, and
    /// before `end`, the turn of its next life.
    pub(super) fn gather(
        module: ModuleLine,
        end: u64,
        records: &mut Vec<Recorded>,
        unanswered: &HashMap<u64, Unanswered>,
    ) -> Self {
        let begin = module.given.turn.unwrap_or(0);
        let is_own = |record: &Recorded| {
            record.to == module.instance && record.given.turn.is_some_and(|turn| begin < turn && turn < end)
        };
        let (mut messages, others): (Vec<_>, Vec<_>) = records.drain(..).partition(is_own);
        messages.sort_by_key(|record| record.given.turn);
        let handled: HashMap<u64, ()> = messages.iter().map(|record| (record.id, ())).collect();
        let (mut sent, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|record| {
            record.from == module.instance && (handled.contains_key(&record.cause) || record.cause == 0)
        });
        *records = rest;
        sent.sort_by_key(|record| record.start_ns);
        let mut life = Life { module, messages, sent: HashMap::new(), unplaced: Vec::new() };
        for message in sent {
            if message.cause == 0 {
                life.unplaced.push(format!("sent {}", message.label()));
                continue;
            }
            let answer = Answer::of(unanswered.get(&message.id));
            life.sent.entry(message.cause).or_default().push(Sent { message, answer });
        }
        life
    }
}

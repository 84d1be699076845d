//! What a module is told while a recording is played to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::difference::Difference;
use crate::observe::playback::{Playback, Played};
use crate::recording::canonical::{canonical, canonical_payload};
use crate::recording::life::{Answer, Life};
use crate::recording::line::{GivenAgain, Recorded, label};

/// Plays one life after the other, one message at a time.
pub(super) struct Script {
    is_exact: bool,
    state: Mutex<State>,
}

/// How far it is.
struct State {
    life: Option<Arc<Life>>,
    /// The place of the message that is handled; none: `create`, or nothing, is at work.
    message: Option<usize>,
    is_creating: bool,
    /// How many messages it has sent, looks at the clock, random bytes and questions whether it is cancelled it has had.
    sent: usize,
    looks: usize,
    random: usize,
    questions: u64,
    differences: Vec<Difference>,
}

impl Script {
    pub(super) fn new(is_exact: bool) -> Self {
        let state = State {
            life: None,
            message: None,
            is_creating: false,
            sent: 0,
            looks: 0,
            random: 0,
            questions: 0,
            differences: Vec::new(),
        };
        Script { is_exact, state: Mutex::new(state) }
    }

    /// `create` of a life is about to run.
    pub(super) fn begin_life(&self, life: Arc<Life>) {
        let mut state = self.lock();
        state.life = Some(life);
        state.begin(None);
        state.is_creating = true;
    }

    /// The message in that place is about to be handled.
    pub(super) fn begin(&self, message: usize) {
        self.lock().begin(Some(message));
    }

    /// Whatever was at work is done: where it did otherwise.
    pub(super) fn end(&self) -> Vec<Difference> {
        let mut state = self.lock();
        state.check_unsent();
        state.begin(None);
        std::mem::take(&mut state.differences)
    }

    /// Whether two responses are alike.
    pub(super) fn are_alike(&self, recorded: &str, now: &str) -> bool {
        recorded == now || (!self.is_exact && canonical(recorded) == canonical(now))
    }

    fn are_alike_as(&self, message_type: &str, recorded: &str, now: &str) -> bool {
        let canonical = |payload| canonical_payload(message_type, payload);
        recorded == now || (!self.is_exact && canonical(recorded) == canonical(now))
    }

    pub(super) fn now_us(&self) -> i64 {
        let mut state = self.lock();
        let place = state.looks;
        state.looks += 1;
        let (found, len, last) = state.with_given(|given| {
            let all = given.map_or(&[][..], |given| &given.now_us);
            (all.get(place).copied(), all.len(), all.last().copied())
        });
        found.unwrap_or_else(|| {
            state.differs("now_us", format!("{len} looks"), format!("{} looks", place + 1));
            last.unwrap_or(0)
        })
    }

    pub(super) fn random(&self, bytes: &mut [u8]) {
        let mut state = self.lock();
        let (from, to) = (state.random, state.random + bytes.len());
        state.random = to;
        let missing = state.with_given(|given| {
            let all = given.map_or(&[][..], |given| &given.random.0);
            match all.get(from..to) {
                Some(given) => {
                    bytes.copy_from_slice(given);
                    None
                }
                None => {
                    bytes.fill(0);
                    Some(all.len())
                }
            }
        });
        if let Some(len) = missing {
            state.differs("random", format!("{len} bytes"), format!("{to} bytes"));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Playback for Script {
    fn send(&self, message_type: &str, payload: &str, response: &mut Vec<u8>) -> Played {
        let mut state = self.lock();
        let (place, life) = (state.sent, state.life.clone());
        state.sent += 1;
        let id = state.recorded().map(|recorded| recorded.id);
        let sent = life.as_ref().zip(id).and_then(|(life, id)| life.sent.get(&id)?.get(place));
        let field = format!("send {}", place + 1);
        let Some(sent) = sent else {
            state.differs(&field, String::new(), format!("{} {payload}", label(message_type, payload)));
            return refuse(response, "internal", "the recording has no further message that is sent here");
        };
        let recorded = &sent.message;
        if recorded.message_type != message_type {
            state.differs(&format!("{field} type"), recorded.message_type.clone(), message_type.to_owned());
        } else if !self.are_alike_as(message_type, &recorded.payload, payload) {
            state.differs(&format!("{field} payload"), recorded.payload.clone(), payload.to_owned());
        }
        answer(&sent.answer, recorded, response)
    }

    fn is_cancelled(&self) -> bool {
        let mut state = self.lock();
        let question = state.questions;
        state.questions += 1;
        state.with_given(|given| given.and_then(|given| given.cancelled).is_some_and(|from| question >= from))
    }
}

/// What the sender got then.
fn answer(answer: &Answer, recorded: &Recorded, response: &mut Vec<u8>) -> Played {
    match answer {
        Answer::Cancelled => Played::Cancelled,
        Answer::Fault { code, error } => refuse(response, code, error),
        Answer::Response => {
            response.extend_from_slice(recorded.response.as_bytes());
            match &*recorded.outcome {
                "success" => Played::Success,
                "error" => Played::Error,
                _ => refuse(response, "internal", "the recording does not tell what was answered here"),
            }
        }
    }
}

fn refuse(response: &mut Vec<u8>, code: &str, error: &str) -> Played {
    response.clear();
    // Neither writing into memory nor two strings as JSON can fail.
    let written = rp_protocol::write_error(response, code, error, None);
    debug_assert!(written.is_ok());
    Played::Error
}

impl State {
    fn begin(&mut self, message: Option<usize>) {
        self.message = message;
        self.is_creating = false;
        (self.sent, self.looks, self.random, self.questions) = (0, 0, 0, 0);
    }

    fn recorded(&self) -> Option<&Recorded> {
        self.life.as_ref()?.messages.get(self.message?)
    }

    fn with_given<R>(&self, work: impl FnOnce(Option<&GivenAgain>) -> R) -> R {
        let created = self.life.as_ref().filter(|_| self.is_creating).map(|life| &life.module.given);
        work(self.recorded().map(|recorded| &recorded.given).or(created))
    }

    fn differs(&mut self, field: &str, recorded: String, now: String) {
        let (id, message) = match self.recorded() {
            Some(recorded) => (recorded.id, recorded.label()),
            None if self.is_creating => (0, "create".to_owned()),
            None => (0, "no message".to_owned()),
        };
        self.differences.push(Difference { id, message, field: field.to_owned(), recorded, now });
    }

    /// What it sent then and does not send now.
    fn check_unsent(&mut self) {
        let Some((id, life)) = self.recorded().map(|recorded| recorded.id).zip(self.life.clone()) else {
            return;
        };
        let all = life.sent.get(&id).map_or(&[][..], Vec::as_slice);
        if let Some(unsent) = all.get(self.sent) {
            let what = format!("{} {}", unsent.message.label(), unsent.message.payload);
            self.differs(&format!("send {}", self.sent + 1), what, String::new());
        }
    }
}

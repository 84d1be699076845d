//! What the fake host knows and sees.
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::host::Level;

type Answer = Box<dyn FnMut(&Value) -> Result<Value> + Send>;

/// A message that the module sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its type.
    pub message_type: String,
    /// Its payload.
    pub payload: Value,
    /// The message in whose service it was sent, or 0.
    pub cause: u64,
}

/// A line of log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// How much it matters.
    pub level: Level,
    /// The line.
    pub text: String,
    /// The message that it belongs to, or 0.
    pub message_id: u64,
}

/// The state behind the fake host's functions, which may be called from any thread.
#[derive(Default)]
pub struct World(Mutex<State>);

struct State {
    now_us: i64,
    random: u64,
    wanted: Option<u64>,
    answers: BTreeMap<String, Answer>,
    sent: Vec<Sent>,
    logged: Vec<Logged>,
    record: String,
}

impl Default for State {
    fn default() -> Self {
        State {
            now_us: 1_704_067_200_000_000,
            random: 0,
            wanted: None,
            answers: BTreeMap::new(),
            sent: Vec::new(),
            logged: Vec::new(),
            record: String::new(),
        }
    }
}

impl World {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self, line: &str) {
        let mut state = self.state();
        state.record.push_str(line);
        state.record.push('\n');
    }

    pub(super) fn answer(&self, message_type: &str, answer: Answer) {
        self.state().answers.insert(message_type.to_owned(), answer);
    }

    pub(super) fn set_time(&self, now_us: i64) {
        self.state().now_us = now_us;
    }

    pub(super) fn set_seed(&self, seed: u64) {
        self.state().random = seed;
    }

    pub(super) fn cancel_after(&self, asked: u64) {
        self.state().wanted = Some(asked);
    }

    pub(super) fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    pub(super) fn logged(&self) -> Vec<Logged> {
        self.state().logged.clone()
    }

    pub(super) fn record(&self) -> String {
        self.state().record.clone()
    }

    pub(super) fn now_us(&self) -> i64 {
        self.state().now_us
    }

    /// SplitMix64: every seed gives good bytes.
    pub(super) fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state();
        for chunk in bytes.chunks_mut(8) {
            state.random = state.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = state.random;
            word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(word ^ word >> 31).to_le_bytes()[..chunk.len()]);
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        match &mut self.state().wanted {
            None => false,
            Some(0) => true,
            Some(wanted) => {
                *wanted -= 1;
                false
            }
        }
    }

    pub(super) fn log(&self, message_id: u64, level: Level, text: String) {
        self.write(&format!("  {level:?}: {text}"));
        self.state().logged.push(Logged { level, text, message_id });
    }

    /// Answers a message of the module.
    pub(super) fn ask(&self, message_type: String, payload: &str, cause: u64) -> Result<Value> {
        self.write(&format!("  > {message_type} {payload}"));
        let payload: Value = serde_json::from_str(payload).map_err(Error::invalid_payload)?;
        let mut state = self.state();
        state.sent.push(Sent { message_type: message_type.clone(), payload: payload.clone(), cause });
        let Some(mut answer) = state.answers.remove(&message_type) else {
            return match message_type.as_str() {
                rp_protocol::message_type::EVENT => Ok(json!({})),
                _ => Err(Error::unavailable(format_args!("this test answers no {message_type}"))),
            };
        };
        // Not under the lock: an answer may look at the kit's host.
        drop(state);
        let answered = answer(&payload);
        self.state().answers.entry(message_type).or_insert(answer);
        answered
    }
}

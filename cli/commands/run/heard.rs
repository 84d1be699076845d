//! What a session hears besides responses: events and log lines.

use std::collections::VecDeque;
use std::time::Duration;

use rp_host::{HeardEvent, Subscription};
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::json::raw_of;
use crate::running::host::RunningHost;
use crate::running::kept_log::KeptLog;
use crate::session::{HOST, Step, WAIT_FOR};

/// The most events that wait for a step that asks for them; older ones are dropped.
const MOST: usize = 10_000;

/// Events and log lines, kept for the steps that ask for them.
pub struct Heard {
    /// None as long as no step asks for events: who subscribes makes the host keep them.
    events: Option<Subscription>,
    /// What no `wait_for` took yet.
    waiting: VecDeque<HeardEvent>,
    log: KeptLog,
}

/// What a step caused; as far as it asks for it.
#[derive(Default)]
pub struct Caused {
    pub events: Option<Box<RawValue>>,
    pub log: Option<Box<RawValue>>,
}

/// Whether a step asks for events.
pub fn asks_for_events(step: &Step<'_>) -> bool {
    step.events.is_some() || (step.module == HOST && step.message_type == WAIT_FOR)
}

impl Heard {
    /// Hears log lines.
    pub fn of(host: &RunningHost) -> Self {
        Self { events: None, waiting: VecDeque::new(), log: host.kept_log.clone() }
    }

    /// Hears events from now on.
    pub fn listen(&mut self, host: &RunningHost) -> Result<(), Fault> {
        if self.events.is_none() {
            self.events = Some(host.subscribe(MOST)?);
        }
        Ok(())
    }

    /// What comes from now on is caused by this step.
    pub fn begin(&mut self, host: &RunningHost, step: &Step<'_>) -> Result<(), Fault> {
        if asks_for_events(step) {
            self.listen(host)?;
        }
        self.catch_up();
        if step.log.is_some() {
            self.log.start();
        }
        Ok(())
    }

    /// What came since the step began.
    pub fn end(&mut self, step: &Step<'_>) -> Caused {
        let new = self.catch_up();
        let events: Vec<_> = self.waiting.iter().skip(self.waiting.len() - new).map(event_json).collect();
        let lines = self.log.take();
        Caused {
            events: step.events.as_ref().map(|_| raw_of(&events)),
            log: step.log.as_ref().map(|_| raw_of(&lines)),
        }
    }

    /// Takes the first event that is wanted, of those that came.
    pub fn take(&mut self, is_wanted: impl Fn(&HeardEvent) -> bool) -> Option<HeardEvent> {
        self.catch_up();
        let place = self.waiting.iter().position(is_wanted)?;
        self.waiting.remove(place)
    }

    /// Waits for one more event.
    pub fn wait(&mut self, timeout: Duration) {
        let event = self.events.as_ref().and_then(|events| events.next(timeout));
        self.waiting.extend(event);
    }

    /// Takes what the host has kept; answers how many that were.
    fn catch_up(&mut self) -> usize {
        let before = self.waiting.len();
        let events = self.events.iter().flat_map(|events| std::iter::from_fn(|| events.try_next()));
        self.waiting.extend(events);
        let new = self.waiting.len() - before;
        self.waiting.drain(..self.waiting.len().saturating_sub(MOST));
        new.min(MOST)
    }
}

/// An event as steps compare it.
pub fn event_json(event: &HeardEvent) -> Box<RawValue> {
    #[derive(serde::Serialize)]
    struct Event<'a> {
        event: &'a str,
        data: &'a RawValue,
        from: &'a str,
    }
    raw_of(&Event { event: &event.name, data: event.raw(), from: &event.from })
}

//! What browsers are sent. It is kept once for all of them, and nobody waits for one: each takes it as quickly as it can.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Events, from the first to the last.
#[derive(Default)]
pub struct Feed {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How often it was begun anew.
    run: u64,
    events: Vec<Arc<str>>,
    bytes: usize,
    end: Option<Arc<str>>,
}

/// How far somebody has got: what `Last-Event-ID` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    run: u64,
    events: usize,
}

/// What comes next.
pub enum Next {
    /// An event, and where the reader is behind it.
    Event(Arc<str>, Position),
    /// It was begun anew, or the position is of another server.
    Anew,
    /// There is no more, and why.
    End(Arc<str>),
    /// Nothing came in time.
    Nothing,
}

impl Feed {
    /// Adds an event; answers the bytes of all.
    pub fn push(&self, event: String) -> usize {
        let mut state = self.state();
        state.bytes += event.len();
        state.events.push(event.into());
        self.changed.notify_all();
        state.bytes
    }

    /// Forgets all events.
    pub fn begin_anew(&self) {
        let mut state = self.state();
        *state = State { run: state.run + 1, ..State::default() };
        self.changed.notify_all();
    }

    /// Says that no more will come; only the first reason counts.
    pub fn end(&self, why: &str) {
        self.state().end.get_or_insert_with(|| why.into());
        self.changed.notify_all();
    }

    /// Where a new reader begins.
    pub fn start(&self) -> Position {
        Position { run: self.state().run, events: 0 }
    }

    /// What stands at a position, as soon as there is something.
    pub fn next(&self, position: Position, wait: Duration) -> Next {
        let is_waiting =
            |state: &mut State| state.is_of(position) && state.at(position).is_none() && state.end.is_none();
        let waited = self.changed.wait_timeout_while(self.state(), wait, is_waiting);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if !state.is_of(position) {
            return Next::Anew;
        }
        match (state.at(position), &state.end) {
            (Some(event), _) => {
                Next::Event(event.clone(), Position { events: position.events + 1, ..position })
            }
            (None, Some(why)) => Next::End(why.clone()),
            (None, None) => Next::Nothing,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_of(&self, position: Position) -> bool {
        self.run == position.run && position.events <= self.events.len()
    }

    fn at(&self, position: Position) -> Option<&Arc<str>> {
        self.events.get(position.events)
    }
}

impl Position {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (run, events) = text.split_once('-')?;
        Some(Self { run: run.parse().ok()?, events: events.parse().ok()? })
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.run, self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn each_event_comes_once_and_the_end_last() {
        let feed = Feed::default();
        let start = feed.start();
        assert!(matches!(feed.next(start, NOW), Next::Nothing));
        assert_eq!((feed.push("a".to_owned()), feed.push("bc".to_owned())), (1, 3));
        feed.end("over");
        feed.end("once more");
        let (mut position, mut heard) = (start, Vec::new());
        let why = loop {
            match feed.next(position, NOW) {
                Next::Event(event, next) => {
                    heard.push(event.to_string());
                    position = Position::parse(&next.to_string()).expect("a position");
                }
                Next::End(why) => break why,
                Next::Anew | Next::Nothing => panic!("nothing else is there"),
            }
        };
        assert_eq!((heard, &*why), (vec!["a".to_owned(), "bc".to_owned()], "over"));
    }

    #[test]
    fn a_position_elsewhere_begins_anew() {
        let feed = Feed::default();
        feed.push("a".to_owned());
        let Next::Event(_, before) = feed.next(feed.start(), NOW) else { panic!("an event") };
        feed.begin_anew();
        for text in ["0-0", "0-1", "1-1", "7-0", "1-18446744073709551615"] {
            let position = Position::parse(text).expect("a position");
            assert!(matches!(feed.next(position, NOW), Next::Anew), "{text}");
        }
        assert!(matches!(feed.next(before, NOW), Next::Anew));
        assert!(matches!(feed.next(feed.start(), NOW), Next::Nothing));
        for text in ["", "1", "-", "1-", "a-1", "1-18446744073709551616"] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
    }
}

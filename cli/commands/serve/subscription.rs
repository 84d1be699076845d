//! The events that a client hears.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rp_host::{Host, Subscription};

use super::answer::{self, ErrorLine};

/// How many events wait for a client; then the oldest are dropped.
const WAITING: usize = 1024;
/// How many subscriptions a client may have.
const SUBSCRIPTIONS: usize = 64;
/// How often a wait for an event looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(200);

/// Who gets the lines of events.
pub trait Hearer: Send + Sync + 'static {
    /// Writes a line.
    fn hear(&self, line: &[u8]);
    /// Whether nobody hears any more.
    fn is_gone(&self) -> bool;
}

/// The subscriptions of one client, by pattern.
#[derive(Default)]
pub struct Subscriptions(Mutex<HashMap<String, Arc<AtomicBool>>>);

impl Subscriptions {
    /// Hears the events of a pattern from now on; the same pattern twice is one subscription.
    pub fn begin(&self, hearer: Arc<dyn Hearer>, host: &Host, pattern: &str) -> Result<(), ErrorLine> {
        let mut all = self.all();
        if all.contains_key(pattern) {
            return Ok(());
        }
        if all.len() >= SUBSCRIPTIONS {
            let text = format!("a client may have {SUBSCRIPTIONS} subscriptions");
            return Err(ErrorLine::operator("rp::serve::too_many", text)
                .help("subscribe with a pattern such as note.*"));
        }
        let refused = |error: std::io::Error| {
            ErrorLine::operator(
                "rp::serve::too_many",
                format!("the system has no room for a subscription: {error}"),
            )
            .help(rp_host::system_help(&error).unwrap_or("end other subscriptions, or let fewer clients in"))
        };
        let subscription = host.subscribe(pattern, WAITING).map_err(refused)?.lossy();
        let is_over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_over);
        let work = move || pass_on(&subscription, &*hearer, &ended);
        std::thread::Builder::new().name("events".to_owned()).spawn(work).map_err(refused)?;
        all.insert(pattern.to_owned(), is_over);
        Ok(())
    }

    /// Ends one; false where there is none.
    pub fn end_one(&self, pattern: &str) -> bool {
        self.all().remove(pattern).map(|is_over| is_over.store(true, Ordering::SeqCst)).is_some()
    }

    /// Ends all.
    pub fn end(&self) {
        self.all().drain().for_each(|(_, is_over)| is_over.store(true, Ordering::SeqCst));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pass_on(subscription: &Subscription, hearer: &dyn Hearer, is_over: &AtomicBool) {
    while !is_over.load(Ordering::SeqCst) && !hearer.is_gone() && !subscription.is_over() {
        let event = subscription.next(LOOK).filter(|_| !is_over.load(Ordering::SeqCst));
        if let Some(event) = event {
            hearer.hear(&answer::event(&event));
        }
    }
}

//! Epochs: a guest looks at the clock where one begins, so that its calls never do.
//!
//! One thread begins them for all engines. It rests while no guest notices them.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::{Store, StoreContextMut, UpdateDeadline};

use super::super::state::State;
use super::{Wasmtime, engines};

/// How long an epoch lasts while guests are at work.
const EPOCH: Duration = Duration::from_millis(5);
/// How long it lasts while none is. Not for ever: a guest that was stopped between noticing one epoch and asking for the
/// next may miss it.
const REST: Duration = Duration::from_millis(500);

/// Whether a guest noticed the epoch at hand.
static IS_NOTICED: AtomicBool = AtomicBool::new(false);
static TICKER: OnceLock<Thread> = OnceLock::new();

/// Starts the thread, or wakes it. One at a time calls this.
pub(super) fn start() -> io::Result<()> {
    if TICKER.get().is_none() {
        let ticker = thread::Builder::new().name("rp-epochs".into()).stack_size(128 << 10).spawn(tick)?;
        TICKER.get_or_init(|| ticker.thread().clone());
    }
    notice();
    Ok(())
}

fn tick() {
    loop {
        if IS_NOTICED.swap(false, Ordering::AcqRel) {
            thread::sleep(EPOCH);
        } else {
            thread::park_timeout(REST);
        }
        // Whoever notices from here on wakes the thread; who did before may have woken it from its rest.
        if !engines::begin_epoch() && !IS_NOTICED.load(Ordering::Acquire) {
            thread::park();
        }
    }
}

/// There will be a next epoch soon.
fn notice() {
    if !IS_NOTICED.swap(true, Ordering::AcqRel)
        && let Some(ticker) = TICKER.get()
    {
        ticker.unpark();
    }
}

/// Lets the guests of a store look at the clock where an epoch begins.
pub(super) fn watch(store: &mut Store<State<Wasmtime>>) {
    store.epoch_deadline_callback(|mut context: StoreContextMut<'_, State<Wasmtime>>| {
        let state = context.data_mut();
        match state.clock.slice_ended() {
            Ok(()) => {
                notice();
                Ok(UpdateDeadline::Continue(1))
            }
            Err(ended) => {
                state.ended = Some(ended);
                Ok(UpdateDeadline::Interrupt)
            }
        }
    });
}

//! Epochs: a guest looks at the clock when an epoch begins, so that calls never have to.
//!
//! One thread begins the epochs of all engines. It rests while no guest notices them.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::{Store, StoreContextMut, UpdateDeadline};

use super::super::state::State;

/// How long an epoch lasts while guests are at work.
const EPOCH: Duration = Duration::from_millis(5);
/// How long it lasts while none is. It is finite, since a guest that was suspended between noticing an epoch and asking for the
/// next may miss the wake-up.
const REST: Duration = Duration::from_millis(500);

/// Whether a guest noticed the current epoch.
static IS_NOTICED: AtomicBool = AtomicBool::new(false);
/// Guests that may be at work; without any the thread sleeps.
static GUESTS: AtomicUsize = AtomicUsize::new(0);
static TICKER: OnceLock<Thread> = OnceLock::new();

/// A guest for which epochs begin.
pub(super) struct Watched(());

impl Watched {
    pub(super) fn new() -> Self {
        GUESTS.fetch_add(1, Ordering::AcqRel);
        notice();
        Watched(())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        GUESTS.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Starts the thread, which calls `begin_epoch` where an epoch begins. Only one thread at a time may call this.
pub(super) fn start(begin_epoch: fn()) -> io::Result<()> {
    if TICKER.get().is_none() {
        let ticker = thread::Builder::new().name("rp-epochs".into()).stack_size(128 << 10);
        let ticker = ticker.spawn(move || tick(begin_epoch))?;
        TICKER.get_or_init(|| ticker.thread().clone());
    }
    Ok(())
}

fn tick(begin_epoch: fn()) {
    loop {
        if IS_NOTICED.swap(false, Ordering::AcqRel) {
            thread::sleep(EPOCH);
        } else {
            thread::park_timeout(REST);
        }
        // A guest that notices from here on wakes the thread; one that did before may have woken it from its rest.
        begin_epoch();
        if GUESTS.load(Ordering::Acquire) == 0 && !IS_NOTICED.load(Ordering::Acquire) {
            thread::park();
        }
    }
}

/// Makes the next epoch begin soon.
fn notice() {
    if !IS_NOTICED.swap(true, Ordering::AcqRel)
        && let Some(ticker) = TICKER.get()
    {
        ticker.unpark();
    }
}

/// Makes the guests of a store look at the clock when an epoch begins.
pub(super) fn watch<F: 'static, H: 'static>(store: &mut Store<State<F, H>>) {
    store.epoch_deadline_callback(|mut context: StoreContextMut<'_, State<F, H>>| {
        let state = context.data_mut();
        match state.look_at_clock() {
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

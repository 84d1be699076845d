//! What a worker prints, on its way to the log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::os::Output;

/// A log that takes longer for what is there than this holds nobody up.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_micros(200);

/// The outputs of a worker. One thread reads them; any other can wait until it has.
pub(super) struct Printed {
    outputs: [Output; 2],
    /// Held from before bytes are taken out until they are logged.
    reading: Mutex<()>,
    is_over: AtomicBool,
}

impl Printed {
    pub(super) fn new(outputs: [Output; 2]) -> Self {
        Printed { outputs, reading: Mutex::default(), is_over: AtomicBool::new(false) }
    }

    pub(super) fn output(&self, number: usize) -> &Output {
        &self.outputs[number]
    }

    /// For the thread that reads, as long as what it has read is not logged.
    pub(super) fn reading(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more will be read.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// Waits until everything is logged that the worker has printed so far: what is told next may end the instance, whose log
    /// takes no line then.
    pub(super) fn settle(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.is_settled() && Instant::now() < until {
            std::thread::sleep(PAUSE);
        }
    }

    fn is_settled(&self) -> bool {
        // In this order: bytes go away only while the lock is held.
        let is_empty = !self.outputs.iter().any(Output::has_bytes);
        self.is_over.load(Ordering::Acquire) || (is_empty && self.reading.try_lock().is_ok())
    }
}

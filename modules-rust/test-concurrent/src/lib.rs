//! A module that answers several threads at once: it counts what it is told, by name.
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rp_sdk::module;

/// One instance of the module; its methods take `&self`, so what they change lies behind a lock.
#[derive(Default)]
struct TestConcurrent {
    counts: Mutex<BTreeMap<String, u64>>,
}

#[module(concurrent)]
impl TestConcurrent {
    /// Counts a name, and tells how often it was counted.
    #[command]
    fn count(&self, name: String) -> u64 {
        let mut counts = self.lock();
        let count = counts.entry(name).or_default();
        *count += 1;
        *count
    }

    /// Tells every name and how often it was counted.
    #[command]
    fn counts(&self) -> BTreeMap<String, u64> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        // A number that was raised is whole, whatever panicked afterwards.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

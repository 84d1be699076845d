//! Takes times: batches of all subjects in turn, so that a noisy machine hits all alike.
//!
//! criterion and divan measure one subject after the other; a ratio of two subjects would then compare two moments.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What a subject is to the reader of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What no design can beat.
    Limit,
    /// This project.
    Ours,
    /// Another way to do the same.
    Peer,
}

/// Something whose times are taken.
pub struct Subject<'a> {
    pub name: String,
    pub kind: Kind,
    run: Box<dyn FnMut(u64) -> Duration + 'a>,
}

impl<'a> Subject<'a> {
    /// `operation` has been asserted to do the right thing.
    pub fn new<R>(name: &str, kind: Kind, mut operation: impl FnMut() -> R + 'a) -> Self {
        Self::batch(name, kind, move |count| {
            for _ in 0..count {
                black_box(operation());
            }
        })
    }

    /// `run` does it so many times.
    pub fn batch(name: &str, kind: Kind, mut run: impl FnMut(u64) + 'a) -> Self {
        Self::timed(name, kind, move |count| {
            let start = Instant::now();
            run(count);
            start.elapsed()
        })
    }

    /// `run` does it so many times, and tells how long that took without what it had to prepare.
    pub fn timed(name: &str, kind: Kind, run: impl FnMut(u64) -> Duration + 'a) -> Self {
        Subject { name: name.to_owned(), kind, run: Box::new(run) }
    }

    /// How many operations fill a batch.
    fn calibrate(&mut self, batch: Duration) -> u64 {
        let mut count = 1;
        loop {
            // The better of two: one that was interrupted would make the batches too short to tell anything.
            let taken = (self.run)(count).min((self.run)(count));
            if taken >= batch / 2 || count >= 1 << 30 {
                let scale = batch.as_secs_f64() / taken.as_secs_f64().max(1e-9);
                return ((count as f64 * scale) as u64).max(1);
            }
            count *= 2;
        }
    }
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    pub batch: Duration,
}

/// The times of one subject, in nanoseconds per operation, sorted.
pub struct Times {
    pub name: String,
    pub kind: Kind,
    times: Vec<f64>,
}

impl Times {
    pub fn new(name: &str, kind: Kind, mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Times { name: name.to_owned(), kind, times }
    }

    pub fn best(&self) -> f64 {
        self.times[0]
    }

    pub fn median(&self) -> f64 {
        self.share(0.5)
    }

    /// The time that so large a share of the batches stayed below.
    pub fn share(&self, share: f64) -> f64 {
        let last = self.times.len() - 1;
        self.times[(share * last as f64).round() as usize]
    }
}

/// Takes the times of all subjects, batch by batch in turn; each round begins with another one.
pub fn measure(mut subjects: Vec<Subject<'_>>, effort: Effort) -> Vec<Times> {
    let counts: Vec<u64> = subjects.iter_mut().map(|subject| subject.calibrate(effort.batch)).collect();
    let mut times = vec![Vec::with_capacity(effort.rounds); subjects.len()];
    for round in 0..effort.rounds {
        for step in 0..subjects.len() {
            let at = (round + step) % subjects.len();
            let taken = (subjects[at].run)(counts[at]);
            times[at].push(taken.as_nanos() as f64 / counts[at] as f64);
        }
    }
    let taken = subjects.iter().zip(times);
    taken.map(|(subject, times)| Times::new(&subject.name, subject.kind, times)).collect()
}

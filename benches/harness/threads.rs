//! Two threads beside one: how much of a second core arrives.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Instant;

use rp_host::{Host, Instance};

use crate::answering::Echo;
use crate::echo::Raw;
use crate::measure::{Effort, Kind, Times};
use crate::place;

/// A number of threads that call at once, for as many rounds as there are.
struct Case<'a> {
    name: &'static str,
    kind: Kind,
    /// One for each thread.
    instances: Vec<&'a Instance>,
    /// Where threads and clock meet, before a round and after it.
    meeting: Barrier,
    /// Threads that have woken up for a round, all rounds counted together.
    awake: AtomicUsize,
    /// When each thread began and ended its part of the round: whoever waits for them may wake up late.
    spans: Mutex<Vec<(Instant, Instant)>>,
}

impl<'a> Case<'a> {
    fn new(name: &'static str, kind: Kind, instances: Vec<&'a Instance>) -> Self {
        let meeting = Barrier::new(instances.len() + 1);
        Case { name, kind, instances, meeting, awake: AtomicUsize::new(0), spans: Mutex::default() }
    }

    /// One of the threads.
    fn work(&self, instance: &Instance, rounds: usize, count: u64, text: &str) {
        let mut raw = Raw::new(instance);
        for round in 1..=rounds {
            self.meeting.wait();
            self.wait_until_all_are_awake(round);
            let start = Instant::now();
            (0..count).for_each(|_| raw.call(text, |answer| assert!(answer.len() == text.len())));
            self.spans.lock().expect("no call fails").push((start, Instant::now()));
            self.meeting.wait();
        }
    }

    /// One thread wakes up tens of microseconds after the other, which would count as time of its calls.
    fn wait_until_all_are_awake(&self, round: usize) {
        self.awake.fetch_add(1, Ordering::SeqCst);
        while self.awake.load(Ordering::SeqCst) < round * self.instances.len() {
            std::hint::spin_loop();
        }
    }

    fn round(&self, count: u64) -> f64 {
        self.meeting.wait();
        self.meeting.wait();
        let spans = std::mem::take(&mut *self.spans.lock().expect("no call fails"));
        let start = spans.iter().map(|span| span.0).min().expect("there is a thread");
        let end = spans.iter().map(|span| span.1).max().expect("there is a thread");
        (end - start).as_nanos() as f64 / (count * spans.len() as u64) as f64
    }
}

/// Times of one call, the calls of all threads counted together.
pub fn measure(effort: Effort, text: &str) -> Vec<Times> {
    let host = Host::new();
    let load = |library: &str, name: &str| {
        let options = rp_host::LoadOptions::new().instance(name);
        host.load_with(place::c_library(library), options).unwrap_or_else(|error| panic!("{error}"))
    };
    // Instances of each case's own: a slot that got used to one thread stays with it.
    let names = ["alone", "left", "right", "shared"];
    let [alone, left, right, shared] = names.map(|name| load("echo_c", name));
    let [calm, busy] = ["calm", "busy"].map(|name| load("echo_concurrent", name));
    let cases = [
        Case::new("one thread, one instance", Kind::Limit, vec![&alone]),
        Case::new("two threads, two instances", Kind::Ours, vec![&left, &right]),
        Case::new("one thread, a concurrent instance", Kind::Ours, vec![&calm]),
        Case::new("two threads, one concurrent instance", Kind::Ours, vec![&busy, &busy]),
        Case::new(
            "two threads, one instance that takes one call at a time",
            Kind::Ours,
            vec![&shared, &shared],
        ),
    ];
    let count = (effort.batch.as_nanos() as u64 / 20).max(1);
    let mut times = vec![Vec::new(); cases.len()];
    std::thread::scope(|scope| {
        for case in &cases {
            for instance in &case.instances {
                scope.spawn(move || case.work(instance, effort.rounds, count, text));
            }
        }
        for _ in 0..effort.rounds {
            for (case, times) in cases.iter().zip(&mut times) {
                times.push(case.round(count));
            }
        }
    });
    let taken = cases.iter().zip(times);
    taken.map(|(case, times)| Times::new(case.name, case.kind, times)).collect()
}

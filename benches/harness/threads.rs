//! Two threads beside one: how much of a second core arrives.
use std::sync::Barrier;
use std::time::Instant;

use rp_host::{Host, Instance};

use crate::echo::{Echo, Raw};
use crate::measure::{Effort, Kind, Times};
use crate::place;

/// Times of one call as a caller sees them whose threads share the work.
pub fn measure(effort: Effort, text: &str) -> Vec<Times> {
    let host = Host::new();
    let load = |name: &str, instance: &str| {
        let options = rp_host::LoadOptions::new().instance(instance);
        host.load_with(place::c_library(name), options).unwrap_or_else(|error| panic!("{error}"))
    };
    let (one, other) = (load("echo_c", "one"), load("echo_c", "other"));
    let concurrent = load("echo_concurrent", "concurrent");
    let cases: [(&str, Kind, Vec<&Instance>); 5] = [
        ("one thread, one instance", Kind::Limit, vec![&one]),
        ("two threads, two instances", Kind::Ours, vec![&one, &other]),
        ("one thread, a concurrent instance", Kind::Ours, vec![&concurrent]),
        ("two threads, one concurrent instance", Kind::Ours, vec![&concurrent, &concurrent]),
        ("two threads, one instance that takes one call at a time", Kind::Ours, vec![&one, &one]),
    ];
    let count = (effort.batch.as_nanos() as u64 / 20).max(1);
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..effort.rounds {
        for ((_, _, instances), times) in cases.iter().zip(&mut times) {
            times.push(round(instances, count, text));
        }
    }
    let taken = cases.iter().zip(times);
    taken.map(|((name, kind, _), times)| Times::new(name, *kind, times)).collect()
}

/// Nanoseconds for each call, the calls of all threads counted together.
fn round(instances: &[&Instance], count: u64, text: &str) -> f64 {
    let barrier = Barrier::new(instances.len() + 1);
    let work = |instance: &Instance| {
        let mut raw = Raw::new(instance);
        // The slot gets used to its thread first, as it does in a program that goes on.
        (0..1000).for_each(|_| raw.call(text, |_| ()));
        barrier.wait();
        (0..count).for_each(|_| raw.call(text, |answer| assert!(answer.len() == text.len())));
    };
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = instances.iter().map(|instance| scope.spawn(move || work(instance))).collect();
        barrier.wait();
        let start = Instant::now();
        for thread in threads {
            thread.join().expect("no call fails");
        }
        start.elapsed().as_nanos() as f64 / (count * instances.len() as u64) as f64
    })
}

//! What all parts measure with.

use std::time::{Duration, Instant};

use rp_host::{Host, Instance, LoadOptions};

/// Powers of `base` up to a size.
pub fn sizes(first: u64, base: u64, last: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(first), move |size| Some(size * base)).take_while(move |size| *size <= last)
}

/// Loads one of the modules under a name of its own.
pub fn load(host: &Host, library: &str, name: &str, options: LoadOptions) -> Instance {
    host.load_with(library, options.instance(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// The shortest of some rounds, each of them `count` operations, in nanoseconds for one operation.
pub fn best(count: u64, mut round: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut best = Duration::MAX;
    let mut rounds = 0;
    while rounds < 3 || (begun.elapsed() < Duration::from_millis(300) && rounds < 1_000) {
        let start = Instant::now();
        round();
        best = best.min(start.elapsed());
        rounds += 1;
    }
    best.as_nanos() as f64 / count as f64
}

/// Nanoseconds that something takes once, for each of `count`.
pub fn once(count: u64, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64 / count as f64
}

/// A response of that size.
pub fn response(size: usize) -> String {
    let around = r#"{"status":"success","data":""}"#;
    let text = "x".repeat(size.saturating_sub(around.len()));
    format!(r#"{{"status":"success","data":"{text}"}}"#)
}

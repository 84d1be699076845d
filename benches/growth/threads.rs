//! Threads that call at once, on more or fewer cores than there are of them.

use std::sync::Barrier;
use std::time::Instant;

use rp_host::{Host, Instance, LoadOptions, Message, Reply};

use crate::rounds::{load, response, sizes};
use crate::table::{Table, Unit};

/// Calls of all threads together in a round.
const CALLS: u64 = 1 << 20;

/// Rounds of which the best counts.
const ROUNDS: usize = 5;

pub fn measure(last: u64) -> Table {
    let mut table = Table::new(
        "Threads",
        "Raw echoes of 64 B by so many threads at once, until each has made its share; the time of a call is the time of all divided \
         by the number of all calls. Where there are as many cores as threads it falls with their number. An exclusive instance \
         takes one call at a time, the others wait.",
        &[
            ("an instance each", Unit::Nanoseconds),
            ("one concurrent instance", Unit::Nanoseconds),
            ("one exclusive instance", Unit::Nanoseconds),
        ],
    );
    let host = Host::new();
    for count in sizes(1, 2, last) {
        // New ones for each row: a slot that got used to a thread stays with it.
        let instance = |library: &str, name: &str| {
            load(&host, library, &format!("{name}-of-{count}"), LoadOptions::new())
        };
        let own: Vec<_> =
            (0..count).map(|number| instance(env!("GROWTH_ECHO"), &format!("own-{number}"))).collect();
        let shared = |library, name| vec![instance(library, name); count as usize];
        let concurrent = shared(env!("GROWTH_CONCURRENT"), "concurrent");
        let exclusive = shared(env!("GROWTH_ECHO"), "exclusive");
        table.add(count, [own, concurrent, exclusive].map(|instances| best(&instances)).into());
    }
    table
}

/// Nanoseconds of a call, all threads together, in the best of the rounds.
fn best(instances: &[Instance]) -> f64 {
    let calls = CALLS / instances.len() as u64;
    let meeting = Barrier::new(instances.len());
    let work = |instance: &Instance| -> Vec<(Instant, Instant)> {
        let (text, mut reply) = (response(64), Reply::new());
        let mut round = || {
            meeting.wait();
            let start = Instant::now();
            for _ in 0..calls {
                instance.call_raw(&Message::new("command", &text), &mut reply).expect("it answers");
                assert_eq!(reply.as_bytes().len(), text.len());
            }
            (start, Instant::now())
        };
        (0..ROUNDS).map(|_| round()).collect()
    };
    let spans: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = instances.iter().map(|instance| scope.spawn(|| work(instance))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no call fails")).collect()
    });
    let taken = (0..ROUNDS).map(|round| {
        let start = spans.iter().map(|spans| spans[round].0).min().expect("a thread");
        let end = spans.iter().map(|spans| spans[round].1).max().expect("a thread");
        (end - start).as_nanos() as f64 / (calls * instances.len() as u64) as f64
    });
    taken.fold(f64::MAX, f64::min)
}

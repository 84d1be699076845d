//! Instances of one library in one host.

use rp_host::{Host, LoadOptions, Message, Reply};

use crate::rounds::{best, load, once, response, sizes};
use crate::table::{Table, Unit};

pub fn measure(last: u64) -> Table {
    let mut table = Table::new(
        "Instances",
        "Of one library in C, in one host. *Loading* is an instance until it is ready; *memory* is what the process holds for it. \
         The call is a raw echo of 64 B to each in turn, so that with many of them it finds nothing in the caches; *finding* asks the \
         host for one by its name.",
        &[
            ("loading one", Unit::Nanoseconds),
            ("memory of one", Unit::Bytes),
            ("a call", Unit::Nanoseconds),
            ("finding one", Unit::Nanoseconds),
            ("unloading one", Unit::Nanoseconds),
        ],
    );
    // The first of all loads opens the library, which is the part Loading of the page Speed.
    let first = Host::new();
    load(&first, env!("GROWTH_ECHO"), "first", LoadOptions::new());
    for count in sizes(1, 10, last) {
        table.add(count, with(count));
    }
    table
}

fn with(count: u64) -> Vec<f64> {
    let host = Host::new();
    let names: Vec<String> = (0..count).map(|number| format!("echo-{number}")).collect();
    let mut instances = Vec::with_capacity(names.len());
    let before = resident_bytes();
    let loading = once(count, || {
        let loaded = names.iter().map(|name| load(&host, env!("GROWTH_ECHO"), name, LoadOptions::new()));
        instances.extend(loaded);
    });
    let memory = resident_bytes().saturating_sub(before) as f64 / count as f64;
    let (text, mut reply) = (response(64), Reply::new());
    let call = best(count, || {
        for instance in &instances {
            instance.call_raw(&Message::new("command", &text), &mut reply).expect("it answers");
            assert_eq!(reply.as_bytes().len(), text.len());
        }
    });
    let finding = best(count, || {
        for name in &names {
            assert!(host.instance(name).is_some());
        }
    });
    let unloading = once(count, || {
        for instance in instances.drain(..) {
            instance.unload().unwrap_or_else(|error| panic!("{error}"));
        }
    });
    vec![loading, memory, call, finding, unloading]
}

fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux has it");
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("its second number");
    // SAFETY: sysconf reads a number and touches nothing of ours.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64
}

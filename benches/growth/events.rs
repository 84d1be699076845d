//! Events, and the instances that hear them.

use std::time::Duration;

use rp_host::{Grants, Host, Instance, LoadOptions, Right};
use serde_json::json;

use crate::rounds::{best, load, once, sizes};
use crate::table::{Table, Unit};

pub fn measure(last: u64) -> Table {
    let mut table = Table::new(
        "Subscribers",
        "Instances that hear an event, each delivered to all of them. *Publishing* is what the publisher waits for, for each \
         subscriber; *delivering* counts until the last of them has handled the last of a hundred events, for each of them and each event.",
        &[
            ("loading one", Unit::Nanoseconds),
            ("publishing to one", Unit::Nanoseconds),
            ("delivering to one", Unit::Nanoseconds),
        ],
    );
    // As in Instances: the first of all loads is no part of it.
    let first = Host::new();
    load(&first, env!("GROWTH_HEARD"), "first", hears());
    for count in sizes(1, 10, last) {
        table.add(count, with(count));
    }
    table
}

fn hears() -> LoadOptions {
    let mut grants = Grants::default();
    grants.grant(Right::Subscribe, "tick");
    LoadOptions::new().grants(grants)
}

const EVENTS: u64 = 100;

fn with(count: u64) -> Vec<f64> {
    let host = Host::builder().event_limit(1 << 20).build();
    let mut instances = Vec::new();
    let loading = once(count, || {
        let one = |number| load(&host, env!("GROWTH_HEARD"), &format!("heard-{number}"), hears());
        instances.extend((0..count).map(one));
    });
    let publish = || host.publish("tick", &json!({"n": 1})).unwrap_or_else(|error| panic!("{error}"));
    let drain = || assert!(host.drain_events(Duration::from_secs(600)));
    publish();
    drain();
    let mut publishing = f64::MAX;
    let before: u64 = instances.iter().map(heard).sum();
    let mut rounds = 0;
    let delivering = best(count * EVENTS, || {
        publishing = publishing.min(once(count * EVENTS, || (0..EVENTS).for_each(|_| publish())));
        drain();
        rounds += 1;
    });
    let after: u64 = instances.iter().map(heard).sum();
    assert_eq!(after - before, rounds * EVENTS * count);
    vec![loading, publishing, delivering]
}

fn heard(instance: &Instance) -> u64 {
    instance.command("heard", &json!({})).unwrap_or_else(|error| panic!("{error}"))
}

//! What metrics tell of queues while they are long.

use std::thread;

use rp_host::{Host, InstanceMetrics, SubscriberMetrics};
use serde_json::json;
use support::await_that;
use support::scripted::{run, start, start_concurrent};

use super::awaited::{begin, block_on};
use super::barrier::{Barrier, at};

fn metrics_of(host: &Host, instance: &str) -> InstanceMetrics {
    let metrics = host.metrics().expect("it keeps metrics");
    metrics.instances.into_iter().find(|one| one.instance == instance).expect("it is loaded")
}

/// Calls that wait, and those in progress.
fn calls(host: &Host, instance: &str) -> (u64, u64) {
    let metrics = metrics_of(host, instance);
    (metrics.calls_waiting, metrics.calls_in_progress)
}

/// A thread that looks for one more call holds the instance meanwhile, and is counted until it has found none.
fn await_none(host: &Host, instance: &str) {
    await_that(|| calls(host, instance) == (0, 0), "all calls have ended");
}

#[test]
fn calls_that_wait_are_counted() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().metrics());
    let single = start(&host, "single");
    let held = [0; 3].map(|_| begin(&single, json!([at("single")])));
    barrier.await_arrivals("single", 1);
    thread::scope(|scope| {
        scope.spawn(|| run(&single, json!([])));
        await_that(|| calls(&host, "single") == (3, 1), "two awaited calls and a thread wait for the first");
        barrier.release("single");
    });
    held.into_iter().for_each(|call| assert!(block_on(call).is_ok()));
    await_none(&host, "single");
}

#[test]
fn all_calls_of_a_concurrent_instance_are_in_progress() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().metrics().call_threads(3));
    let concurrent = start_concurrent(&host, "concurrent");
    let held = [0; 3].map(|_| begin(&concurrent, json!([at("all")])));
    barrier.await_arrivals("all", 3);
    let waits = begin(&concurrent, json!([]));
    await_that(|| calls(&host, "concurrent") == (1, 3), "the fourth waits for a thread");
    barrier.release("all");
    held.into_iter().chain([waits]).for_each(|call| assert!(block_on(call).is_ok()));
    await_none(&host, "concurrent");
}

#[test]
fn events_that_wait_for_the_program_are_counted() {
    let host = Host::builder().metrics().build();
    let lossy = [0; 2].map(|_| host.subscribe("tick", 2).expect("a subscription").lossy());
    let strict = host.subscribe("tock", 1).expect("a subscription");
    (0..5).for_each(|number| host.publish("tick", &number).expect("published"));
    host.publish("tock", &0).expect("published");
    let refused = host.publish("tock", &1).map_err(|error| error.code());
    assert_eq!(refused, Err("rp::call::answered_error"));
    let counts = |one: &SubscriberMetrics| {
        (
            one.subscriber.clone(),
            [one.events_waiting, one.events_queued, one.events_refused, one.events_missed],
        )
    };
    let all = || host.metrics().expect("it keeps metrics").subscribers.iter().map(counts).collect::<Vec<_>>();
    let tock = ("host (tock)".to_owned(), [1, 1, 1, 0]);
    assert_eq!(all(), [("host (tick)".to_owned(), [4, 10, 0, 6]), tock.clone()]);
    assert!(lossy[0].try_next().is_some());
    assert_eq!(all(), [("host (tick)".to_owned(), [3, 10, 0, 6]), tock]);
    drop((lossy, strict));
    assert_eq!(all(), []);
}

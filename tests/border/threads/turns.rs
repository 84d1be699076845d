//! One call at a time for each instance, unless its module is concurrent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rp_host::{Host, LoadOptions, Message, Reply, Request, ServiceError};
use serde_json::json;

use super::barrier::{Barrier, at};
use support::scripted::{payload, run, start, start_concurrent, try_send};
use support::{Source, await_that, built};

/// Of 300 calls each, by the thread that an instance gets used to.
const LONG_RUNS: u32 = 200;
/// By the thread that others take the instance from.
const CALLS_WITHOUT_PAUSE: u64 = 500_000;

/// Four threads on one instance that is not concurrent: never two inside. The same on a concurrent one: all at once.
#[test]
fn one_at_a_time_or_all_at_once() {
    for (concurrent, most) in [(false, 1), (true, 4)] {
        let barrier = Barrier::default();
        let host = barrier.host(Host::builder());
        let instance = if concurrent { start_concurrent(&host, "one") } else { start(&host, "one") };
        let calling = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    calling.fetch_add(1, Ordering::SeqCst);
                    run(&instance, json!([at("inside")]))
                });
            }
            barrier.await_arrivals("inside", most);
            await_that(|| calling.load(Ordering::SeqCst) == 4, "not every thread calls");
            // Nothing shows that a call waits: time for a second one to come in where it must not.
            thread::sleep(Duration::from_millis(30));
            assert_eq!(barrier.arrivals("inside"), most);
            barrier.release("inside");
        });
        assert_eq!((barrier.arrivals("inside"), barrier.most_inside()), (4, most));
    }
}

/// Threads that come back so often that the instance gets used to one, then to another: still never two inside, every
/// call is answered, and none is counted twice.
#[test]
fn changing_threads_never_overlap() {
    let inside = Arc::new(AtomicI64::new(0));
    let overlaps = Arc::new(AtomicU64::new(0));
    let (counter, bad) = (Arc::clone(&inside), Arc::clone(&overlaps));
    let host = Host::builder()
        .service("inside", move |_: &Request<'_>, data: &mut Vec<u8>| {
            if counter.fetch_add(1, Ordering::SeqCst) != 0 {
                bad.fetch_add(1, Ordering::SeqCst);
            }
            std::hint::spin_loop();
            counter.fetch_sub(1, Ordering::SeqCst);
            data.extend_from_slice(b"{}");
            Ok::<(), ServiceError>(())
        })
        .build();
    let instance = start(&host, "one");
    let counting = host.load(built("test-minimal")).unwrap();
    let message = payload(&json!([support::scripted::request("inside", json!({}))]));
    let (calls, is_done) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for index in 0..4_u32 {
            let (instance, counting, message) = (&instance, &counting, &message);
            let (calls, is_done) = (&calls, &is_done);
            scope.spawn(move || {
                let mut reply = Reply::new();
                // The first does a fixed amount of work, the others as much as fits in between.
                for round in 0.. {
                    if is_done.load(Ordering::Relaxed) || (index == 0 && round == LONG_RUNS) {
                        break;
                    }
                    // Long runs by one thread make it the favoured one; short ones and pauses take that away.
                    for _ in 0..(300 >> index) {
                        instance.call_raw(&Message::new("command", message), &mut reply).unwrap();
                        counting
                            .call_raw(&Message::new("command", r#"{"name":"ping"}"#), &mut reply)
                            .unwrap();
                        calls.fetch_add(1, Ordering::Relaxed);
                    }
                    thread::sleep(Duration::from_micros(200) * index);
                }
                is_done.store(true, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    let pong: serde_json::Value = counting.command("ping", &json!({})).unwrap();
    // init, this ping, and every call: a counter without any lock of its own lost none.
    assert_eq!(pong["messages"], calls.load(Ordering::Relaxed) + 2);
}

/// One thread calls without a pause and is the favoured one; others take that away from it thousands of times.
#[test]
fn taking_over_from_a_favoured_thread() {
    let host = Host::new();
    let instance = host.load(Source::new("overlap").library()).unwrap();
    let (calls, is_done) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for pause in [0, 20, 50] {
            let (instance, calls, is_done) = (&instance, &calls, &is_done);
            scope.spawn(move || {
                let mut reply = Reply::new();
                let mut own = 0;
                let is_enough =
                    |own| is_done.load(Ordering::Relaxed) || (pause == 0 && own == CALLS_WITHOUT_PAUSE);
                while !is_enough(own) {
                    for _ in 0..if pause == 0 { 1000 } else { 1 } {
                        instance.call_raw(&Message::new("event", "{}"), &mut reply).unwrap();
                        own += 1;
                    }
                    let next = Instant::now() + Duration::from_micros(pause);
                    while Instant::now() < next {
                        std::hint::spin_loop();
                    }
                }
                is_done.store(true, Ordering::Relaxed);
                calls.fetch_add(own, Ordering::Relaxed);
            });
        }
    });
    let mut reply = Reply::new();
    instance.call(&Message::new("tell", "{}"), &mut reply).unwrap();
    // init and this message are counted, too.
    let expected = json!({"calls": calls.load(Ordering::Relaxed) + 2, "overlaps": 0});
    let told: serde_json::Value = serde_json::from_slice(reply.as_bytes()).unwrap();
    assert_eq!(told["data"], expected);
}

/// A thread changes over to another after many calls of its own, again and again, one waiting for the other.
#[test]
fn handing_over_loses_nobody() {
    let host = Host::new();
    let instance = host.load_with(Source::new("answers").library(), LoadOptions::new()).unwrap();
    for round in 0..200 {
        let calls = if round % 2 == 0 { 600 } else { 3 };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut reply = Reply::new();
                    for _ in 0..calls {
                        instance.call_raw(&Message::new("hello", "{}"), &mut reply).unwrap();
                    }
                });
            }
        });
    }
}

/// A call that waits for its turn ends at its deadline, or at the host's wait limit.
#[test]
fn a_wait_ends() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().wait_limit(Duration::from_millis(80)));
    let instance = start(&host, "busy");
    thread::scope(|scope| {
        let busy = scope.spawn(|| run(&instance, json!([at("work")])));
        barrier.await_arrivals("work", 1);
        let started = Instant::now();
        let nothing = payload(&json!([]));
        let deadline = started + Duration::from_millis(20);
        let error = try_send(&instance, &Message::new("command", &nothing).deadline(deadline)).unwrap_err();
        assert_eq!(error.code(), "rp::call::timeout");
        assert!(started.elapsed() >= Duration::from_millis(20));
        let error = try_send(&instance, &Message::new("command", &nothing)).unwrap_err();
        assert_eq!(error.code(), "rp::call::timeout");
        assert!(started.elapsed() >= Duration::from_millis(100));
        barrier.release("work");
        busy.join().unwrap();
    });
    assert_eq!(run(&instance, json!([])), json!([]), "it is free again");
}

/// Two instances of one module share neither turn nor state.
#[test]
fn two_instances_work_side_by_side() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (one, two) = (start(&host, "one"), start(&host, "two"));
    thread::scope(|scope| {
        scope.spawn(|| run(&one, json!([at("inside")])));
        scope.spawn(|| run(&two, json!([at("inside")])));
        barrier.await_arrivals("inside", 2);
        barrier.release("inside");
    });
    assert_eq!(barrier.most_inside(), 2);
}

/// A thread without the stack that a handler is promised is told so, instead of running into its end.
#[test]
fn a_small_stack() {
    let host = Host::new();
    let instance = start(&host, "one");
    let code = thread::scope(|scope| {
        let small = thread::Builder::new().stack_size(200 << 10);
        let call =
            || instance.call_raw(&Message::new("describe", "{}"), &mut Reply::new()).unwrap_err().code();
        small.spawn_scoped(scope, call).unwrap().join().unwrap()
    });
    assert_eq!(code, "rp::call::no_stack");
    assert_eq!(run(&instance, json!([])), json!([]));
}

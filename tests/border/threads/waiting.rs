//! Deadlines and cancelling, of those who wait and of those who work.

use std::thread;
use std::time::{Duration, Instant};

use rp_host::{CallOptions, CancelToken, Host, Message};
use serde_json::json;

use super::barrier::{Barrier, at};
use support::scripted::{ask, code, payload, results, run, start, try_send};

#[test]
fn cancelled_while_it_waits() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instance = start(&host, "busy");
    let token = CancelToken::new();
    let steps = payload(&json!([at("never reached")]));
    thread::scope(|scope| {
        scope.spawn(|| run(&instance, json!([at("work")])));
        barrier.await_arrivals("work", 1);
        let waiting = scope.spawn(|| try_send(&instance, &Message::new("command", &steps).cancel(&token)));
        thread::sleep(Duration::from_millis(20));
        assert!(!waiting.is_finished(), "it waits");
        token.cancel();
        assert_eq!(waiting.join().unwrap().unwrap_err().code(), "rp::call::cancelled");
        barrier.release("work");
    });
    assert_eq!(barrier.arrivals("never reached"), 0);
}

/// The handler polls, sees it and gives up; an answer that it gives anyway is accepted.
#[test]
fn cancelled_while_it_works() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instance = start(&host, "works");
    barrier.release("begun");
    for (round, gives_up) in [(1, true), (2, false)] {
        let token = CancelToken::new();
        let end = if gives_up { json!({"return": 4}) } else { json!({"cancelled": "own"}) };
        let steps = payload(&json!([at("begun"), {"until": "cancelled"}, {"cancelled": 0}, end]));
        let outcome = thread::scope(|scope| {
            let working =
                scope.spawn(|| try_send(&instance, &Message::new("command", &steps).cancel(&token)));
            barrier.await_arrivals("begun", round);
            token.cancel();
            working.join().unwrap()
        });
        match outcome {
            Err(error) => assert_eq!((gives_up, error.code()), (true, "rp::call::cancelled")),
            Ok(results) => {
                assert!(!gives_up);
                assert_eq!(results.as_array().unwrap()[1..], [json!(true), json!(0), json!(1)]);
            }
        }
    }
}

/// A token that was used before the call: the handler sees it at once.
#[test]
fn cancelled_before_it_begins() {
    let host = Host::new();
    let instance = start(&host, "works");
    let token = CancelToken::new();
    token.cancel();
    let steps = payload(&json!([{"cancelled": "own"}]));
    assert_eq!(try_send(&instance, &Message::new("command", &steps).cancel(&token)).unwrap(), json!([1]));
    assert_eq!(run(&instance, json!([{"cancelled": "own"}])), json!([0]), "the next message is wanted");
    assert_eq!(run(&instance, json!([{"cancelled": 4_000_000_000_u64}])), json!([1]), "an unknown id is not");
}

/// Whoever was asked in its service is cancelled with it, and so is the wait for a turn there.
#[test]
fn cancelling_reaches_down_the_chain() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (a, _b, c) = (start(&host, "a"), start(&host, "b"), start(&host, "c"));
    barrier.release("begun");
    let token = CancelToken::new();
    let steps =
        payload(&json!([ask("b", json!([at("begun"), {"until": "cancelled"}])), {"cancelled": "own"}]));
    thread::scope(|scope| {
        let working = scope.spawn(|| try_send(&a, &Message::new("command", &steps).cancel(&token)));
        barrier.await_arrivals("begun", 1);
        token.cancel();
        let sent = working.join().unwrap().unwrap();
        assert_eq!(results(&sent[0])[1], true, "{sent}");
        assert_eq!(sent[1], 1);
    });
    // c is busy, so a's send waits for its turn; the token ends that wait.
    let token = CancelToken::new();
    let steps = payload(&json!([at("begun"), ask("c", json!([]))]));
    thread::scope(|scope| {
        scope.spawn(|| run(&c, json!([at("hold")])));
        barrier.await_arrivals("hold", 1);
        let waiting = scope.spawn(|| try_send(&a, &Message::new("command", &steps).cancel(&token)));
        barrier.await_arrivals("begun", 2);
        thread::sleep(Duration::from_millis(20));
        token.cancel();
        let sent = waiting.join().unwrap().unwrap();
        assert_eq!(sent[1], json!({"status": 4}), "the asker no longer wants it: RP_ERR_CANCELLED");
        barrier.release("hold");
    });
}

/// A deadline is seen by the handler, and inherited by what it sends.
#[test]
fn a_deadline_while_it_works() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (a, b) = (start(&host, "a"), start(&host, "b"));
    let soon = || Instant::now() + Duration::from_millis(40);
    let send =
        |steps: serde_json::Value| try_send(&a, &Message::new("command", &payload(&steps)).deadline(soon()));
    let error = send(json!([{"until": "cancelled"}, {"return": 4}])).unwrap_err();
    assert_eq!(error.code(), "rp::call::timeout");
    let sent = send(json!([ask("b", json!([{"until": "cancelled"}]))])).unwrap();
    assert_eq!(results(&sent[0])[0], true, "{sent}");
    thread::scope(|scope| {
        scope.spawn(|| run(&b, json!([at("hold")])));
        barrier.await_arrivals("hold", 1);
        let sent = send(json!([ask("b", json!([]))])).unwrap();
        assert!(sent[0]["status"] == 4 || code(&sent[0]) == "timeout", "{sent}");
        barrier.release("hold");
    });
}

/// The options of typed calls: a timeout begins anew with each call, a deadline does not, the earlier one counts.
#[test]
fn options_of_typed_calls() {
    let host = Host::new();
    let instance = start(&host, "works");
    let (now, hour) = (Instant::now(), Duration::from_secs(3600));
    let outcome = |options: &CallOptions, steps: serde_json::Value| {
        let answer = instance.with(options).command::<_, serde_json::Value>("run", &json!({"steps": steps}));
        answer.map_or_else(|error| error.code().to_owned(), |data| data["results"].to_string())
    };
    let soon = CallOptions::new().timeout(Duration::from_millis(30));
    let past = CallOptions::new().deadline(now);
    let (late, never) = (soon.clone().deadline(now + hour), CallOptions::new().timeout(Duration::MAX));
    let until = || json!([{"until": "cancelled"}, {"return": 4}]);
    let own = || json!([{"cancelled": "own"}]);
    let token = CancelToken::new();
    let cancelled = CallOptions::new().timeout(hour).cancel(&token);
    assert_eq!(outcome(&cancelled, own()), "[0]");
    token.cancel();
    let cases = [
        (&soon, until(), "rp::call::timeout"),
        (&soon, own(), "[0]"),
        (&soon, until(), "rp::call::timeout"),
        (&past, own(), "[1]"),
        (&late, until(), "rp::call::timeout"),
        (&never, own(), "[0]"),
        (&cancelled, own(), "[1]"),
    ];
    for (options, steps, expected) in cases {
        assert_eq!(outcome(options, steps.clone()), expected, "{options:?} {steps}");
    }
}

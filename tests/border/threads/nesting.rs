//! Modules that ask modules: what would wait for itself is refused, and exactly that.

use std::sync::{Arc, Mutex};
use std::thread;

use rp_host::{Host, Instance, Request, ServiceError};
use serde_json::{Value, json};

use super::barrier::{Barrier, at};
use support::scripted::{
    ask, code, concurrent_scripted_library, for_message, results, run, start, start_concurrent, try_run,
};

#[test]
fn a_module_that_asks_itself() {
    let host = Host::new();
    for instance in [start(&host, "one"), start_concurrent(&host, "many")] {
        let name = instance.name();
        let sent = run(&instance, json!([ask(name, json!([])), {"cancelled": "own"}]));
        assert_eq!(code(&sent[0]), "reentrant");
        let text = format!("{name}: the call would deadlock: the instance is already in this call chain");
        assert_eq!(sent[0]["response"]["error"], text);
        assert_eq!(sent[1], 0, "the message itself is still wanted");
        assert_eq!(run(&instance, json!([])), json!([]), "it is free again");
    }
}

/// A asks B, and B asks A in its service: B is answered `reentrant`, and both finish.
#[test]
fn a_chain_that_comes_back() {
    let host = Host::new();
    let (a, _b, _c) = (start(&host, "a"), start(&host, "b"), start_concurrent(&host, "c"));
    let sent =
        run(&a, json!([ask("b", json!([ask("c", json!([ask("a", json!([])), ask("b", json!([]))]))]))]));
    let of_c = results(&results(&sent[0])[0]);
    assert_eq!((code(&of_c[0]), code(&of_c[1])), ("reentrant", "reentrant"), "{sent}");
}

/// Each of some instances, one after the other in a ring, asks the next at the same time: one is refused, all finish.
fn ring(count: usize) {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instances: Vec<Instance> = (0..count).map(|index| start(&host, &format!("m{index}"))).collect();
    let outcomes: Vec<Value> = thread::scope(|scope| {
        let asking = |index: usize| {
            let next = format!("m{}", (index + 1) % count);
            run(&instances[index], json!([at("all at work"), ask(&next, json!([]))]))
        };
        let threads: Vec<_> = (0..count).map(|index| scope.spawn(move || asking(index))).collect();
        barrier.await_arrivals("all at work", count);
        barrier.release("all at work");
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let refused = outcomes.iter().filter(|sent| sent[1]["status"] == 1).count();
    assert_eq!(refused, 1, "exactly the one that closed the ring is refused: {outcomes:?}");
    assert!(
        outcomes.iter().all(|sent| sent[1]["status"] == 0 || code(&sent[1]) == "reentrant"),
        "{outcomes:?}"
    );
    for instance in &instances {
        assert_eq!(run(instance, json!([])), json!([]));
    }
}

#[test]
fn two_that_ask_each_other() {
    for _ in 0..20 {
        ring(2);
    }
}

#[test]
fn three_and_more_in_a_ring() {
    for count in [3, 4, 8] {
        ring(count);
    }
}

/// Waiting for somebody who waits for nobody in the chain is no cycle: both are answered.
#[test]
fn a_queue_is_no_ring() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (a, b, _c) = (start(&host, "a"), start(&host, "b"), start(&host, "c"));
    let both = json!([at("both at work"), ask("c", json!([]))]);
    thread::scope(|scope| {
        let threads = [scope.spawn(|| run(&a, both.clone())), scope.spawn(|| run(&b, both.clone()))];
        barrier.await_arrivals("both at work", 2);
        barrier.release("both at work");
        for thread in threads {
            assert_eq!(thread.join().unwrap()[1]["status"], 0);
        }
    });
}

/// Every place of a concurrent instance waits for an instance that asks it back: nobody would ever be answered.
#[test]
fn a_full_concurrent_instance_in_a_ring() {
    const PLACES: usize = 64;
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (many, one) = (start_concurrent(&host, "many"), start(&host, "one"));
    thread::scope(|scope| {
        let asking_back = scope.spawn(|| run(&one, json!([at("one"), ask("many", json!([]))])));
        barrier.await_arrivals("one", 1);
        let asking: Vec<_> = (0..PLACES)
            .map(|_| scope.spawn(|| run(&many, json!([at("many"), ask("one", json!([]))]))))
            .collect();
        barrier.await_arrivals("many", PLACES);
        barrier.release("many");
        // Time for them to wait for `one` before it asks back; whoever comes last closes the ring.
        thread::sleep(std::time::Duration::from_millis(100));
        barrier.release("one");
        let mut sent = vec![asking_back.join().unwrap()[1].clone()];
        sent.extend(asking.into_iter().map(|thread| thread.join().unwrap()[1].clone()));
        let refused: Vec<_> = sent.iter().filter(|sent| sent["status"] != 0).map(code).collect();
        assert_eq!(refused, ["reentrant"]);
    });
}

/// Sends nest 32 deep and no deeper.
#[test]
fn a_long_chain() {
    const INSTANCES: usize = 40;
    let host = Host::new();
    let instances: Vec<Instance> = (0..INSTANCES).map(|index| start(&host, &format!("m{index}"))).collect();
    // The last one runs nothing, each one before passes on what it is told to.
    let chain = |sends: usize| {
        let last = json!({"module": format!("m{sends}"), "name": "run", "args": {"steps": []}});
        (1..sends).rev().fold(
            last,
            |inner, index| json!({"module": format!("m{index}"), "name": "pass_on", "args": inner}),
        )
    };
    let outcome = |sends: usize| instances[0].command::<_, Value>("pass_on", &chain(sends));
    assert_eq!(outcome(32).unwrap(), json!({"results": []}));
    let error = outcome(33).unwrap_err();
    assert_eq!(
        error.to_string(),
        "m0: command pass_on: m33: messages nest more than 32 sends deep (too_large)"
    );
    outcome(39).unwrap_err();
    assert_eq!(outcome(32).unwrap(), json!({"results": []}), "all are free again");
}

/// A thread of a module that works for a message sends with that message as cause: it belongs to the chain.
#[test]
fn a_thread_that_works_for_a_message() {
    let host = Host::new();
    let (a, _b) = (start(&host, "a"), start(&host, "b"));
    let own = |step: Value| for_message(step);
    let steps = json!([
        {"spawn": [
            own(ask("b", json!([{"log": "here"}]))),
            own(ask("a", json!([]))),
            own(ask("b", json!([ask("a", json!([]))]))),
            {"cancelled": "own"},
        ]},
        {"join": true},
    ]);
    let of_thread = &run(&a, steps)[1][0];
    assert_eq!(of_thread[0]["status"], 0, "{of_thread}");
    assert_eq!(code(&of_thread[1]), "reentrant", "it would wait for the handler that joins it");
    assert_eq!(code(&results(&of_thread[2])[0]), "reentrant", "also through another");
    assert_eq!(of_thread[3], 0);
}

/// The cause gives no rights: those of the sender count.
#[test]
fn a_cause_gives_no_rights() {
    let host = Host::new();
    let _b = start(&host, "b");
    let poor = host.load(concurrent_scripted_library("poor")).unwrap();
    let sent = run(
        &poor,
        json!([{"spawn": [for_message(ask("b", json!([])))]}, {"join": true}, ask("b", json!([]))]),
    );
    for sent in [&sent[1][0][0], &sent[2]] {
        assert_eq!(code(sent), "denied");
        assert_eq!(sent["response"]["error"], "poor may not call b: the grant call=b is missing");
    }
}

#[test]
fn nobody_of_that_name() {
    let host = Host::new();
    let a = start(&host, "a");
    let sent = run(&a, json!([ask("nobody", json!([]))]));
    assert_eq!(code(&sent[0]), "unavailable");
    assert_eq!(sent[0]["response"]["error"], "no module named nobody is loaded");
    let sent = run(&a, json!([{"send": {"type": "shout", "payload": {}}}]));
    assert_eq!(code(&sent[0]), "not_supported");
}

/// A service of the embedder that calls modules stands in the chain of the message that it answers.
#[test]
fn through_a_service() {
    let inner: Arc<Mutex<Option<Host>>> = Arc::default();
    let reached = Arc::clone(&inner);
    let host = Host::builder()
        .service("call", move |request: &Request<'_>, data: &mut Vec<u8>| {
            let what: Value = serde_json::from_str(request.payload).unwrap();
            let host = reached.lock().unwrap().clone().unwrap();
            let instance = host.instance(what["module"].as_str().unwrap()).unwrap();
            let answer = try_run(&instance, &what["steps"])
                .map_err(|error| ServiceError::new("conflict", error.code()))?;
            serde_json::to_writer(data, &answer).unwrap();
            Ok(())
        })
        .build();
    *inner.lock().unwrap() = Some(host.clone());
    let (a, _b) = (start(&host, "a"), start(&host, "b"));
    let call = |module: &str, steps: Value| json!({"send": {"type": "call", "payload": {"module": module, "steps": steps}}});
    let sent = run(&a, json!([call("b", json!([ask("a", json!([]))])), call("a", json!([]))]));
    assert_eq!(code(&sent[0]["response"]["data"][0]), "reentrant", "{sent}");
    assert_eq!(sent[1]["response"]["error"], "rp::call::reentrant");
    host.unload_all();
    // A service and the host that it holds would keep each other for ever.
    *inner.lock().unwrap() = None;
}

/// Instances of another host are other instances, whatever their place in it.
#[test]
fn a_service_may_call_another_host() {
    let other = Host::new();
    let far = start(&other, "far");
    let host = Host::builder()
        .service("far", move |_: &Request<'_>, data: &mut Vec<u8>| {
            let answer = try_run(&far, &json!([]))
                .map_err(|error| ServiceError::new("conflict", error.to_string()))?;
            serde_json::to_writer(data, &answer).unwrap();
            Ok(())
        })
        .build();
    let near = start(&host, "near");
    let sent = run(&near, json!([{"send": {"type": "far", "payload": {}}}]));
    assert_eq!(sent[0]["response"], json!({"status": "success", "data": []}));
}

/// A module may hand its own reply on to `send`, and with it the status.
#[test]
fn a_module_answers_through_its_own_reply() {
    let host = Host::new();
    let _b = start(&host, "b");
    let a = start(&host, "a");
    let answer: Value = a
        .command("pass_on", &json!({"module": "b", "name": "run", "args": {"steps": [{"cancelled": "own"}]}}))
        .unwrap();
    assert_eq!(answer, json!({"results": [0]}));
    let error = a.command::<_, Value>("pass_on", &json!({"module": "b", "name": "nothing"})).unwrap_err();
    assert_eq!(error.to_string(), "a: command pass_on: unknown command: nothing (unknown_command)");
}

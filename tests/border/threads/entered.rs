//! Turns that a thread enters: nobody comes between two of its messages, nobody waits for ever, and each message is one like
//! any other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rp_host::{
    CallOptions, CancelToken, Error, Host, HostBuilder, Isolation, LoadOptions, Message, Reply, Request,
    Restart, ServiceError, Turn,
};
use rp_protocol::Event;
use serde_json::{Value, json};

use super::barrier::{Barrier, at};
use support::scripted::{
    ask, code, payload, request, results, run, scripted_library, start, start_concurrent, try_run,
};
use support::{await_that, built};

/// Runs steps in a turn.
fn try_in(turn: &mut Turn<'_>, steps: &Value) -> Result<Value, Error> {
    send_in(turn, &Message::new("command", &payload(steps)))
}

fn send_in(turn: &mut Turn<'_>, message: &Message<'_>) -> Result<Value, Error> {
    let mut reply = Reply::new();
    turn.call(message, &mut reply)?;
    let response: Value = serde_json::from_slice(reply.as_bytes()).unwrap();
    Ok(response["data"]["results"].clone())
}

fn run_in(turn: &mut Turn<'_>, steps: Value) -> Value {
    try_in(turn, &steps).unwrap()
}

/// What modules note, in order.
type Notes = Arc<Mutex<Vec<String>>>;

/// A host with a service that notes who sends.
fn noting(builder: HostBuilder) -> (HostBuilder, Notes) {
    let notes = Notes::default();
    let taken = Arc::clone(&notes);
    let builder = builder.service("note", move |request: &Request<'_>, data: &mut Vec<u8>| {
        let payload: Value = serde_json::from_str(request.payload).unwrap();
        taken.lock().unwrap().push(payload["who"].as_str().unwrap().to_owned());
        data.extend_from_slice(b"{}");
        Ok::<(), ServiceError>(())
    });
    (builder, notes)
}

fn note(who: &str) -> Value {
    json!([request("note", json!({"who": who}))])
}

/// While one thread is in its turn, calls of others, an awaited call and an event wait; then all are answered.
#[test]
fn nobody_comes_between() {
    let (builder, notes) = noting(Host::builder());
    let host = builder.build();
    let one = start(&host, "one");
    // Often enough for the instance to get used to this thread.
    (0..300).for_each(|_| drop(run(&one, json!([]))));
    let call = payload(&note("another"));
    thread::scope(|scope| {
        let mut turn = one.enter().unwrap();
        run_in(&mut turn, note("turn"));
        let others: Vec<_> = (0..2).map(|_| scope.spawn(|| run(&one, note("another")))).collect();
        let awaited = scope.spawn(|| {
            let mut call = std::pin::pin!(one.call_async(&Message::new("command", &call)));
            block_on(call.as_mut()).unwrap();
        });
        let event =
            scope.spawn(|| one.deliver_event(&Event { event: "any".into(), data: None }).unwrap_err());
        for _ in 0..200 {
            run_in(&mut turn, note("turn"));
            thread::yield_now();
        }
        drop(turn);
        others.into_iter().for_each(|thread| drop(thread.join().unwrap()));
        awaited.join().unwrap();
        assert_eq!(event.join().unwrap().code(), "rp::call::answered_error", "it knows no events");
    });
    let notes = notes.lock().unwrap();
    assert_eq!(notes[..201], ["turn"; 201].map(str::to_owned));
    assert_eq!(notes[201..], ["another"; 3].map(str::to_owned));
}

/// Drives a future on this thread.
fn block_on<F: Future>(mut future: std::pin::Pin<&mut F>) -> F::Output {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::task::Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => thread::park(),
        }
    }
}

/// The thread that is in its turn reaches the instance only by the turn: whatever would wait for the turn's end is told so at
/// once, whether the instance is used to the thread or not. Others are reached as ever.
#[test]
fn the_own_thread_is_told() {
    let host = Host::new();
    let (one, other) = (start(&host, "one"), start(&host, "other"));
    for times in [0, 300] {
        (0..times).for_each(|_| drop(run(&one, json!([]))));
        let mut turn = one.enter().unwrap();
        assert_eq!(run_in(&mut turn, json!([])), json!([]));
        let refused = [
            try_run(&one, &json!([])).unwrap_err(),
            one.enter().unwrap_err(),
            one.unload().unwrap_err(),
            host.unload("one").unwrap_err(),
            host.replace("one", scripted_library("replacement")).unwrap_err(),
            host.command::<_, Value>("one", "run", &json!({"steps": []})).unwrap_err(),
        ];
        for error in refused {
            assert_eq!(error.code(), "rp::call::own_turn", "{error}");
            assert!(error.to_string().contains("this thread holds a turn of the instance"), "{error}");
        }
        // By another instance that this thread calls meanwhile, and by one that the turn's own message asks.
        assert_eq!(code(&run(&other, json!([ask("one", json!([]))]))[0]), "reentrant");
        let sent =
            run_in(&mut turn, json!([ask("other", json!([ask("one", json!([]))])), ask("one", json!([]))]));
        assert_eq!(
            (sent[0]["status"].as_i64(), code(&results(&sent[0])[0])),
            (Some(0), "reentrant"),
            "{sent}"
        );
        assert_eq!(code(&sent[1]), "reentrant");
        drop(turn);
        assert_eq!(run(&one, json!([ask("other", json!([]))]))[0]["status"], 0);
    }
}

/// Two threads, each in a turn of one instance, call the other's: one of them is refused, and nobody waits for ever.
#[test]
fn turns_that_wait_for_each_other() {
    for _ in 0..20 {
        let host = Host::new();
        let instances = [start(&host, "a"), start(&host, "b")];
        let both_in = std::sync::Barrier::new(2);
        let outcomes: Vec<Result<Value, Error>> = thread::scope(|scope| {
            let threads = [0, 1].map(|index| {
                let (instances, both_in) = (&instances, &both_in);
                scope.spawn(move || {
                    let _turn = instances[index].enter().unwrap();
                    both_in.wait();
                    try_run(&instances[1 - index], &json!([]))
                })
            });
            threads.map(|thread| thread.join().unwrap()).into()
        });
        let refused: Vec<_> = outcomes.iter().filter_map(|it| it.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["rp::call::reentrant"], "{outcomes:?}");
    }
}

/// Deadline and token are those of each message, and nothing of them is left for the next.
#[test]
fn each_message_has_its_own_options() {
    let host = Host::new();
    let one = start(&host, "one");
    let asked = payload(&json!([{"cancelled": "own"}, {"cancelled": 0}]));
    let (used, unused) = (CancelToken::new(), CancelToken::new());
    used.cancel();
    let mut turn = one.enter().unwrap();
    for _ in 0..2 {
        let message = Message::new("command", &asked);
        assert_eq!(send_in(&mut turn, &message).unwrap(), json!([0, 0]));
        assert_eq!(send_in(&mut turn, &message.cancel(&used)).unwrap(), json!([1, 0]));
        assert_eq!(send_in(&mut turn, &message.cancel(&unused)).unwrap(), json!([0, 0]));
        assert_eq!(send_in(&mut turn, &message.timeout(Duration::ZERO)).unwrap(), json!([1, 0]));
        assert_eq!(send_in(&mut turn, &message.timeout(Duration::from_secs(60))).unwrap(), json!([0, 0]));
    }
}

/// A token that is used while a message of a turn is at work reaches that message, and what it asks of others.
#[test]
fn a_message_is_cancelled_at_work() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (one, _other) = (start(&host, "one"), start(&host, "other"));
    let token = CancelToken::new();
    let steps = json!([ask("other", json!([at("deep"), {"cancelled": "own"}])), {"cancelled": "own"}]);
    let steps = payload(&steps);
    thread::scope(|scope| {
        let cancelling = scope.spawn(|| {
            barrier.await_arrivals("deep", 1);
            token.cancel();
            barrier.release("deep");
        });
        let mut turn = one.enter().unwrap();
        let said = send_in(&mut turn, &Message::new("command", &steps).cancel(&token)).unwrap();
        assert_eq!((&results(&said[0])[1], &said[1]), (&json!(1), &json!(1)), "{said}");
        assert_eq!(run_in(&mut turn, json!([{"cancelled": "own"}])), json!([0]));
        cancelling.join().unwrap();
    });
}

/// A thread of the module names the turn's message as the cause of what it sends, and may not come back to the instance.
#[test]
fn a_thread_of_the_module_works_for_the_message() {
    let host = Host::new();
    let (one, _other) = (start(&host, "one"), start(&host, "other"));
    let mut turn = one.enter().unwrap();
    let sent = |to: &str| support::scripted::for_message(ask(to, json!([])));
    let said = run_in(
        &mut turn,
        json!([{"spawn": [sent("one"), sent("other"), {"cancelled": "own"}]}, {"join": true}]),
    );
    let joined = &said[1][0];
    assert_eq!(
        (code(&joined[0]), &joined[1]["status"], &joined[2]),
        ("reentrant", &json!(0), &json!(0)),
        "{said}"
    );
}

/// The wait for a turn ends with its deadline or its token; others' turns are not disturbed.
#[test]
fn a_turn_is_waited_for() {
    let host = Host::new();
    let one = start(&host, "one");
    let held = one.enter().unwrap();
    let token = CancelToken::new();
    let soon = CallOptions::new().timeout(Duration::from_millis(1));
    let cancelled = CallOptions::new().cancel(&token);
    thread::scope(|scope| {
        let late = scope.spawn(|| one.enter_with(&soon).map(drop).unwrap_err()).join().unwrap();
        assert_eq!(late.code(), "rp::call::timeout", "{late}");
        let waiting = scope.spawn(|| one.enter_with(&cancelled).map(drop).unwrap_err());
        token.cancel();
        assert_eq!(waiting.join().unwrap().code(), "rp::call::cancelled");
        let next = scope.spawn(|| run_in(&mut one.enter().unwrap(), json!([])));
        drop(held);
        assert_eq!(next.join().unwrap(), json!([]));
    });
}

/// In a concurrent instance a turn keeps one place and nobody out, not even its own thread.
#[test]
fn a_concurrent_instance_goes_on_beside_it() {
    let host = Host::new();
    let many = start_concurrent(&host, "many");
    let (mut turn, mut second) = (many.enter().unwrap(), many.enter().unwrap());
    thread::scope(|scope| assert_eq!(scope.spawn(|| run(&many, json!([]))).join().unwrap(), json!([])));
    for _ in 0..300 {
        assert_eq!(run(&many, json!([])), json!([]));
        assert_eq!(run_in(&mut turn, json!([{"cancelled": "own"}])), json!([0]));
        assert_eq!(run_in(&mut second, json!([])), json!([]));
    }
    assert_eq!(code(&run_in(&mut turn, json!([ask("many", json!([]))]))[0]), "reentrant");
}

/// After the death of the instance the turn has nobody to send to, also where another one took its place; a new turn does.
#[test]
fn a_death_ends_its_messages() {
    let host = Host::new();
    for restart in [Restart::NEVER, Restart::default()] {
        let options = LoadOptions::new().instance("one").restart(restart);
        let one = host.load_with(scripted_library("scripted"), options).unwrap();
        let mut turn = one.enter().unwrap();
        assert_eq!(try_in(&mut turn, &json!([{"return": 3}])).unwrap_err().code(), "rp::call::panic");
        let is_back = restart.attempts > 0;
        await_that(|| one.is_ready() == is_back, "it is not started again");
        assert_eq!(try_in(&mut turn, &json!([])).unwrap_err().code(), "rp::call::unavailable");
        // The thread is not held to a turn of what is gone.
        assert_eq!(try_run(&one, &json!([])).is_ok(), is_back);
        drop(turn);
        assert_eq!(one.enter().is_ok(), is_back);
        assert_eq!(host.unload("one").map_err(|error| error.code()), Ok(()));
    }
}

/// A panic that takes the turn along gives it back, also one of a sink of the embedder in the midst of a message.
#[test]
fn a_panic_ends_the_turn() {
    let traced = Host::builder().trace(|record| assert_ne!(record.message_type, "bad", "planned")).build();
    for (host, is_traced) in [(Host::new(), false), (traced, true)] {
        let one = start(&host, "one");
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut turn = one.enter().unwrap();
            run_in(&mut turn, json!([]));
            panic!("planned");
        }));
        assert!(panicked.is_err());
        let mut turn = one.enter().unwrap();
        let bad = AssertUnwindSafe(|| drop(turn.call(&Message::new("bad", "{}"), &mut Reply::new())));
        assert_eq!(catch_unwind(bad).is_err(), is_traced);
        assert_eq!(run_in(&mut turn, json!([{"cancelled": "own"}])), json!([0]), "the turn is still whole");
        drop(turn);
        one.unload().unwrap();
    }
}

/// An unload waits for a turn, whose messages are answered meanwhile; so does new code. One that does not end in time leaves the
/// instance as it was.
#[test]
fn an_end_waits_for_the_turn() {
    for replaces in [false, true] {
        let host = Host::new();
        let one = start(&host, "one");
        thread::scope(|scope| {
            let mut turn = one.enter().unwrap();
            let ending = scope.spawn(|| match replaces {
                true => host.replace("one", scripted_library("replacement")).map(drop),
                false => one.unload(),
            });
            await_that(|| !one.is_ready(), "nobody ends it");
            // As for every call in flight, id 0 tells of an unload.
            assert_eq!(run_in(&mut turn, json!([{"cancelled": "own"}, {"cancelled": 0}]))[0], json!(0));
            drop(turn);
            ending.join().unwrap().unwrap();
        });
        assert_eq!(one.is_ready(), replaces);
        assert_eq!(one.manifest().name, if replaces { "replacement" } else { "scripted" });
        assert_eq!(one.enter().is_ok(), replaces);
    }
    let host = Host::builder().wait_limit(Duration::from_millis(1)).build();
    let one = start(&host, "one");
    let mut turn = one.enter().unwrap();
    let late = thread::scope(|scope| scope.spawn(|| one.unload().unwrap_err()).join().unwrap());
    assert_eq!(late.code(), "rp::call::timeout", "{late}");
    assert_eq!(run_in(&mut turn, json!([{"cancelled": 0}])), json!([0]), "it stays loaded");
    drop(turn);
    one.unload().unwrap();
}

/// A host that ends while a turn is held cannot end that instance; the turn goes on, and nothing is freed under it.
#[test]
fn a_host_that_ends_first() {
    let host = Host::new();
    let (one, other) = (start(&host, "one"), start(&host, "other"));
    let mut turn = one.enter().unwrap();
    let errors = host.unload_all();
    assert_eq!(errors.iter().map(Error::code).collect::<Vec<_>>(), ["rp::call::own_turn"]);
    drop(host);
    assert!(!other.is_ready());
    assert_eq!(run_in(&mut turn, json!([])), json!([]));
    drop(turn);
    one.unload().unwrap();
    assert_eq!(one.enter().unwrap_err().code(), "rp::call::unavailable");
}

/// Whatever the host does with every message it does with those of a turn.
#[test]
fn every_message_is_seen() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&seen);
    let trace = move |record: &rp_host::TraceRecord<'_>| {
        taken.lock().unwrap().push((record.to.to_owned(), record.message_type.to_owned()));
    };
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let recording = Lines::default();
    let host = Host::builder().trace(trace).count_calls().metrics().record(recording.clone()).build();
    let one = start(&host, "one");
    let before = one.counters().unwrap().calls;
    let mut turn = one.enter().unwrap();
    for _ in 0..3 {
        assert_eq!(run_in(&mut turn, json!([{"cancelled": "own"}])), json!([0]));
    }
    assert!(turn.command::<_, Value>("nothing", &json!({})).is_err());
    let in_progress = host.metrics().unwrap().instances[0].calls_in_progress;
    assert_eq!(in_progress, 0, "a turn is no call");
    drop(turn);
    assert_eq!(one.counters().unwrap().calls - before, 4);
    let traced = seen.lock().unwrap().iter().filter(|(to, of)| (&**to, &**of) == ("one", "command")).count();
    assert_eq!(traced, 4);
    one.unload().unwrap();
    let text = String::from_utf8(recording.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains(r#""type":"command""#)).count(), 4, "{text}");
}

/// Typed calls in a turn, in this process and in one of its own.
#[test]
fn typed_in_a_turn() {
    let host = Host::builder().worker_program(env!("CARGO_BIN_EXE_rp")).build();
    for options in [LoadOptions::new(), LoadOptions::new().isolated(Isolation::default())] {
        let module = host.load_with(built("test-minimal"), options).unwrap();
        let mut turn = module.enter().unwrap();
        for count in 2..5 {
            let pong: Value = turn.command("ping", &json!({})).unwrap();
            assert_eq!(pong, json!({"reply": "pong", "messages": count}));
        }
        let error = turn.command::<_, Value>("nothing", &json!({})).unwrap_err();
        assert_eq!(error.code(), "rp::call::answered_error");
        drop(turn);
        module.unload().unwrap();
    }
}

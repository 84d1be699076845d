//! Calls that are awaited: their turns, their ends, and how few threads they need.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rp_host::{AsyncCall, CallOptions, CancelToken, Error, Host, Instance, Message, Request, ServiceError};
use rp_protocol::Query;
use serde_json::{Value, json};

use super::barrier::{Barrier, at};
use support::await_that;
use support::scripted::{request, run, start, start_concurrent};

/// The smallest runtime: the thread sleeps until it is woken.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// A call that has begun, and may have been answered already.
pub struct Begun {
    call: AsyncCall<Value>,
    answer: Option<Result<Value, Error>>,
}

pub fn begun(mut call: AsyncCall<Value>) -> Begun {
    let answer = match Pin::new(&mut call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    };
    Begun { call, answer }
}

impl Future for Begun {
    type Output = Result<Value, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => Pin::new(&mut self.call).poll(context),
        }
    }
}

fn steps(instance: &Instance, options: &CallOptions, steps: Value) -> AsyncCall<Value> {
    instance.with(options).command_async("run", &json!({"steps": steps}))
}

pub fn begin(instance: &Instance, what: Value) -> Begun {
    begun(steps(instance, &CallOptions::new(), what))
}

fn code(outcome: &Result<Value, Error>) -> &str {
    outcome.as_ref().map_or_else(Error::code, |_| "success")
}

/// A host of so many threads, whose service `order` notes what it is asked.
fn ordered(barrier: &Barrier, threads: usize) -> (Host, Arc<Mutex<Vec<u64>>>) {
    let order = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&order);
    let builder = Host::builder().call_threads(threads).service("order", {
        move |request: &Request<'_>, _: &mut Vec<u8>| {
            let number: Value = serde_json::from_str(request.payload).unwrap();
            noted.lock().unwrap().push(number["number"].as_u64().unwrap());
            Ok::<(), ServiceError>(())
        }
    });
    (barrier.host(builder), order)
}

fn note(number: u64) -> Value {
    json!([request("order", json!({"number": number}))])
}

#[cfg(target_os = "linux")]
fn threads_of_the_host() -> usize {
    let names = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = names.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "rp-calls").count()
}

/// A thousand calls wait for a busy instance without a thread of their own, and another instance is served meanwhile.
#[test]
fn a_call_that_is_begun_while_others_are_at_work_goes_beside_them() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(3));
    let concurrent = start_concurrent(&host, "concurrent");
    let names = ["first", "second", "third"];
    let held = names.map(|name| {
        let call = begin(&concurrent, json!([at(name)]));
        barrier.await_arrivals(name, 1);
        call
    });
    names.into_iter().for_each(|name| barrier.release(name));
    held.into_iter().for_each(|call| assert!(block_on(call).is_ok()));
}

#[test]
fn a_thousand_calls_and_two_threads() {
    let barrier = Barrier::default();
    let (host, order) = ordered(&barrier, 2);
    let (slow, other) = (start(&host, "slow"), start(&host, "other"));
    let first = begin(&slow, json!([at("work")]));
    barrier.await_arrivals("work", 1);
    let calls: Vec<_> = (0..1000).map(|number| begin(&slow, note(number))).collect();
    assert_eq!(code(&block_on(begin(&other, json!([])))), "success");
    #[cfg(target_os = "linux")]
    assert!(threads_of_the_host() <= 2, "{}", threads_of_the_host());
    assert!(order.lock().unwrap().is_empty());
    barrier.release("work");
    assert_eq!(code(&block_on(first)), "success");
    assert!(calls.into_iter().all(|call| block_on(call).is_ok()));
    assert!(order.lock().unwrap().iter().copied().eq(0..1000), "each in its turn");
}

#[test]
fn the_end_of_a_host_waits_for_whoever_is_told_of_a_call() {
    struct Slow {
        begun: std::sync::Barrier,
        is_told: AtomicBool,
    }
    impl Wake for Slow {
        fn wake(self: Arc<Self>) {
            self.begun.wait();
            thread::sleep(Duration::from_millis(100));
            self.is_told.store(true, Ordering::SeqCst);
        }
    }
    let slow = Arc::new(Slow { begun: std::sync::Barrier::new(2), is_told: AtomicBool::new(false) });
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instance = start(&host, "one");
    let mut call = steps(&instance, &CallOptions::new(), json!([at("work")]));
    let waker = Waker::from(Arc::clone(&slow));
    assert!(Pin::new(&mut call).poll(&mut Context::from_waker(&waker)).is_pending());
    barrier.await_arrivals("work", 1);
    barrier.release("work");
    slow.begun.wait();
    drop(host);
    assert!(slow.is_told.load(Ordering::SeqCst), "it is told after the end of the host");
}

/// It takes as long as the host waits.
#[test]
fn whoever_is_told_of_a_call_for_too_long_is_left_behind() {
    struct Stuck(std::sync::Barrier);
    impl Wake for Stuck {
        fn wake(self: Arc<Self>) {
            self.0.wait();
            self.0.wait();
        }
    }
    let stuck = Arc::new(Stuck(std::sync::Barrier::new(2)));
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&told);
    let builder = Host::builder().on_log(move |line| lines.lock().unwrap().push(line.text.to_owned()));
    let barrier = Barrier::default();
    let host = barrier.host(builder);
    let instance = start(&host, "one");
    let mut call = steps(&instance, &CallOptions::new(), json!([at("work")]));
    let waker = Waker::from(Arc::clone(&stuck));
    assert!(Pin::new(&mut call).poll(&mut Context::from_waker(&waker)).is_pending());
    barrier.await_arrivals("work", 1);
    barrier.release("work");
    stuck.0.wait();
    drop(host);
    stuck.0.wait();
    let told = told.lock().unwrap();
    assert!(told.iter().any(|text| text.contains("is still being told of it")), "{told:?}");
}

#[test]
fn dropping_it_cancels() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instance = start(&host, "one");
    let working = begin(&instance, json!([at("work"), {"until": "cancelled"}, at("told")]));
    barrier.await_arrivals("work", 1);
    let waiting = begin(&instance, json!([at("never reached")]));
    let last = begin(&instance, json!([]));
    drop(waiting);
    barrier.release("work");
    drop(working);
    barrier.await_arrivals("told", 1);
    barrier.release("told");
    assert_eq!(code(&block_on(last)), "success");
    assert_eq!(barrier.arrivals("never reached"), 0);
    // One that was never polled has never begun.
    drop(steps(&instance, &CallOptions::new(), json!([at("never reached")])));
    assert_eq!(run(&instance, json!([])), json!([]));
    assert_eq!(barrier.arrivals("never reached"), 0);
}

/// The only thread is inside the module all the while, so somebody else watches the time.
#[test]
fn deadlines_and_tokens_while_it_waits() {
    let barrier = Barrier::default();
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let traced = Arc::clone(&outcomes);
    let builder =
        Host::builder().call_threads(1).wait_limit(Duration::from_millis(60)).trace(move |record| {
            if record.message_type == "command" {
                traced.lock().unwrap().push(record.outcome.to_owned());
            }
        });
    let host = barrier.host(builder);
    let instance = start(&host, "one");
    let far = CallOptions::new().timeout(Duration::from_secs(3600));
    let working = begun(steps(&instance, &far, json!([at("work")])));
    barrier.await_arrivals("work", 1);
    let token = CancelToken::new();
    let cases = [
        (CallOptions::new().timeout(Duration::from_millis(30)), "rp::call::timeout"),
        (CallOptions::new(), "rp::call::timeout"),
        (CallOptions::new().deadline(Instant::now()), "rp::call::timeout"),
        (far.clone().cancel(&token), "rp::call::cancelled"),
    ];
    let begun_calls: Vec<_> = cases
        .iter()
        .map(|(options, _)| begun(steps(&instance, options, json!([at("never reached")]))))
        .collect();
    token.cancel();
    let late = steps(&instance, &far.clone().cancel(&token), json!([]));
    assert_eq!(code(&block_on(late)), "rp::call::cancelled", "cancelled before it began");
    for (call, (options, expected)) in begun_calls.into_iter().zip(&cases) {
        assert_eq!(code(&block_on(call)), *expected, "{options:?}");
    }
    barrier.release("work");
    assert_eq!(code(&block_on(working)), "success");
    assert_eq!(barrier.arrivals("never reached"), 0);
    let mut outcomes = outcomes.lock().unwrap().clone();
    outcomes.sort();
    let timeout = "rp::call::timeout";
    let expected = ["rp::call::cancelled", "rp::call::cancelled", timeout, timeout, timeout, "success"];
    assert_eq!(outcomes, expected, "the trace has them all");
}

/// A deadline and a token reach the handler of a call that is in work.
#[test]
fn deadlines_and_tokens_while_it_works() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let instance = start(&host, "one");
    let until = || json!([at("begun"), {"until": "cancelled"}, {"return": 4}]);
    barrier.release("begun");
    let soon = CallOptions::new().timeout(Duration::from_millis(30));
    assert_eq!(code(&block_on(steps(&instance, &soon, until()))), "rp::call::timeout");
    let token = CancelToken::new();
    let arrived = barrier.arrivals("begun");
    let call = begun(steps(&instance, &CallOptions::new().cancel(&token), until()));
    barrier.await_arrivals("begun", arrived + 1);
    token.cancel();
    assert_eq!(code(&block_on(call)), "rp::call::cancelled");
}

/// With a token that was used before, a call is never made, though threads look for calls and the instance is free.
#[test]
fn a_token_that_was_used_before() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(2));
    let instance = start(&host, "one");
    let token = CancelToken::new();
    token.cancel();
    let used = CallOptions::new().cancel(&token);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let call = begun(steps(&instance, &used, json!([at("never reached")])));
                    let answer = call.answer.expect("it is known at once");
                    assert_eq!(code(&answer), "rp::call::cancelled");
                }
            });
        }
    });
    assert_eq!(barrier.arrivals("never reached"), 0);
}

/// Whoever waits for an instance that is unloaded is told at once, though no thread is free for it.
#[test]
fn unloading_with_a_queue() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(1));
    let one = start(&host, "one");
    let working = begin(&one, json!([at("work")]));
    barrier.await_arrivals("work", 1);
    let calls: Vec<_> = (0..3).map(|_| begin(&one, json!([at("never reached")]))).collect();
    thread::scope(|scope| {
        let unloading = scope.spawn(|| one.unload());
        for call in calls {
            assert_eq!(code(&block_on(call)), "rp::call::unavailable");
        }
        assert!(!unloading.is_finished(), "the call in flight goes on");
        barrier.release("work");
        unloading.join().unwrap().unwrap();
    });
    assert_eq!(code(&block_on(working)), "success");
    let late = block_on(steps(&one, &CallOptions::new(), json!([])));
    assert_eq!(
        late.unwrap_err().to_string(),
        "one: command run: the instance is not available: it was unloaded"
    );
    assert_eq!(barrier.arrivals("never reached"), 0);
}

#[test]
fn dropping_the_host_with_a_queue() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(1));
    let (one, other) = (start(&host, "one"), start(&host, "other"));
    let working = begin(&one, json!([at("work")]));
    barrier.await_arrivals("work", 1);
    let calls = [begin(&one, json!([])), begin(&other, json!([]))];
    thread::scope(|scope| {
        scope.spawn(move || drop(host));
        for call in calls {
            assert_eq!(code(&block_on(call)), "rp::call::unavailable");
        }
        barrier.release("work");
    });
    assert_eq!(code(&block_on(working)), "success");
    assert_eq!(code(&block_on(steps(&other, &CallOptions::new(), json!([])))), "rp::call::unavailable");
}

/// The death of an instance answers whoever waits for it.
#[test]
fn a_panic_with_a_queue() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(1));
    let one = start(&host, "one");
    let dying = begin(&one, json!([at("work"), {"return": 3}]));
    barrier.await_arrivals("work", 1);
    let calls: Vec<_> = (0..3).map(|_| begin(&one, json!([at("never reached")]))).collect();
    barrier.release("work");
    assert_eq!(code(&block_on(dying)), "rp::call::panic");
    for call in calls {
        assert_eq!(code(&block_on(call)), "rp::call::unavailable");
    }
    assert_eq!(barrier.arrivals("never reached"), 0);
}

/// A queue and a thread that waits take turns: the thread comes second at the latest.
#[test]
fn a_thread_waits_for_one_queued_call_at_most() {
    // Whether the thread waits already cannot be seen; on a busy machine it takes longer until it does.
    let patience = [20, 40, 80, 160, 320, 640, 1280].map(Duration::from_millis);
    let places: Vec<usize> =
        patience.into_iter().map(place_of_a_thread).take_while(|place| *place > 1).collect();
    assert!(places.len() < patience.len(), "{places:?}");
}

/// How many of twenty queued calls come before that of a thread which began to wait that long before them.
fn place_of_a_thread(patience: Duration) -> usize {
    let barrier = Barrier::default();
    let (host, order) = ordered(&barrier, 2);
    let one = start(&host, "one");
    let working = begin(&one, json!([at("work")]));
    barrier.await_arrivals("work", 1);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| run(&one, note(99)));
        thread::sleep(patience);
        let calls: Vec<_> = (0..20).map(|number| begin(&one, note(number))).collect();
        barrier.release("work");
        waiting.join().unwrap();
        assert!(calls.into_iter().all(|call| block_on(call).is_ok()));
    });
    assert!(block_on(working).is_ok());
    let order = order.lock().unwrap();
    order.iter().position(|number| *number == 99).unwrap()
}

#[test]
fn a_concurrent_instance_is_served_by_all_threads() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().call_threads(3));
    let one = start_concurrent(&host, "one");
    let calls: Vec<_> = (0..9).map(|_| begin(&one, json!([at("work")]))).collect();
    barrier.await_arrivals("work", 3);
    await_that(|| barrier.arrivals("work") == 3, "more threads than there are");
    barrier.release("work");
    assert!(calls.into_iter().all(|call| block_on(call).is_ok()));
    assert_eq!(barrier.most_inside(), 3);
}

/// The other messages, and one of bytes: an error response is a response.
#[test]
fn the_siblings() {
    let host = Host::new();
    let one = start(&host, "one");
    let refused = block_on(one.query_async::<Value>(&Query { entity: "note".into(), ..Query::default() }));
    assert_eq!(refused.unwrap_err().code(), "rp::call::answered_error");
    let reply = block_on(one.call_async(&Message::new("weather", "{}"))).unwrap();
    let response: Value = serde_json::from_slice(reply.as_bytes()).unwrap();
    assert_eq!((&response["status"], &response["code"]), (&json!("error"), &json!("unknown_type")));
    let wrong = block_on(one.command_async::<_, u32>("run", &json!({"steps": []})));
    assert_eq!(wrong.unwrap_err().code(), "rp::call::unexpected_data");
}

//! Workers that are killed at any time: each call has one outcome, no event comes twice, and their order stays.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rp_host::{Instance, SandboxMode};
use serde_json::{Value, json};
use support::is_full;

use super::census::children;
use super::{Language, builder, in_a_process, options};

const CALLERS: u64 = 4;
/// With fewer kills the test says little.
const ENOUGH: usize = 5;

fn amount() -> u64 {
    if is_full() { 10_000 } else { 1_000 }
}

/// What the module logged, in order.
#[derive(Default)]
pub struct Received {
    pub calls: Vec<u64>,
    pub events: Vec<u64>,
}

impl Received {
    fn take(&mut self, line: &str) {
        let number = |text: &str| text.parse().unwrap();
        if let Some(n) = line.strip_prefix("call ") {
            self.calls.push(number(n));
        } else if let Some(n) = line.strip_prefix("event ") {
            self.events.push(number(n));
        }
    }
}

/// In a process of its own, all of whose children are workers.
#[test]
fn kills_lose_nothing_twice() {
    in_a_process(kills_lose_nothing_twice, call_and_kill);
}

fn call_and_kill() {
    let received = Arc::new(Mutex::new(Received::default()));
    let taken = Arc::clone(&received);
    let host = builder().on_log(move |line| taken.lock().unwrap().take(line.text)).build();
    let instance = host.load_with(Language::C.library(), options("faulty", SandboxMode::Required)).unwrap();
    let (answers, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (calls, kills) = thread::scope(|scope| {
        let killer = scope.spawn(|| kill_at_random(&answers, &is_over));
        let events = scope.spawn(|| {
            for n in 0..amount() {
                host.publish("tick", &json!({"n": n})).unwrap();
                thread::sleep(Duration::from_micros(fastrand::u64(0..500)));
            }
        });
        let calls = call_from_all_sides(&instance, &answers);
        events.join().unwrap();
        is_over.store(true, Ordering::Relaxed);
        (calls, killer.join().unwrap())
    });
    assert!(host.drain_events(Duration::from_secs(20)), "{:?}", host.pending_subscribers());
    let received = received.lock().unwrap();
    check(&received, &calls, kills, amount() as usize);
    let (answered, made) = (calls.answered.len(), calls.made);
    println!("{kills} kills, {answered} of {made} calls answered, {} events", received.events.len());
}

/// Kills at any time, also while a worker starts; but every other time not before a call was answered, since a machine under load
/// would never get that far.
fn kill_at_random(answers: &AtomicU64, is_over: &AtomicBool) -> usize {
    let (mut kills, mut seen) = (0, 0);
    let is_over = || is_over.load(Ordering::Relaxed);
    for round in 0.. {
        if is_over() && kills > ENOUGH {
            break;
        }
        while round % 2 == 0 && answers.load(Ordering::Relaxed) == seen && !is_over() {
            thread::sleep(Duration::from_millis(1));
        }
        seen = answers.load(Ordering::Relaxed);
        thread::sleep(Duration::from_micros(fastrand::u64(0..20_000)));
        for worker in children(std::process::id()) {
            // SAFETY: a signal to a child, which nobody but the host awaits; one that is gone is an error.
            kills += usize::from(unsafe { libc::kill(worker as i32, libc::SIGKILL) } == 0);
        }
    }
    kills
}

/// The calls that were made.
pub struct Calls {
    pub made: usize,
    /// The numbers of those that were answered. One that was not has an error that says why.
    pub answered: BTreeSet<u64>,
}

/// Calls until enough are made, one was answered and a kill has hit one: which call a kill hits is chance.
fn call_from_all_sides(instance: &Instance, answers: &AtomicU64) -> Calls {
    let (next, is_hit) = (AtomicU64::new(0), AtomicBool::new(false));
    let answered = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                loop {
                    let is_both = is_hit.load(Ordering::Relaxed) && answers.load(Ordering::Relaxed) > 0;
                    let most = if is_both { amount() } else { 100 * amount() };
                    if next.load(Ordering::Relaxed) >= most {
                        return;
                    }
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if is_answered(instance, n) {
                        answered.lock().unwrap().insert(n);
                        answers.fetch_add(1, Ordering::Relaxed);
                    } else {
                        is_hit.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    Calls { made: next.into_inner() as usize, answered: answered.into_inner().unwrap() }
}

fn is_answered(instance: &Instance, n: u64) -> bool {
    match instance.command::<_, Value>("count", &json!({"n": n})) {
        Ok(answer) => {
            assert_eq!(answer, json!({"n": n}), "the answer to another call");
            true
        }
        Err(error) => {
            let told = ["rp::call::crashed", "rp::call::worker_lost", "rp::call::unavailable"];
            assert!(told.contains(&error.code()), "{}: {error}", error.code());
            thread::sleep(Duration::from_millis(1));
            false
        }
    }
}

/// Judges what was received and answered of the calls, and of so many events.
pub fn check(received: &Received, calls: &Calls, kills: usize, events: usize) {
    let answered = &calls.answered;
    let came: BTreeSet<u64> = received.calls.iter().copied().collect();
    assert_eq!(came.len(), received.calls.len(), "a call reached the module twice");
    assert!(answered.is_subset(&came), "a call was answered that never came");
    assert!(kills > ENOUGH, "only {kills} kills");
    assert!(answered.len() < calls.made && !answered.is_empty(), "{} answers", answered.len());
    assert!(received.events.is_sorted_by(|one, next| one < next), "events twice or out of order");
    let lost = events - received.events.len();
    assert!(lost <= kills, "{lost} events were lost in {kills} kills");
}

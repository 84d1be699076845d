//! On which threads, and on how many at once.

use std::sync::Barrier;

use serde_json::json;

use crate::bench::Bench;
use crate::check::{Check, Rule};
use crate::form::Form;
use crate::instance::Instance;
use crate::outcome::{Stop, Verdict, ensure, fail, skip};
use crate::session;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "threads/handed-over",
        "An instance is called on one thread after the other",
        Rule::module(5, "The host makes one call at a time per instance, on any thread"),
        handed_over,
    ),
    Check::new(
        "threads/thread-ends",
        "An instance lives on when the thread that made it has ended",
        Rule::text("[instance] called on any thread, one call at a time per instance"),
        thread_ends,
    ),
    Check::new(
        "threads/many-instances",
        "Several instances work at once on several threads",
        Rule::plain(3, "different objects may be called at once"),
        many_instances,
    ),
    Check::new(
        "threads/concurrent",
        "With RP_CONCURRENT several threads call one instance at once",
        Rule::module(5, "with RP_CONCURRENT it may run handle_message on several threads at once."),
        concurrent,
    )
    .abi(),
    Check::new(
        "threads/small-stack",
        "256 KiB of stack are enough for every kind of message",
        Rule::module(5, "256 KiB of stack"),
        small_stack,
    ),
];

const THREADS: usize = 4;

/// The outcome of each kind of message. The commands of the module may change its state and answer differently the next
/// time: for those, all that counts is that there is an answer.
fn codes(instance: &Instance) -> Vec<(i32, bool)> {
    let lines = session::every_kind(instance);
    let ask = |(kind, payload): &session::Line| {
        let answer = instance.ask(kind, payload);
        let is_own = kind == "command" && !payload.contains(session::NOBODYS);
        let status = if is_own && answer.has_response() { 0 } else { answer.status };
        (status, answer.read().is_ok())
    };
    lines.iter().map(ask).collect()
}

fn handed_over(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let usual = codes(&instance);
    for _ in 0..bench.times(8, 100) {
        let found = std::thread::scope(|scope| scope.spawn(|| codes(&instance)).join().ok());
        ensure(found.as_ref() == Some(&usual), || "an instance answers otherwise on another thread".into())?;
    }
    Ok(())
}

fn thread_ends(bench: &Bench) -> Verdict {
    let made = std::thread::scope(|scope| scope.spawn(|| bench.ready()).join());
    let Ok(instance) = made else { return fail("the thread that made the instance panicked") };
    let instance = instance?;
    ensure(!codes(&instance).is_empty(), || "no answers".into())?;
    std::thread::scope(|scope| scope.spawn(move || instance.end()).join().ok());
    Ok(())
}

fn many_instances(bench: &Bench) -> Verdict {
    let usual = codes(&bench.ready()?);
    let barrier = Barrier::new(THREADS);
    let work = || {
        barrier.wait();
        for _ in 0..bench.times(5, 100) {
            let instance = bench.ready()?;
            let found = codes(&instance);
            ensure(found == usual, || "an instance answers otherwise while others work".into())?;
        }
        Ok(())
    };
    on_all(work)
}

/// Runs the same on all threads; the first verdict that is not a success counts.
fn on_all(work: impl Fn() -> Verdict + Sync) -> Verdict {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(&work)).collect();
        let verdicts = threads.into_iter().map(|thread| thread.join());
        // All threads are waited for before the first bad verdict counts.
        let verdicts: Vec<_> = verdicts
            .map(|verdict| verdict.unwrap_or_else(|_| fail("a thread of the check panicked")))
            .collect();
        verdicts.into_iter().find(Result::is_err).unwrap_or(Ok(()))
    })
}

fn concurrent(bench: &Bench) -> Verdict {
    match bench.form() {
        Form::Native => {}
        Form::Isolated => {
            return skip("an isolated instance is called here without the host that admits its calls");
        }
        Form::Sandboxed => return skip("a sandboxed instance has one stack, so one call at a time"),
    }
    if !bench.functions()?.is_concurrent() {
        return skip("the module is not concurrent");
    }
    let instance = bench.ready()?;
    let usual = codes(&instance);
    let barrier = Barrier::new(THREADS);
    on_all(|| {
        barrier.wait();
        for _ in 0..bench.times(50, 1000) {
            let found = codes(&instance);
            ensure(found == usual, || "an instance answers otherwise while it is called at once".into())?;
        }
        Ok(())
    })
}

/// What the suite itself needs on top of the 256 KiB: its own frames, and those of the thread's start.
const OWN_STACK: usize = 96 << 10;

fn small_stack(bench: &Bench) -> Verdict {
    if bench.form() == Form::Isolated {
        return skip("an isolated module runs on the stacks of its worker");
    }
    let instance = bench.ready()?;
    let deep = format!("{}{}", r#"{"a":"#.repeat(100), "1") + &"}".repeat(100);
    let lines = session::every_kind(&instance);
    let work = || {
        for (kind, payload) in &lines {
            instance.ask(kind, payload);
        }
        instance.ask("command", &json!({"name": session::NOBODYS}).to_string());
        instance.ask("event", &deep);
    };
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().stack_size((256 << 10) + OWN_STACK).spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => fail("a thread of the check panicked"),
            Err(error) => Err(Stop::Unstarted(format!("no thread of that size: {error}"))),
        }
    })
}

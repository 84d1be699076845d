//! What the module asks of its host, and how it handles the answers.

use rp_host::abi::{RP_ERR_NO_MEMORY, RP_ERR_PANIC};

use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::check_host::{Behaviour, CheckHost, HostCall, Stage, Wrong};
use crate::instance::{Answer, Instance};
use crate::outcome::{Stop, Verdict, ensure, fail, skip};
use crate::session;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "host-calls/denied",
        "A module whose requests are denied answers all the same",
        Rule::text("Each needs a grant from the operator, who runs the host; without it the answer is an error with code denied."),
        denied,
    )
    .abi(),
    Check::new(
        "host-calls/no-memory",
        "A module whose requests run out of memory answers all the same",
        Rule::text("RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY or RP_ERR_CANCELLED without; never RP_ERR_PANIC."),
        no_memory,
    )
    .abi(),
    Check::new(
        "host-calls/unknown-status",
        "A status that the module does not know is taken for one without a response",
        Rule::text("Every other value, negative and unknown ones included, means that it holds none"),
        unknown_status,
    )
    .abi(),
    Check::new(
        "host-calls/panicked",
        "The panic of another module is an error like any other",
        Rule::module(4, "when another module panics, the sender gets an error response with code panic."),
        panicked,
    )
    .abi(),
    Check::new(
        "host-calls/reentrant",
        "A request that would wait for itself is refused, and the module goes on",
        Rule::module(5, "A send that would have to wait for itself, directly or through others, fails with code reentrant"),
        reentrant,
    )
    .abi(),
    Check::new(
        "host-calls/cancelled",
        "A module whose message is cancelled stops or answers, and works on",
        Rule::module(7, "The host still accepts an answer given after cancellation."),
        cancelled,
    )
    .abi(),
    Check::new(
        "host-calls/clock",
        "A clock that stands, jumps or runs backwards is borne",
        Rule::text("returns microseconds since 1970-01-01 00:00 UTC"),
        clock,
    )
    .abi(),
    Check::new(
        "host-calls/newer-host",
        "A host with more functions is used like any other, and not written to",
        Rule::text("one that a later version adds at the end is there only if RP_HAS says so."),
        newer_host,
    )
    .forms(Forms::LOADERS_STRUCTS)
    .abi(),
    Check::new(
        "host-calls/pointer",
        "Every call of the host gets the pointer that create got",
        Rule::module(11, "never with another instance's."),
        pointer,
    )
    .forms(Forms::LOADERS_POINTERS)
    .abi(),
    Check::new(
        "host-calls/message",
        "Messages that the module sends are whole: size, flags and id, text, one JSON object",
        Rule::text("Identifies the message within its host; 0 in a message that a module sends."),
        message,
    )
    .abi(),
    Check::new(
        "host-calls/not-in-reply",
        "The text of a message that the module sends does not lie in the reply for its answer",
        Rule::module(2, "Neither side passes text that lies inside the reply of the same call."),
        not_in_reply,
    )
    .abi(),
    Check::new(
        "host-calls/cause",
        "A message is sent in the service of one that is being answered, or of none",
        Rule::module(5, "When a thread sends on behalf of a message, set cause to that message's id, which is valid until its handle_message returns"),
        cause,
    )
    .abi(),
    Check::new(
        "host-calls/log",
        "Lines of log are UTF-8 without a NUL, of a known level",
        Rule::text("text owned by the caller; borrowed until this call returns; UTF-8 without a NUL; never NULL"),
        log,
    )
    .abi(),
];

/// Sends every kind of message to an instance whose host behaves this way.
fn under(bench: &Bench, behaviour: Behaviour) -> Result<(Instance, Vec<Answer>), Stop> {
    let instance = bench.ready()?;
    let lines = session::every_kind(&instance);
    instance.host.set_behaviour(behaviour);
    let answers: Vec<_> = lines.iter().map(|(kind, payload)| instance.ask(kind, payload)).collect();
    Ok((instance, answers))
}

/// The module came through, called the function meanwhile, and behaves as usual again afterwards.
fn got_through(bench: &Bench, function: &str, behaviour: Behaviour) -> Verdict {
    let (_, usual) = under(bench, Behaviour::Usual)?;
    let (instance, answers) = under(bench, behaviour)?;
    let is_whole = |answer: &Answer| !answer.has_response() || answer.read().is_ok();
    for (usual, answer) in usual.iter().zip(&answers) {
        ensure(answer.status != RP_ERR_PANIC, || format!("the module panicked over {}", answer.asked))?;
        // What is malformed anyway is another check's business.
        ensure(is_whole(answer) || !is_whole(usual), || {
            format!(
                "{} is answered with what is no response: {}",
                answer.asked,
                crate::journal::shown(&answer.bytes)
            )
        })?;
    }
    needs_call(&instance, function)?;
    instance.host.set_behaviour(Behaviour::Usual);
    instance.ask(session::NOBODYS, "{}").response()?;
    instance.end();
    Ok(())
}

/// Without such a call there is nothing to judge.
fn needs_call(instance: &Instance, function: &str) -> Verdict {
    let was_called = instance.host.calls().iter().any(|call| call.function == function);
    if was_called { Ok(()) } else { skip(format!("the module never called {function}")) }
}

fn denied(bench: &Bench) -> Verdict {
    got_through(bench, "send", Behaviour::Error("denied"))
}

fn no_memory(bench: &Bench) -> Verdict {
    got_through(bench, "send", Behaviour::Status(RP_ERR_NO_MEMORY))
}

fn unknown_status(bench: &Bench) -> Verdict {
    got_through(bench, "send", Behaviour::Status(-7))?;
    got_through(bench, "send", Behaviour::Status(9999))
}

fn panicked(bench: &Bench) -> Verdict {
    got_through(bench, "send", Behaviour::Error("panic"))
}

fn reentrant(bench: &Bench) -> Verdict {
    got_through(bench, "send", Behaviour::Error("reentrant"))
}

fn cancelled(bench: &Bench) -> Verdict {
    match got_through(bench, "cancelled", Behaviour::Cancelled) {
        Err(Stop::Skip(_)) => got_through(bench, "send", Behaviour::Cancelled),
        other => other,
    }
}

fn clock(bench: &Bench) -> Verdict {
    for time in [0, -1, i64::MIN, i64::MAX] {
        got_through(bench, "now_us", Behaviour::Clock(time))?;
    }
    Ok(())
}

fn newer_host(bench: &Bench) -> Verdict {
    let instance = bench.create_with(CheckHost::new(true))?;
    let host = instance.host;
    session::whole_life(instance, &bench.init_payload());
    ensure(host.is_untouched(), || "rp_host, or what lies behind it, was written to".into())
}

/// The calls of two lives at once, those during create, init and shutdown included.
fn all_calls(bench: &Bench) -> Result<Vec<HostCall>, Stop> {
    let (one, other) = (bench.ready()?, bench.ready()?);
    let (first, second) = (one.host, other.host);
    for instance in [&one, &other] {
        for (kind, payload) in session::every_kind(instance) {
            instance.ask(&kind, &payload);
        }
    }
    one.end();
    other.end();
    let mut calls = first.calls();
    calls.extend(second.calls());
    if calls.is_empty() { skip("the module never called the host") } else { Ok(calls) }
}

fn pointer(bench: &Bench) -> Verdict {
    match all_calls(bench)?.iter().find(|call| call.wrong == Some(Wrong::Pointer)) {
        Some(call) => fail(format!("{} was called with another host pointer than create got", call.function)),
        None => Ok(()),
    }
}

/// The calls of one function; a skip where there are none.
fn calls_of(bench: &Bench, function: &str) -> Result<Vec<HostCall>, Stop> {
    let mut calls = all_calls(bench)?;
    calls.retain(|call| call.function == function);
    if calls.is_empty() { skip(format!("the module never called {function}")) } else { Ok(calls) }
}

fn message(bench: &Bench) -> Verdict {
    for call in calls_of(bench, "send")? {
        if let Some(Wrong::Message(text)) = call.wrong {
            return fail(format!("a message that the module sent is malformed: {text}"));
        }
    }
    Ok(())
}

fn not_in_reply(bench: &Bench) -> Verdict {
    let is_inside = calls_of(bench, "send")?.iter().any(|call| call.wrong == Some(Wrong::InReply));
    ensure(!is_inside, || {
        "the text of a message that the module sent lies in the reply of the same call".into()
    })
}

fn cause(bench: &Bench) -> Verdict {
    for call in calls_of(bench, "send")? {
        let is_known = call.id == 0 || call.in_flight.contains(&call.id);
        ensure(is_known || call.stage > Stage::Active, || {
            format!("a message was sent with the cause {}; in work were {:?}", call.id, call.in_flight)
        })?;
    }
    Ok(())
}

fn log(bench: &Bench) -> Verdict {
    for call in calls_of(bench, "write_log")? {
        if let Some(Wrong::Log(text)) = call.wrong {
            return fail(format!("a line of log is malformed: {text}"));
        }
    }
    Ok(())
}

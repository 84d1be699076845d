//! Where and how the response is written.

use core::ffi::CStr;

use rp_host::abi::RP_ERR_NO_MEMORY;

use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::instance::{Answer, Ask, Instance};
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, skip, warn};
use crate::probe::{self, Growth, Misuse};
use crate::session;
use crate::subject::Functions;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "replies/appends",
        "The response goes behind what the reply already holds",
        Rule::module(1, "Never lower len below its value on entry."),
        appends,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/within",
        "Nothing is written outside the reply's buffer",
        Rule::module(1, "To answer, write at data + len, raise len, and call grow when there is no room; touch nothing else."),
        within,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/fields",
        "data, capacity, grow and context stay the owner's",
        Rule::module(1, "After the call the owner compares data, capacity, grow and context with a copy of its own"),
        fields,
    )
    .abi(),
    Check::new(
        "replies/len",
        "len never lies past the capacity",
        Rule::module(1, "requires old len <= len <= capacity"),
        len,
    )
    .abi(),
    Check::new(
        "replies/grow-fails",
        "When grow fails, at whichever call, RP_ERR_NO_MEMORY or a shorter answer comes back, and the instance works on",
        Rule::module(8, "After RP_ERR_NO_MEMORY the instance must stay usable."),
        grow_fails,
    )
    .abi(),
    Check::new(
        "replies/grow-moves",
        "The answer is the same when grow moves the data each time",
        Rule::module(1, "may move data"),
        grow_moves,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/grow-exactly",
        "The answer is the same when grow gives not one byte more than it is asked for",
        Rule::text("RP_OK: capacity - len >= additional, and data may have moved"),
        grow_exactly,
    )
    .abi(),
    Check::new(
        "replies/grow-one-more",
        "The answer is the same when grow gives one byte more than it is asked for",
        Rule::text("bytes wanted past len"),
        grow_one_more,
    )
    .abi(),
    Check::new(
        "replies/limit",
        "A reply that may not hold the answer gets a shorter one or none, never a part of it",
        Rule::text("out of memory, or the reply reached its owner's limit."),
        limit,
    )
    .abi(),
    Check::new(
        "replies/null-data",
        "A reply without memory, whose data is NULL, is filled like any other",
        Rule::text("May be NULL while capacity is 0."),
        null_data,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/larger-struct",
        "A reply of a newer host, with more fields, is filled like any other",
        Rule::text("sizeof(rp_reply) when its owner was compiled; read nothing beyond it (RP_HAS)."),
        larger_struct,
    )
    .forms(Forms::LOADERS_STRUCTS)
    .abi(),
    Check::new(
        "replies/as-passed",
        "grow and send get the reply that was passed, not a copy",
        Rule::module(11, "never with a copy of rp_host or rp_reply"),
        as_passed,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/not-kept",
        "A reply is not used any more after its call",
        Rule::text("append the response to it before this call returns."),
        not_kept,
    )
    .forms(Forms::LOADERS_REPLY)
    .abi(),
    Check::new(
        "replies/plain-own",
        "Each answer of a plain module is a text of its own, which others leave alone",
        Rule::plain(0, "owned by the module, valid until free_string gets it. NULL: an error without a response"),
        plain_own,
    )
    .forms(Forms::LOADER_FREES)
    .plain(),
    Check::new(
        "replies/plain-null",
        "free_string bears NULL",
        Rule::plain(0, "gone when this call returns; NULL does nothing"),
        plain_null,
    )
    .forms(Forms::LOADER_FREES)
    .plain(),
    Check::new(
        "replies/plain-frees",
        "free_string gives back what handle_message took",
        Rule::plain(2, "the host copies it, then passes it to free_string and to nothing else."),
        plain_frees,
    )
    .forms(Forms::OWN_MEMORY)
    .plain(),
];

/// Sends every kind of message with such a reply.
fn answers(bench: &Bench, growth: &Growth) -> Result<Vec<Answer>, Stop> {
    let instance = bench.ready()?;
    let lines = session::every_kind(&instance);
    lines.iter().map(|(kind, payload)| put(&instance, kind, payload, growth)).collect()
}

fn put(instance: &Instance, kind: &str, payload: &str, growth: &Growth) -> Result<Answer, Stop> {
    instance.put(&Ask { growth: growth.clone(), ..Ask::new(kind, payload) })
}

/// Fails if one of the answers shows a misuse of the given kind.
fn without(answers: &[Answer], is_wrong: impl Fn(Misuse) -> bool) -> Verdict {
    for answer in answers {
        if let Some(misuse) = answer.misuses.iter().find(|misuse| is_wrong(**misuse)) {
            return fail(format!("{misuse}, over {}", answer.asked));
        }
    }
    Ok(())
}

fn filled() -> Growth {
    Growth { prefix: b"what was here before: \xff\x00\xfe".to_vec(), room: 3, ..Growth::default() }
}

fn appends(bench: &Bench) -> Verdict {
    let answers = answers(bench, &filled())?;
    without(&answers, |misuse| matches!(misuse, Misuse::LenFell | Misuse::Prefix))
}

fn within(bench: &Bench) -> Verdict {
    for growth in [Growth::default(), filled(), Growth { extra: 0, ..Growth::default() }] {
        without(&answers(bench, &growth)?, |misuse| misuse == Misuse::Outside)?;
    }
    Ok(())
}

fn fields(bench: &Bench) -> Verdict {
    for growth in [Growth::default(), filled(), Growth { room: 1 << 16, ..Growth::default() }] {
        without(&answers(bench, &growth)?, |misuse| matches!(misuse, Misuse::Field(_)))?;
    }
    Ok(())
}

fn len(bench: &Bench) -> Verdict {
    for growth in [Growth::default(), Growth { room: 20, ..Growth::default() }, filled()] {
        without(&answers(bench, &growth)?, |misuse| misuse == Misuse::LenPastCapacity)?;
    }
    Ok(())
}

/// Makes grow fail at each of its calls in turn, for each kind of message.
fn grow_fails(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for (kind, payload) in session::every_kind(&instance) {
        let is_asked = |at: &usize| *at < bench.less(200, 5) || at.is_power_of_two();
        for fails_at in (1..200).filter(is_asked) {
            let growth = Growth { fails_at: Some(fails_at), extra: 0, ..Growth::default() };
            let answer = put(&instance, &kind, &payload, &growth)?;
            if answer.failed_grows == 0 {
                break;
            }
            whole_or_nothing(&answer)?;
            ensure(instance.put(&bench.describe())?.has_response(), || {
                format!("after grow failed over {}, describe is not answered", answer.asked)
            })?;
        }
    }
    Ok(())
}

/// After grow failed: RP_ERR_NO_MEMORY, or a complete response.
fn whole_or_nothing(answer: &Answer) -> Verdict {
    if answer.status == RP_ERR_NO_MEMORY || answer.status == rp_host::abi::RP_ERR_CANCELLED {
        return Ok(());
    }
    if !answer.has_response() {
        return fail(format!("grow failed over {}, and the status was {}", answer.asked, answer.status));
    }
    let read = answer.read().map(drop);
    read.or_else(|fault| {
        let bytes = crate::journal::shown(&answer.bytes);
        fail(format!(
            "grow failed over {}, and what was answered is no response ({fault}): {bytes}",
            answer.asked
        ))
    })
}

/// The same messages with the usual reply and with another.
fn same_answer(bench: &Bench, growth: &Growth) -> Verdict {
    let (usual, other) = (answers(bench, &Growth::default())?, answers(bench, growth)?);
    for (usual, other) in usual.iter().zip(&other) {
        let is_alike = usual.status == other.status && usual.read().is_ok() == other.read().is_ok();
        // Two instances may differ in a number or a time, but not in how long such an answer is.
        let is_as_long = usual.bytes.len().abs_diff(other.bytes.len()) < 64;
        ensure(is_alike && is_as_long, || {
            let (one, two) = (crate::journal::shown(&usual.bytes), crate::journal::shown(&other.bytes));
            format!("{} is answered {one}\nand with another reply {two}", usual.asked)
        })?;
    }
    Ok(())
}

fn grow_moves(bench: &Bench) -> Verdict {
    same_answer(bench, &Growth { moves: true, extra: 0, ..Growth::default() })
}

fn grow_exactly(bench: &Bench) -> Verdict {
    same_answer(bench, &Growth { extra: 0, ..Growth::default() })
}

fn grow_one_more(bench: &Bench) -> Verdict {
    same_answer(bench, &Growth { extra: 1, ..Growth::default() })
}

fn limit(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for limit in [0, 1, 16, 40, 64, 100] {
        for (kind, payload) in session::every_kind(&instance) {
            let answer = put(&instance, &kind, &payload, &Growth { limit, ..Growth::default() })?;
            if answer.failed_grows > 0 {
                whole_or_nothing(&answer)?;
            }
        }
    }
    Ok(())
}

fn null_data(bench: &Bench) -> Verdict {
    same_answer(bench, &Growth { starts_null: true, ..Growth::default() })
}

fn larger_struct(bench: &Bench) -> Verdict {
    let growth = Growth { is_newer: true, ..Growth::default() };
    without(&answers(bench, &growth)?, |misuse| misuse == Misuse::Trailer)?;
    same_answer(bench, &growth)
}

fn as_passed(bench: &Bench) -> Verdict {
    let answers = answers(bench, &Growth::default())?;
    without(&answers, |misuse| misuse == Misuse::Copy)?;
    let asks = answers.iter().map(|answer| answer.grow_calls).max().unwrap_or(0);
    if asks > 1000 {
        warn(format!("one answer asked grow {asks} times; ask once for all of it"))
    } else {
        Ok(())
    }
}

fn not_kept(bench: &Bench) -> Verdict {
    session::whole_life(bench.create()?, &bench.init_payload());
    std::thread::sleep(std::time::Duration::from_millis(20));
    ensure(!probe::was_used_late(), || "grow of a reply was called after its call had returned".into())
}

fn plain_own(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let (Functions::Plain(plain), state) = instance.raw() else { return skip("it has a table") };
    let first_payload = c"{\"name\":\"rp_check_first\"}";
    // SAFETY: the state is alive, the texts end with NUL; each answer is read before it is freed, which is once.
    unsafe {
        let first = (plain.handle_message)(state, c"command".as_ptr(), first_payload.as_ptr());
        if first.is_null() {
            return blocked("a message was answered with NULL; see messages/not-null");
        }
        let before = CStr::from_ptr(first).to_bytes().to_vec();
        let second = (plain.handle_message)(state, c"rp_check_second".as_ptr(), c"{}".as_ptr());
        let after = CStr::from_ptr(first).to_bytes().to_vec();
        if first == second {
            return fail("two answers lie at the same place");
        }
        (plain.free_string)(first);
        (plain.free_string)(second);
        ensure(before == after, || "the second answer changed the first one".into())
    }
}

fn plain_null(bench: &Bench) -> Verdict {
    let Functions::Plain(plain) = bench.functions()? else { return skip("it has a table") };
    // SAFETY: rp_plain.h: NULL does nothing.
    unsafe { (plain.free_string)(core::ptr::null_mut()) };
    Ok(())
}

fn plain_frees(bench: &Bench) -> Verdict {
    let Some(heap) = crate::interpose::Interposed::install(bench.library()?)? else {
        return skip("the module calls no malloc");
    };
    let instance = bench.ready()?;
    let ask = || {
        for _ in 0..50 {
            instance.ask(session::NOBODYS, "{}");
        }
    };
    ask();
    let before = heap.live();
    ask();
    let kept = heap.live().saturating_sub(before);
    ensure(kept < 25, || format!("50 answers, freed, left {kept} blocks of memory behind"))
}

//! What goes wrong around a module, and what it does then.

use core::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rp_host::abi::{RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_OK};
use serde_json::json;

use super::random_session::random_session;
use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::check_host::CheckHost;
use crate::instance::Instance;
use crate::interpose::Interposed;
use crate::os::{self, Ended};
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, skip};
use crate::probe::{Growth, Probe};
use crate::session;
use crate::subject::Functions;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "faults/malloc-in-message",
        "When malloc fails, at whichever call, the message gets no crash and no half answer, and nothing leaks",
        Rule::text("RP_ERR_NO_MEMORY, RP_ERR_PANIC or RP_ERR_CANCELLED without"),
        malloc_in_message,
    )
    .forms(Forms::OWN_MEMORY),
    Check::new(
        "faults/malloc-in-create",
        "When malloc fails in create, at whichever call, it returns NULL or a working instance, and nothing leaks",
        Rule::text("NULL: it could not be made"),
        malloc_in_create,
    )
    .forms(Forms::OWN_MEMORY),
    Check::new(
        "faults/null-message",
        "A NULL message is answered with an error",
        Rule::module(3, "a module may still answer NULL with an error rather than crash."),
        null_message,
    )
    .forms(Forms::LOADERS_POINTERS)
    .abi()
    .advice(),
    Check::new(
        "faults/null-instance",
        "A NULL instance is answered with an error, and destroyed without effect",
        Rule::module(3, "Message, reply, host and instance are never NULL"),
        null_instance,
    )
    .forms(Forms::LOADERS_POINTERS)
    .abi()
    .advice(),
    Check::new(
        "faults/null-reply",
        "A NULL reply is answered with a status that says that there is no response",
        Rule::module(3, "a module may still answer NULL"),
        null_reply,
    )
    .forms(Forms::LOADERS_POINTERS)
    .abi()
    .advice(),
    Check::new(
        "faults/null-host",
        "create with a NULL host does not crash",
        Rule::text("owned by the host, valid for the life of the process."),
        null_host,
    )
    .forms(Forms::LOADERS_POINTERS)
    .abi()
    .advice(),
    Check::new(
        "faults/plain-null",
        "A plain module bears NULL in the place of its object, a type or a payload",
        Rule::plain(0, "owned by the host, borrowed until this call returns"),
        plain_null,
    )
    .forms(Forms::LOADERS_POINTERS)
    .plain()
    .advice(),
    Check::new(
        "faults/no-exit",
        "The module never ends the process",
        Rule::module(4, "Never call exit or abort"),
        no_exit,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "faults/no-fork",
        "The module never copies the process",
        Rule::module(4, "Never call exit or abort, and never fork."),
        no_fork,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "faults/no-panic",
        "No payload makes the module panic",
        Rule::text(
            "Status without a response: the module panicked or threw. Its instance is not called again.",
        ),
        no_panic,
    )
    .abi(),
    Check::new(
        "faults/after-errors",
        "After a hundred errors of each kind the instance still answers",
        Rule::module(4, "Nothing unwinds. Let no panic, exception or longjmp leave a function."),
        after_errors,
    ),
    Check::new(
        "faults/random-session",
        "Sessions of random messages are answered by the rules",
        Rule::text(
            "returns RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_PANIC or RP_ERR_CANCELLED without",
        ),
        random_session,
    ),
];

/// The most allocations of one call that are made to fail in turn.
const ALLOCATIONS: usize = 300;

/// Rust ends the process when memory runs out; no rule can be checked there.
fn interposed(bench: &Bench) -> Result<Interposed, Stop> {
    let bytes = std::fs::read(&bench.file).unwrap_or_default();
    // Rust's standard library reads this variable when it panics, so its name is in every module that has it.
    if memchr::memmem::find(&bytes, b"RUST_BACKTRACE").is_some() {
        return skip("a Rust module ends the process when memory runs out");
    }
    if os::cannot_throw_without_memory(&bytes) {
        return skip("MinGW's C++ runtime cannot throw when memory runs out");
    }
    // C++ answers a malloc that fails with an exception, and ASan's runtime looks for what throws it when the program
    // starts: in ours, which is not in C++, it finds nothing and ends the process.
    if cfg!(rp_sanitized) && memchr::memmem::find(&bytes, b"__gxx_personality").is_some() {
        return skip("under AddressSanitizer no module in C++ can throw in a program that is not in C++");
    }
    match Interposed::install(bench.library()?)? {
        Some(heap) => Ok(heap),
        None => skip("the module calls no malloc"),
    }
}

fn malloc_in_message(bench: &Bench) -> Verdict {
    let heap = interposed(bench)?;
    let instance = bench.ready()?;
    let lines = session::every_kind(&instance);
    let before = heap.live();
    for (kind, payload) in &lines {
        // The first answer may allocate something for good.
        instance.ask(kind, payload);
        for fails_at in 1..ALLOCATIONS {
            heap.arm(fails_at);
            let answer = instance.ask(kind, payload);
            let has_failed = heap.disarm();
            if !has_failed {
                break;
            }
            let is_whole = if answer.has_response() {
                answer.read().is_ok()
            } else {
                answer.bytes.is_empty() || !bench.is_plain()
            };
            ensure(answer.status != RP_ERR_PANIC && is_whole, || {
                format!(
                    "malloc failed at call {fails_at} over {}, and the status was {} with {}",
                    answer.asked,
                    answer.status,
                    crate::journal::shown(&answer.bytes)
                )
            })?;
        }
    }
    ensure(instance.ask(session::NOBODYS, "{}").has_response(), || {
        "after malloc failed the instance does not answer any more".into()
    })?;
    instance.end();
    let kept = heap.live().saturating_sub(before);
    ensure(kept < 3, || format!("where malloc failed, {kept} blocks of memory were left behind"))
}

fn malloc_in_create(bench: &Bench) -> Verdict {
    let heap = interposed(bench)?;
    let functions = bench.functions()?;
    session::whole_life(bench.create()?, &bench.init_payload());
    let before = heap.live();
    for fails_at in 1..ALLOCATIONS {
        heap.arm(fails_at);
        let instance = Instance::create(functions, CheckHost::new(false));
        let has_failed = heap.disarm();
        if let Some(instance) = instance {
            let answer = instance.init(&bench.init_payload());
            ensure(answer.has_response() || answer.status == RP_ERR_NO_MEMORY, || {
                format!(
                    "an instance that was made while malloc failed answers init with status {}",
                    answer.status
                )
            })?;
        }
        let kept = heap.live().saturating_sub(before);
        ensure(kept == 0, || {
            format!("malloc failed at call {fails_at} of create, and {kept} blocks were left behind")
        })?;
        if !has_failed {
            break;
        }
    }
    Ok(())
}

/// Status and bytes of a raw call of handle_message on a reply of the suite.
fn raw(instance: &Instance, message: bool, state: bool) -> Result<(i32, Vec<u8>), Stop> {
    let (Functions::Abi(table), own) = instance.raw() else { return skip("it is a plain module") };
    let text = |text: &'static str| rp_host::abi::rp_str { data: text.as_ptr().cast(), len: text.len() };
    let describe = rp_host::abi::rp_message {
        struct_size: size_of::<rp_host::abi::rp_message>() as u32,
        flags: 0,
        id: 1,
        cause: 0,
        r#type: text("describe"),
        payload: text("{}"),
    };
    let mut probe = Probe::new(Growth::default());
    let message = if message { &raw const describe } else { null_mut() };
    // SAFETY: NULL is the point; what is not NULL keeps rules 1 and 2.
    let status =
        unsafe { (table.handle_message)(if state { own } else { null_mut() }, message, probe.as_ptr()) };
    let bytes = probe.close();
    probe.retire();
    Ok((status, bytes))
}

fn is_refusal(found: (i32, Vec<u8>), what: &str) -> Verdict {
    ensure(found.0 != RP_OK, || {
        format!("{what} was answered with success: {}", crate::journal::shown(&found.1))
    })
}

fn null_message(bench: &Bench) -> Verdict {
    is_refusal(raw(&bench.ready()?, false, true)?, "a NULL message")
}

fn null_instance(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    is_refusal(raw(&instance, true, false)?, "a NULL instance")?;
    if let (Functions::Abi(table), _) = instance.raw() {
        // SAFETY: NULL is the point.
        unsafe { (table.destroy)(null_mut()) };
    }
    Ok(())
}

fn null_reply(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let (Functions::Abi(table), state) = instance.raw() else { return skip("it is a plain module") };
    let text = |text: &'static str| rp_host::abi::rp_str { data: text.as_ptr().cast(), len: text.len() };
    let size = size_of::<rp_host::abi::rp_message>() as u32;
    let message = rp_host::abi::rp_message {
        struct_size: size,
        flags: 0,
        id: 1,
        cause: 0,
        r#type: text("describe"),
        payload: text("{}"),
    };
    // SAFETY: NULL is the point; the message keeps rule 2.
    let status = unsafe { (table.handle_message)(state, &message, null_mut()) };
    ensure(!(0..=1).contains(&status), || {
        format!("a NULL reply was answered with status {status}, which has a response")
    })
}

fn null_host(bench: &Bench) -> Verdict {
    let Functions::Abi(table) = bench.functions()? else { return skip("it is a plain module") };
    // SAFETY: NULL is the point; an instance that comes of it is destroyed at once.
    unsafe {
        let state = (table.create)(core::ptr::null());
        if !state.is_null() {
            (table.destroy)(state);
        }
    }
    Ok(())
}

fn plain_null(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let (Functions::Plain(plain), state) = instance.raw() else { return skip("it has a table") };
    let (kind, payload) = (c"describe".as_ptr(), c"{}".as_ptr());
    for (state, kind, payload) in
        [(null_mut(), kind, payload), (state, core::ptr::null(), payload), (state, kind, core::ptr::null())]
    {
        // SAFETY: NULL is the point; what comes back is freed once.
        let answer = unsafe { crate::instance::taken((plain.handle_message)(state, kind, payload), &plain) };
        let is_success = answer.is_some_and(|text| text.starts_with(br#"{"status":"success""#));
        ensure(!is_success, || "NULL was answered with success".into())?;
    }
    // SAFETY: NULL is the point.
    unsafe { (plain.destroy_module)(null_mut()) };
    Ok(())
}

/// Good and bad messages of every kind, one instance after the other.
fn provoke(bench: &Bench) -> Verdict {
    for payload in ["{}", "[]", "{", "", "null", r#"{"name":7}"#, r#"{"entity":{}}"#, r#"{"event":[]}"#] {
        let instance = bench.ready()?;
        for kind in ["command", "query", "mutation", "event", "describe", "init", session::NOBODYS] {
            instance.ask(kind, payload);
        }
        instance.end();
    }
    session::whole_life(bench.create()?, &bench.init_payload());
    Ok(())
}

fn no_exit(bench: &Bench) -> Verdict {
    // In a copy, so that a module that ends the process is told from one that crashes it; and loaded there, since a
    // library may start threads when it is loaded, which a copy would not have.
    const WHOLE: i32 = 42;
    const NOT_LOADED: i32 = 43;
    let ended = bench.copies.run(Duration::from_secs(10), || {
        if bench.functions().is_err() {
            return NOT_LOADED;
        }
        match provoke(bench) {
            Ok(()) | Err(_) => WHOLE,
        }
    });
    match ended? {
        Ended::With(WHOLE) => Ok(()),
        Ended::With(NOT_LOADED) => bench.functions().map(drop),
        Ended::With(code) => fail(format!("the module ended the process with exit code {code}")),
        Ended::Crashed(how) if how == os::ABORTED => fail("the module aborted the process"),
        Ended::Crashed(how) => blocked(format!("the module crashes: {how}; see the other checks")),
        Ended::NotInTime => blocked("the module does not come to an end; see the other checks"),
    }
}

static FORKED: AtomicBool = AtomicBool::new(false);

fn no_fork(bench: &Bench) -> Verdict {
    os::on_fork(note_fork)?;
    FORKED.store(false, Ordering::SeqCst);
    provoke(bench)?;
    ensure(!FORKED.load(Ordering::SeqCst), || "the module copied the process with fork".into())
}

unsafe extern "C" fn note_fork() {
    FORKED.store(true, Ordering::SeqCst);
}

fn no_panic(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let mut lines = session::every_kind(&instance);
    for kind in ["command", "query", "mutation", "event", "describe", "init", session::NOBODYS] {
        for payload in [
            "{}",
            "[]",
            "{",
            "",
            r#"{"name":7}"#,
            r#"{"name":""}"#,
            r#"{"entity":"","limit":-1}"#,
            r#"{"event":7}"#,
        ] {
            lines.push((kind.to_owned(), payload.to_owned()));
        }
    }
    for described in session::commands(&instance) {
        for args in [json!({"a": null}), json!([]), json!(null), json!({"text": 7, "code": []})] {
            lines.push(("command".into(), session::command(&described.name, &args)));
        }
    }
    for (kind, payload) in lines {
        let answer = instance.ask(&kind, &payload);
        ensure(answer.status != RP_ERR_PANIC, || format!("the module panicked over {}", answer.asked))?;
    }
    Ok(())
}

fn after_errors(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let usual = instance.ask(session::NOBODYS, "{}").response()?;
    for _ in 0..100 {
        for (kind, payload) in [
            ("command", "{"),
            ("command", "[]"),
            ("query", "{}"),
            ("mutation", "{}"),
            (session::NOBODYS, "{}"),
        ] {
            instance.ask(kind, payload);
        }
    }
    let later = instance.ask(session::NOBODYS, "{}").response()?;
    ensure(usual == later, || format!("before the errors the answer was {usual:?}, after them {later:?}"))
}

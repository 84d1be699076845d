//! Modules as WebAssembly: what they need beside the rules for all, and what their loader finds.

use rp_host::abi::RP_OK;
use rp_host::{Error, LoadFault};

use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::check_host::CheckHost;
use crate::instance::Instance;
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, skip};
use crate::session;
use crate::subject::Code;

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "sandbox/imports",
        "A module for WebAssembly imports nothing",
        Rule::text("Such a module must import nothing."),
        imports,
    )
    .forms(Forms::Sandboxed),
    Check::new(
        "sandbox/table",
        "It exports a table of functions that the host's functions can be added to",
        Rule::text("its function pointers are indices into the table that it exports"),
        table,
    )
    .abi()
    .forms(Forms::Sandboxed),
    Check::new(
        "sandbox/initialize",
        "It is a library, not a program, and _initialize returns",
        Rule::text("clang --target=wasm32-wasi -mexec-model=reactor"),
        initialize,
    )
    .forms(Forms::Sandboxed),
    Check::new(
        "sandbox/allocator",
        "rp_alloc gives aligned memory of the module's own, again and again",
        Rule::text("allocates memory inside the module for the host to use."),
        allocator,
    )
    .forms(Forms::Sandboxed),
    Check::new(
        "sandbox/memory-stays",
        "The memory of an instance does not grow with the number of its messages",
        Rule::text("frees what rp_alloc returned."),
        memory_stays,
    )
    .forms(Forms::Sandboxed),
    Check::new(
        "sandbox/pointers",
        "Every pointer, length and index that it passes lies in its memory and in its table",
        Rule::text("Its structs are laid out for 32-bit pointers"),
        pointers,
    )
    .forms(Forms::Sandboxed),
];

/// Faults of an allocator.
const ALLOCATOR: [&str; 2] = ["rp_alloc", "malloc"];
/// The loader's codes for what lies outside the memory or the table.
const OUTSIDE: [&str; 2] = ["rp::call::bad_pointer", "rp::call::bad_function"];

/// The step at which a sandboxed module stopped before its first message.
pub(super) fn failed_step(error: &Error) -> Option<&'static str> {
    match error.load_fault() {
        Some(LoadFault::StartFailed { step, .. }) => Some(step),
        _ => None,
    }
}

/// Why the loader refuses the module, if it does.
fn refusal(bench: &Bench) -> Result<Option<String>, Stop> {
    look(bench, |error| Some(error.to_string()))
}

/// What `find` sees in the loader's refusal of the file, or else of an instance.
fn look<T>(bench: &Bench, find: impl Fn(&Error) -> Option<T>) -> Result<Option<T>, Stop> {
    let subject = bench.subject()?;
    if let Err(error) = &subject.inspection
        && let Some(found) = find(error)
    {
        return Ok(Some(found));
    }
    if let Code::Loaded(Err(error)) = &subject.code {
        return Ok(find(error));
    }
    let made = Instance::try_create(bench.functions()?, CheckHost::new(false));
    Ok(made.err().and_then(|error| find(&error)))
}

/// Fails where the loader refuses the module with one of these codes.
pub(super) fn accepted(bench: &Bench, codes: &[&str]) -> Verdict {
    let is_meant = |error: &Error| codes.contains(&error.code()).then(|| error.to_string());
    match look(bench, is_meant)? {
        Some(text) => fail(text),
        None => unless_refused(bench),
    }
}

/// A module that is refused for another reason cannot be checked.
fn unless_refused(bench: &Bench) -> Verdict {
    match refusal(bench)? {
        Some(text) => skip(format!("it is refused for something else: {text}")),
        None => Ok(()),
    }
}

fn imports(bench: &Bench) -> Verdict {
    accepted(bench, &["rp::load::import"])
}

fn table(bench: &Bench) -> Verdict {
    let find = |error: &Error| match error.load_fault() {
        Some(LoadFault::MissingExport("__indirect_function_table") | LoadFault::FixedTable) => {
            Some(error.to_string())
        }
        _ => None,
    };
    look(bench, find)?.map_or_else(|| unless_refused(bench), fail)
}

fn initialize(bench: &Bench) -> Verdict {
    let exports =
        bench.subject()?.inspection.as_ref().map(|found| found.symbols.as_slice()).unwrap_or_default();
    ensure(!exports.iter().any(|name| name == "_start"), || {
        "_start is exported: it is a program, whose constructors a host does not run; link with -mexec-model=reactor"
            .into()
    })?;
    let find = |error: &Error| match (failed_step(error), error.load_fault()) {
        (Some("_initialize" | "instantiation"), _)
        | (
            _,
            Some(LoadFault::WrongExport { name: "_initialize", .. } | LoadFault::MissingExport("memory")),
        ) => Some(error.to_string()),
        _ => None,
    };
    look(bench, find)?.map_or_else(|| unless_refused(bench), fail)
}

fn allocator(bench: &Bench) -> Verdict {
    const NAMES: [&str; 4] = ["rp_alloc", "rp_free", "malloc", "free"];
    let find = |error: &Error| match (failed_step(error), error.load_fault()) {
        (_, Some(LoadFault::MissingExport(name) | LoadFault::WrongExport { name, .. })) => {
            NAMES.contains(name).then(|| error.to_string())
        }
        (Some(step), _) => ALLOCATOR.contains(&step).then(|| error.to_string()),
        _ => None,
    };
    if let Some(text) = look(bench, find)? {
        return fail(text);
    }
    // Each is larger than any before, so the host asks for room each time and gives the old one back.
    let instance = bench.ready()?;
    for power in 12..19 {
        let payload =
            format!(r#"{{"name":"{}","args":{{"text":"{}"}}}}"#, session::NOBODYS, "x".repeat(1 << power));
        let answer = instance.ask("command", &payload);
        ensure(answer.found.is_none(), || {
            format!("a message of {} bytes: {}", payload.len(), answer.found.unwrap_or_default())
        })?;
    }
    Ok(())
}

/// How many messages are sent before the memory is first measured, and after.
const ROUNDS: usize = 150;
/// Bytes of text in each message.
const TEXT: usize = 1 << 10;

/// Any allocator may take a page more now and then; a module that keeps each message takes all of them.
fn memory_stays(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let text = "x".repeat(TEXT);
    let payload = format!(
        r#"{{"name":"{0}","args":{{"text":"{text}"}},"event":"{0}","entity":"{0}"}}"#,
        session::NOBODYS
    );
    let talk = |rounds: usize| {
        for kind in ["command", "query", "event", session::NOBODYS] {
            for _ in 0..rounds {
                instance.ask(kind, &payload);
            }
        }
    };
    talk(ROUNDS);
    let Some(before) = instance.memory() else { return blocked("the instance is dead; see faults/no-panic") };
    talk(ROUNDS);
    let after = instance.memory().unwrap_or(before);
    let kept = after.saturating_sub(before);
    ensure(kept < ROUNDS * TEXT / 2, || {
        format!(
            "{} messages of {} bytes took {kept} bytes of memory that they kept",
            4 * ROUNDS,
            payload.len()
        )
    })
}

fn pointers(bench: &Bench) -> Verdict {
    let find = |error: &Error| match error.load_fault() {
        Some(LoadFault::StartFailed { fault, .. }) => {
            OUTSIDE.contains(&fault.code()).then(|| error.to_string())
        }
        _ => None,
    };
    if let Some(text) = look(bench, find)? {
        return fail(text);
    }
    let instance = bench.create()?;
    let mut answers = vec![instance.init(&bench.init_payload())];
    if answers[0].status == RP_OK {
        let lines = session::every_kind(&instance);
        answers.extend(lines.iter().map(|(kind, payload)| instance.ask(kind, payload)));
        answers.push(instance.shutdown());
    }
    let outside = answers.iter().find(|answer| answer.found.is_some_and(|code| OUTSIDE.contains(&code)));
    match outside {
        Some(answer) => fail(format!("{} ended with {}", answer.asked, answer.found.unwrap_or_default())),
        None => Ok(()),
    }
}

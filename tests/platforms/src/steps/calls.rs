//! Messages to every module, answered as elsewhere.

use super::done::Done;
use crate::build::{Build, text};
use crate::compare::same;
use crate::normal::normal;
use crate::setup::Setup;

/// What is sent: a command with its arguments, and the exit code.
struct Call {
    command: &'static str,
    arguments: &'static str,
    code: i32,
}

const fn call(command: &'static str, arguments: &'static str, code: i32) -> Call {
    Call { command, arguments, code }
}

/// Text in several scripts, with escapes, and a number whose form is kept.
pub const ECHOED: &str =
    r#"{"text":"Kirchenbuch Blankenhain – \"Anna\\Maria\" 😀 ẞ 教会","nothing":null,"year":1742.50}"#;

/// By the begin of a module's name, since each language has a module of that name.
const CALLS: &[(&str, &[Call])] = &[
    (
        "test-minimal",
        &[call("echo", ECHOED, 0), call("ping", "{}", 0), call("fail", "{}", 1), call("sing", "{}", 1)],
    ),
    ("test-concurrent", &[call("count", r#"{"name":"Blankenhain"}"#, 0), call("counts", "{}", 0)]),
    ("test-relay", &[call("work", r#"{"steps":3}"#, 0), call("heard", "{}", 0)]),
    (
        "research-log",
        &[
            call("create_log", r#"{"title":"Parents of John Ryan","tags":["ryan","cork"]}"#, 0),
            call("list_entries", "{}", 1),
            call("add_entry", r#"{"type":"theory"}"#, 1),
        ],
    ),
];

/// What every module says of itself.
pub fn describe(setup: &Setup) -> Result<Done, String> {
    for module in &setup.modules {
        let described = |build: &Build| {
            let library = build.library(module)?;
            let ended = build.rp(&["--json", "describe", text(&library)?])?;
            Ok::<_, String>(ended.with_code(0)?.to_owned())
        };
        same(module, &described(&setup.tested)?, &described(&setup.reference)?)?;
    }
    Ok(Done::Ok(format!("{} modules", setup.modules.len())))
}

/// How many commands were compared.
fn call_all(setup: &Setup) -> Result<usize, String> {
    let mut count = 0;
    for module in &setup.modules {
        let (_, calls) = CALLS
            .iter()
            .find(|(name, _)| module.starts_with(name))
            .ok_or_else(|| format!("tests/platforms/src/steps/calls.rs has no call of {module}"))?;
        for call in *calls {
            let (found, expected) =
                (answer(&setup.tested, module, call)?, answer(&setup.reference, module, call)?);
            let about = format!("{module} {}", call.command);
            same(&about, &found, &expected)?;
            if call.command == "echo" {
                same(&about, &found, &format!("{{\"status\":\"success\",\"data\":{ECHOED}}}\n"))?;
            }
            count += 1;
        }
    }
    Ok(count)
}

/// Commands of every module, in a process each: answers, exit codes, and that arguments came as they are.
pub fn commands(setup: &Setup) -> Result<Done, String> {
    Ok(Done::Ok(format!("{} calls of {} modules", call_all(setup)?, setup.modules.len())))
}

fn answer(build: &Build, module: &str, call: &Call) -> Result<String, String> {
    let library = build.library(module)?;
    let options = ["--json", "call", "--store", "memory", "--grant", "requested", "--log", "off"];
    let arguments = [&options[..], &[text(&library)?, call.command, call.arguments]].concat();
    let ended = build.rp(&arguments)?;
    let answer = ended.with_code(call.code).map_err(|error| format!("{module} {}: {error}", call.command))?;
    Ok(normal(answer))
}

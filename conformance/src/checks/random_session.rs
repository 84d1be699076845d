//! Sessions of random messages, which a seed gives again, and the shortest one that still fails.

use std::time::Duration;

use rp_host::abi::{RP_ERR_NO_MEMORY, RP_ERR_PANIC};
use serde_json::json;

use crate::bench::Bench;
use crate::form::Form;
use crate::os::{self, Ended};
use crate::outcome::{
    SESSION, SESSION_CRASHED, SESSION_PANICKED, SHRUNK, Stop, Verdict, blocked, fail, skip,
};
use crate::session;

type Step = (String, String);

/// One session: a seed gives the same one each time.
fn session_of(seed: u64, commands: &[session::Described]) -> Vec<Step> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..random.usize(1..30)).map(|_| step(&mut random, commands)).collect()
}

fn step(random: &mut fastrand::Rng, commands: &[session::Described]) -> Step {
    const KINDS: [&str; 7] =
        ["command", "command", "query", "mutation", "event", "describe", session::NOBODYS];
    const PAYLOADS: [&str; 8] =
        ["{}", "[]", "{", "", "7", r#"{"name":7}"#, r#"{"entity":"note"}"#, r#"{"event":"a.b","data":{}}"#];
    let kind = KINDS[random.usize(..KINDS.len())];
    let payload = match random.usize(..4) {
        0 => PAYLOADS[random.usize(..PAYLOADS.len())].to_owned(),
        1 if !commands.is_empty() => {
            let described = &commands[random.usize(..commands.len())];
            session::command(&described.name, &if random.bool() { described.args.clone() } else { json!({}) })
        }
        2 => {
            format!(r#"{{"name":"{NAME}","args":{{"value":{}}}}}"#, value(random, 0), NAME = session::NOBODYS)
        }
        _ => format!(
            r#"{{"entity":{},"event":{},"name":{}}}"#,
            value(random, 0),
            value(random, 0),
            value(random, 0)
        ),
    };
    (kind.to_owned(), payload)
}

fn value(random: &mut fastrand::Rng, depth: usize) -> String {
    const LEAVES: [&str; 9] = [
        "null",
        "true",
        "-0",
        "1e400",
        "\"\"",
        r#""\u0000""#,
        r#""\ud800""#,
        "\"😀\"",
        "18446744073709551616",
    ];
    match random.usize(..4) {
        0 if depth < 6 => format!("[{},{}]", value(random, depth + 1), value(random, depth + 1)),
        1 if depth < 6 => format!(r#"{{"a":{},"a":{}}}"#, value(random, depth + 1), value(random, depth + 1)),
        2 => format!("\"{}\"", "x".repeat(random.usize(..300))),
        _ => LEAVES[random.usize(..LEAVES.len())].to_owned(),
    }
}

/// How a session ended, if it did not end well.
fn play(bench: &Bench, steps: &[Step]) -> Result<Option<String>, Stop> {
    // Exit codes that neither a module nor a sanitizer's runtime ends the process with.
    const WELL: i32 = 42;
    const NO_RESPONSE: i32 = 43;
    const MALFORMED: i32 = 44;
    const PANICKED: i32 = 45;
    let ended = bench.copies.run(Duration::from_secs(5), || {
        let Ok(instance) = bench.ready() else { return WELL };
        for (kind, payload) in steps {
            let answer = instance.ask(kind, payload);
            match answer.status {
                RP_ERR_NO_MEMORY => {}
                RP_ERR_PANIC => return PANICKED,
                _ if !answer.has_response() => return NO_RESPONSE,
                _ if answer.read().is_err() || !answer.misuses.is_empty() => return MALFORMED,
                _ => {}
            }
        }
        instance.end();
        WELL
    });
    Ok(match ended? {
        Ended::With(WELL) => None,
        Ended::With(NO_RESPONSE) => Some("a message got no response".into()),
        Ended::With(MALFORMED) => Some("a message got a malformed response".into()),
        Ended::With(PANICKED) => Some(SESSION_PANICKED.into()),
        Ended::With(code) => Some(format!("the process ended with exit code {code}")),
        Ended::Crashed(how) => Some(format!("{SESSION_CRASHED}{how}")),
        Ended::NotInTime => Some("it did not end within 5 s".into()),
    })
}

pub(super) fn random_session(bench: &Bench) -> Verdict {
    if bench.form() == Form::Isolated {
        return skip("each session is played in a copy of the process, which has no worker");
    }
    let before = os::thread_count().ok();
    bench.subject()?;
    if os::HAS_FORK && os::thread_count().ok() > before {
        return skip(
            "the library starts threads when it is loaded, which a copy of the process does not have",
        );
    }
    let commands = session::commands(&bench.ready()?);
    if let Some(ended) = play(bench, &[])? {
        return blocked(format!("a session without messages ends badly: {ended}"));
    }
    for round in 0..bench.times(30, 1000) as u64 {
        let steps = session_of(bench.seed.wrapping_add(round), &commands);
        if let Some(ended) = play(bench, &steps)? {
            let (steps, ended) = shrunk(bench, steps, ended)?;
            let shown: Vec<_> = steps.iter().map(|(kind, payload)| format!("  {kind} {payload}")).collect();
            let seed = bench.seed.wrapping_add(round);
            return fail(format!(
                "{SESSION}{seed}, shrunk to {}{SHRUNK}{ended}\n{}",
                steps.len(),
                shown.join("\n")
            ));
        }
    }
    Ok(())
}

/// Leaves out the steps without which the session still fails.
fn shrunk(bench: &Bench, mut steps: Vec<Step>, mut ended: String) -> Result<(Vec<Step>, String), Stop> {
    let mut at = 0;
    while at < steps.len() && steps.len() > 1 {
        let mut fewer = steps.clone();
        fewer.remove(at);
        match play(bench, &fewer)? {
            Some(other) => (steps, ended) = (fewer, other),
            None => at += 1,
        }
    }
    Ok((steps, ended))
}

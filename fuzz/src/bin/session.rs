//! Session files of `rp run`: read, filled with earlier responses, and held against what they expect.
#![no_main]
#![allow(dead_code, reason = "the command uses more of its files than this does")]

#[path = "../../../cli"]
mod cli {
    pub mod fault;
    pub mod json;
    pub mod output;
    pub mod session;
    pub mod subset;
    pub mod template;
    pub mod wasm;
}

use core::ops::Range;

use cli::{fault, json, output, session, template, wasm};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    match session::parse(text) {
        Ok(steps) => play(text, &steps),
        Err(fault) => {
            check(text, &fault.span);
            fault::Fault::session("session.jsonl", text, &fault);
        }
    }
});

/// Every message is answered with its own payload.
fn play(text: &str, steps: &[session::Step<'_>]) {
    let mut kept = template::Kept::new();
    for step in steps {
        check(text, &step.span);
        let Some(payload) = fill(text, step, &step.payload, &kept) else { return };
        let response = raw(format!(r#"{{"status":"success","data":{payload}}}"#));
        if let Some(expect) = &step.expect {
            let Some(expected) = fill(text, step, expect, &kept) else { return };
            let expected = raw(expected);
            cli::subset::mismatches(&expected, &response)
                .iter()
                .for_each(|mismatch| drop(mismatch.to_string()));
            assert_eq!(cli::subset::mismatches(&expected, &expected), [], "a value holds itself");
        }
        if let Some(name) = &step.kept_as {
            kept.insert(name.clone(), response);
        }
    }
}

fn fill(
    text: &str,
    step: &session::Step<'_>,
    place: &session::Place<'_>,
    kept: &template::Kept,
) -> Option<String> {
    check(text, &place.span);
    match place.template.fill(kept) {
        Ok(filled) => Some(filled.into_owned()),
        Err(fault) => {
            let fault = place.fault(step.line, fault);
            check(text, &fault.span);
            fault::Fault::session("session.jsonl", text, &fault);
            None
        }
    }
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap_or_else(|error| panic!("a filled template is JSON: {error}"))
}

/// A place must be one of the text.
fn check(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some(), "{span:?} of {} bytes", text.len());
}

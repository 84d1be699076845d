//! Session files of `rp run`: read, filled with earlier responses, and held against what they expect.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the command uses more of its files than this does")]

#[path = "../../../cli"]
mod cli {
    pub mod fault;
    pub mod json;
    pub mod session;
    pub mod terminal;
    pub mod wasm;
}

use core::ops::Range;

use cli::json::contains::mismatches;
use cli::session::fault::SessionFault;
use cli::session::interpolation::Kept;
use cli::session::update;
use cli::{fault, json, session, terminal, wasm};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    let mut session = session::Session::default();
    let mut kept = Kept::new();
    let mut reader = session::sources::Reader::new("session.jsonl".into(), text.as_bytes());
    while let Ok(Some(source)) = reader.next() {
        assert!(text[source.start..].starts_with(&source.text), "a step is a part of the session");
        let read = session.read(&source).map(|step| play(&step, &mut kept));
        match read {
            Ok(Some(())) => {}
            Ok(None) => return,
            Err(fault) => return blame(&source.text, &fault),
        }
    }
});

/// The message is answered with its own payload. None where the session ends here.
fn play(step: &session::Step<'_>, kept: &mut Kept) -> Option<()> {
    let payload = fill(step, &step.payload, kept)?;
    let response = raw(format!(r#"{{"status":"success","data":{payload}}}"#));
    if let Some(expect) = &step.expect {
        let expected = raw(fill(step, expect, kept)?);
        mismatches(&expected, &response).iter().for_each(|mismatch| drop(mismatch.to_string()));
        assert_eq!(mismatches(&expected, &expected), [], "a value holds itself");
        let edits = update::edits(&expect.template, kept, &response);
        let _updated = raw(update::edited(expect.template.text(), &edits));
    }
    if let Some(name) = &step.kept_as {
        kept.insert(name.clone(), response);
    }
    Some(())
}

fn fill(step: &session::Step<'_>, place: &session::Place<'_>, kept: &Kept) -> Option<String> {
    check(step.source, &place.span);
    match place.template.fill(kept) {
        Ok(filled) => Some(filled.into_owned()),
        Err(fault) => {
            blame(step.source, &place.fault(step.line, fault));
            None
        }
    }
}

fn blame(line: &str, fault: &SessionFault) {
    check(line, &fault.span);
    let _shown = fault.malformed("session.jsonl", line);
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap_or_else(|error| panic!("what was filled or updated is JSON: {error}"))
}

/// A place must be one of the text.
fn check(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some(), "{span:?} of {} bytes", text.len());
}

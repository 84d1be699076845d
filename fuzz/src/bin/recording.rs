//! Recordings: read, played to a module that is there, and answering in place of one that is not.
#![no_main]

use std::ops::ControlFlow;
use std::path::Path;

use ::rp_host::{Difference, Error, Host, LoadOptions, Message, Recording, Replay, Reply};
use libfuzzer_sys::fuzz_target;
use rp_fuzz::memory;

/// How errors call the recording.
const NAME: &str = "fuzzed.jsonl";
/// So many instances of a recording are played, and so many messages are asked of one that it stands in for.
const MOST: usize = 3;

fuzz_target!(|data: &[u8]| {
    let recording = match Recording::read(NAME, data) {
        Ok(recording) => recording,
        Err(error) => return check_error(&error, NAME),
    };
    assert!(recording.cut_bytes() <= data.len());
    let names: Vec<String> = recording.instances().into_iter().map(str::to_owned).collect();
    assert!(names.len() <= data.iter().filter(|byte| **byte == b'\n').count());
    drop(recording);
    for name in names.iter().take(MOST) {
        play(data, name, Path::new(env!("RP_FUZZ_ASKS")), LoadOptions::new());
    }
    let path = memory::path(data);
    // Where one file is both, nothing may differ but what the file contradicts itself in.
    play(data, names.first().map_or("", |name| name), Path::new("a"), LoadOptions::new().recorded(&path));
    stand_in(&path);
});

/// Plays an instance to a module.
fn play(data: &[u8], name: &str, module: &Path, options: LoadOptions) {
    let recording = Recording::read(NAME, data).expect("it was read before");
    let replay = Replay::new(recording).instance(name);
    let replay = if data.len().is_multiple_of(2) { replay.exact() } else { replay };
    let mut told = 0;
    let differs = |difference: &Difference| {
        told += 1;
        assert!(!difference.to_string().is_empty());
        ControlFlow::Continue(())
    };
    match replay.run(Host::builder(), module, options, differs) {
        Ok(outcome) => assert_eq!(outcome.differences, told),
        Err(error) => check_error(&error, ""),
    }
}

/// Asks an instance that a recording stands in for.
fn stand_in(path: &str) {
    let host = Host::new();
    let instance = match host.load_with("libasks.so", LoadOptions::new().recorded(path)) {
        Ok(instance) => instance,
        Err(error) => return check_error(&error, ""),
    };
    let mut reply = Reply::new();
    for payload in [r#"{"name":"x"}"#, "{}", r#"{"name":"x"}"#].into_iter().take(MOST) {
        let message = Message::new("command", payload);
        // What was recorded may be no response at all.
        let _told = instance.call(&message, &mut reply).map(drop).inspect_err(|error| check_error(error, ""));
    }
    let errors = host.unload_all();
    errors.iter().for_each(|error| check_error(error, ""));
}

fn check_error(error: &Error, named: &str) {
    let text = error.to_string();
    assert!(error.code().starts_with("rp::") && text.len() > 10 && text.contains(named), "{error:?}");
}

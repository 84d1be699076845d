//! A recording, played to a module again: what is the same, and where a change is found.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rp_host::abi::RP_ERR_CANCELLED;
use rp_host::{CancelToken, Difference, Error, Host, LoadOptions, Message, Recording, Replay, Replayed};
use serde_json::json;
use support::scripted::{ask, payload, run, scripted_library, start_from, try_run, try_send};
use support::{Source, temporary};

fn changed(change: u32) -> Source {
    Source::new("changed").define(&format!("CHANGE={change}"))
}

/// Records what `work` does with a host whose clock goes on, and whose random bytes do too.
fn record(file: &Path, work: impl FnOnce(&Host)) {
    let (now_us, byte) = (AtomicI64::new(1_000), AtomicI64::new(0));
    let host = Host::builder()
        .clock(move || now_us.fetch_add(17, Ordering::Relaxed))
        .random(move |bytes| bytes.fill(byte.fetch_add(3, Ordering::Relaxed) as u8))
        .record(std::fs::File::create(file).unwrap())
        .build();
    work(&host);
    assert!(host.unload_all().is_empty());
}

/// Plays it to its end; every difference.
fn play_all(replay: Replay, library: &Path) -> (Replayed, Vec<Difference>) {
    let mut found = Vec::new();
    let outcome = replay
        .run(Host::builder(), library, LoadOptions::new(), |difference| {
            found.push(difference.clone());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(outcome.differences, found.len() as u64);
    (outcome, found)
}

fn open(file: &Path) -> Replay {
    Replay::new(Recording::open(file).unwrap())
}

#[test]
fn a_change_is_found_at_its_message() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file, |host| {
        let instance = host.load(changed(0).library()).unwrap();
        (0..3).for_each(|_| drop(try_run(&instance, &json!([]))));
    });
    let sources: Vec<_> = (0..=12).map(changed).collect();
    support::build_all(&sources);
    // What the second command is found to do otherwise, and how many messages are handled to find all of it.
    for (change, fields, messages) in [
        (0, &[][..], 5),
        (1, &["response"], 5),
        (2, &[], 5),
        (3, &["send 1 payload"], 5),
        (4, &[], 5),
        (5, &["send 2"], 5),
        (6, &["send 3"], 5),
        (7, &["send 1 type"], 5),
        (8, &["outcome"], 5),
        (9, &["now_us", "response"], 5),
        (10, &["random", "response"], 5),
        // Nothing is sent to a dead instance.
        (11, &["outcome"], 3),
        (12, &["response"], 5),
    ] {
        let (outcome, found) = play_all(open(&file), &changed(change).library());
        let named: Vec<_> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!((named.as_slice(), outcome.messages), (fields, messages), "change {change}: {found:?}");
        assert_eq!(outcome.not_played, 5 - messages, "change {change}");
        let ids: Vec<_> = found.iter().map(|one| (one.id, one.message.as_str())).collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "change {change}: {ids:?}");
        assert!(
            ids.iter().all(|(id, message)| *id > 0 && *message == "command run"),
            "change {change}: {ids:?}"
        );
    }
    // Byte by byte the order of keys is a change, too, and it is found where it is made.
    for (change, field) in [(2, "response"), (4, "send 1 payload")] {
        let (_, found) = play_all(open(&file).exact(), &changed(change).library());
        assert_eq!(found.len(), 1, "change {change}: {found:?}");
        assert_eq!(found[0].field, field);
    }
    // The first difference ends it.
    let broken = open(&file)
        .run(Host::builder(), changed(1).library(), LoadOptions::new(), |_| ControlFlow::Break(()));
    let broken = broken.unwrap();
    assert_eq!((broken.differences, broken.messages, broken.not_played), (1, 3, 2));
}

#[test]
fn what_others_answered_is_answered_again() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file, |host| {
        let asker =
            start_from(host, scripted_library("scripted"), "asker", json!({"on_init": [{"now": true}]}));
        let other = start_from(host, scripted_library("scripted"), "other", json!({}));
        // A response, a fault that becomes an error response, an instance that is not there, one that asks back.
        let back = ask("other", json!([ask("asker", json!([]))]));
        for step in [ask("other", json!([{"random": true}])), ask("other", json!([{"return": 77}])), back] {
            run(&asker, json!([step, {"now": true}, {"random": true}]));
        }
        run(&asker, json!([ask("nobody", json!([]))]));
        // Two lives under one name: each is played to an instance of its own.
        asker.unload().unwrap();
        let again = start_from(host, scripted_library("scripted"), "asker", json!({}));
        run(&again, json!([{"random": true}, ask("other", json!([{"now": true}]))]));
        // It found by asking that it was cancelled.
        let steps = payload(&json!([{"cancelled": "own"}, {"until": "cancelled"}]));
        let message = Message::new("command", &steps).timeout(Duration::from_millis(30));
        let _answer = try_send(&again, &message);
        drop(other);
    });
    for (instance, messages) in [("asker", 10), ("other", 6)] {
        let (outcome, found) =
            play_all(open(&file).instance(instance).exact(), &scripted_library("scripted"));
        assert_eq!(found, [], "{instance}");
        assert_eq!((outcome.messages, outcome.skipped, outcome.not_played), (messages, 0, 0), "{instance}");
    }
}

#[test]
fn what_was_cancelled_unasked_is_left_out() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file, |host| {
        let instance = start_from(host, scripted_library("scripted"), "one", json!({}));
        // It returns RP_ERR_CANCELLED without having asked.
        let file = |name: &str| format!("{path}/{name}");
        let steps =
            json!([{"touch": file("begun")}, {"wait_file": file("late")}, {"return": RP_ERR_CANCELLED}]);
        let (steps, token) = (payload(&steps), CancelToken::new());
        std::thread::scope(|scope| {
            let message = Message::new("command", &steps).cancel(&token);
            let call = scope.spawn(move || try_send(&instance, &message));
            while !Path::new(&file("begun")).exists() {
                std::thread::yield_now();
            }
            token.cancel();
            std::fs::write(file("late"), "").unwrap();
            assert_eq!(call.join().unwrap().unwrap_err().code(), "rp::call::cancelled");
        });
    });
    let (outcome, found) = play_all(open(&file), &scripted_library("scripted"));
    assert_eq!((found.len(), outcome.skipped, outcome.messages), (0, 1, 2));
}

fn refused(replay: Replay, library: &Path) -> Error {
    replay.run(Host::builder(), library, LoadOptions::new(), |_| ControlFlow::Continue(())).unwrap_err()
}

#[test]
fn what_cannot_be_placed_is_refused() {
    for (steps, told) in [
        (json!([{"spawn": [{"now": true}]}, {"join": true}]), "asked for now_us"),
        (json!([{"spawn": [{"random": true}]}, {"join": true}]), "asked for random"),
        (json!([{"spawn": [ask("other", json!([]))]}, {"join": true}]), "sent command run"),
    ] {
        let (_folder, path) = temporary();
        let file = Path::new(&path).join("r.jsonl");
        record(&file, |host| {
            start_from(host, scripted_library("scripted"), "other", json!({}));
            let instance = start_from(host, scripted_library("scripted"), "one", json!({}));
            run(&instance, steps);
        });
        let error = refused(open(&file).instance("one"), &scripted_library("scripted"));
        assert_eq!(error.code(), "rp::record::unplaced");
        assert!(error.to_string().contains(told), "{error}");
        // The other instance did nothing of the kind.
        let (outcome, found) = play_all(open(&file).instance("other"), &scripted_library("scripted"));
        assert_eq!((outcome.differences, found.len()), (0, 0));
    }
}

#[test]
fn a_recording_that_is_none_is_told_by_what_and_where() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file, |host| {
        start_from(host, scripted_library("scripted"), "one", json!({}));
        start_from(host, scripted_library("scripted"), "two", json!({}));
    });
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let with = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut edited: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        edit(&mut edited);
        edited.join("\n") + "\n"
    };
    for (text, code, told) in [
        (String::new(), "rp::record::not_a_recording", "it is empty"),
        ("\u{1f}\u{8b}".to_owned(), "rp::record::not_a_recording", "first line"),
        ("{\"rp\":\"trace\",\"version\":2}\n".to_owned(), "rp::record::not_a_recording", "it is a trace"),
        (with(&|lines| drop(lines.remove(0))), "rp::record::not_a_recording", "first line"),
        (
            with(&|lines| lines[0] = lines[0].replace("\"recording\":1", "\"recording\":9")),
            "rp::record::version",
            "version 2.9",
        ),
        (
            with(&|lines| lines[0] = lines[0].replace("\"version\":2", "\"version\":3")),
            "rp::record::version",
            "version 3.1",
        ),
        (with(&|lines| lines[3].truncate(20)), "rp::record::malformed", "line 4"),
        (
            with(&|lines| lines[2] = lines[2].replace("\"id\":", "\"id\":-")),
            "rp::record::malformed",
            "line 3",
        ),
        (
            with(&|lines| lines[1] = lines[1].replace("\"turn\":", "\"random\":\"0g\",\"turn\":")),
            "rp::record::malformed",
            "line 2",
        ),
        (with(&|lines| lines.push(lines[0].clone())), "rp::record::malformed", "a second file"),
    ] {
        std::fs::write(&file, &text).unwrap();
        let error = Recording::open(&file).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(told) && error.to_string().contains("r.jsonl"), "{told}: {error}");
        assert!(error.help().is_some(), "{error}");
    }
    let error = Recording::open(format!("{path}/nowhere")).unwrap_err();
    assert_eq!(error.code(), "rp::record::unreadable");
    // Which instance is meant is not guessed.
    std::fs::write(&file, text).unwrap();
    for replay in [open(&file), open(&file).instance("three")] {
        let error = refused(replay, &scripted_library("scripted"));
        assert_eq!(error.code(), "rp::record::no_instance");
        assert!(error.to_string().contains("one, two"), "{error}");
    }
    let error = refused(open(&file).instance("one"), Path::new("nowhere.so"));
    assert_eq!(error.code(), "rp::load::not_found");
}

#[test]
fn a_recording_that_is_cut_is_played_to_its_last_whole_line() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file, |host| {
        let instance = host.load(changed(0).library()).unwrap();
        (0..3).for_each(|_| drop(try_run(&instance, &json!([]))));
    });
    let whole = std::fs::read(&file).unwrap();
    // Wherever it ends, what is left has no difference.
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for end in (first + 1..whole.len()).step_by(97) {
        std::fs::write(&file, &whole[..end]).unwrap();
        let recording = Recording::open(&file).unwrap();
        let rest = whole[..end].iter().rev().take_while(|byte| **byte != b'\n').count();
        assert_eq!(recording.cut_bytes(), rest, "cut at {end}");
        if !recording.instances().is_empty() {
            let (outcome, found) = play_all(Replay::new(recording), &changed(0).library());
            assert!(found.is_empty() && outcome.messages <= 5, "cut at {end}: {found:?}");
        }
    }
}

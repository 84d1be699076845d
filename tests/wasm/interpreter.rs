//! Modules as WebAssembly: the same sources, the same answers byte for byte, and guests that mean harm.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rp_host::{
    Error, Format, Grants, Host, Instance, LoadOptions, Message, Reply, WasmEngine, WasmLimits, inspect,
};
use serde_json::{Value, json};
use support::minimal::cases;
use support::{Canary, built, full_text, outcome, test_minimals, wasm};

use crate::harm::{self, TIGHT};
use crate::{bombs, hostile, time};

fn answer(instance: &Instance, message_type: &str, payload: &str) -> String {
    let mut reply = Reply::new();
    instance.call(&Message::new(message_type, payload), &mut reply).unwrap();
    reply.text().unwrap().to_owned()
}

/// What an instance answers to every row, and its manifest.
fn transcript(path: &Path) -> Vec<String> {
    let rows = cases::READY.iter().map(|case| {
        // A host of its own, since some rows end the instance themselves.
        let host = Host::new();
        let instance = host.load(path).unwrap_or_else(|error| panic!("{}", full_text(&error)));
        case.given.iter().for_each(|(message_type, payload)| {
            answer(&instance, message_type, payload);
        });
        let found = answer(&instance, case.message_type, case.payload);
        assert_eq!(found, case.response, "{}: {} {}", path.display(), case.message_type, case.payload);
        found
    });
    let mut lines: Vec<String> = rows.collect();
    lines.push(Host::new().load(path).unwrap().manifest_text().to_owned());
    lines
}

#[test]
fn every_language_answers_in_the_sandbox_as_outside() {
    for name in test_minimals() {
        let Some(path) = wasm::module(name) else { continue };
        assert_eq!(transcript(&path), transcript(&built(name)), "{name}");
    }
}

/// Many messages in one turn, some with responses that outgrow the guest's buffers, and the thread's own way to the instance closed.
#[test]
fn a_turn_in_the_sandbox() {
    let Some(path) = test_minimals().into_iter().find_map(wasm::module) else { return };
    let host = Host::new();
    let instance = host.load(&path).unwrap_or_else(|error| panic!("{}", full_text(&error)));
    let (mut turn, mut reply) = (instance.enter().unwrap(), Reply::new());
    for size in [1, 64, 10_000, 200_000, 1] {
        let text = "x".repeat(size);
        let echoed: Value = turn.command("echo", &json!({"text": text})).unwrap();
        assert_eq!(echoed, json!({"text": text}));
    }
    turn.call(&Message::new("command", r#"{"name":"ping","args":{}}"#), &mut reply).unwrap();
    assert!(reply.text().unwrap().contains("pong"));
    assert_eq!(instance.command::<_, Value>("ping", &json!({})).unwrap_err().code(), "rp::call::own_turn");
    drop(turn);
    instance.unload().unwrap();
}

/// The arguments have one home here and one in each author's repository.
#[test]
fn authors_are_told_what_this_repository_links_with() {
    let read = |file: &str| std::fs::read_to_string(support::root().join(file)).unwrap();
    let (ours, told) = (read(".cargo/config.toml"), read("sdk/README.md"));
    let lines: Vec<_> = ours.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(lines.len() == 2 && told.contains(&lines.join("\n")), "{lines:?}");
}

#[test]
fn inspecting_runs_no_code() {
    for name in test_minimals() {
        let Some(path) = wasm::module(name) else { continue };
        let (found, native) = (inspect(&path).unwrap(), inspect(built(name)).unwrap());
        assert_eq!((found.format, &*found.machine), (Format::Wasm, "wasm32"), "{name}");
        assert_eq!((found.profile, found.abi_version), (native.profile, native.abi_version), "{name}");
        assert_eq!(found.manifest_text, native.manifest_text, "{name}");
        assert!(found.symbols.contains(&"memory".to_owned()), "{name}: {:?}", found.symbols);
    }
}

#[test]
fn load_wasm_takes_no_native_library() {
    let host = Host::new();
    let native = built("test-minimal");
    // The second time the library is mapped already.
    for name in ["unknown", "mapped"] {
        let error = host.load_wasm(&native, LoadOptions::new()).expect_err(name);
        assert_eq!(error.code(), "rp::load::not_wasm", "{name}");
        host.load_with(&native, LoadOptions::new().instance(name)).unwrap();
    }
    for name in test_minimals() {
        let Some(path) = wasm::module(name) else { continue };
        host.load_wasm(path, LoadOptions::new()).unwrap();
    }
}

#[test]
fn large_texts_go_in_and_come_back() {
    for name in test_minimals() {
        let Some(path) = wasm::module(name) else { continue };
        let host = Host::new();
        let instance = host.load(&path).unwrap();
        for size in [1, 4 << 10, 1 << 20, 5 << 20, 100] {
            let text = "é😀\\n".repeat(size / 8 + 1);
            let payload = format!(r#"{{"name":"echo","args":{{"text":"{text}"}}}}"#);
            let expected = format!(r#"{{"status":"success","data":{{"text":"{text}"}}}}"#);
            assert!(answer(&instance, "command", &payload) == expected, "{name}: {size} bytes");
        }
    }
}

#[test]
fn a_reply_that_is_too_small_stays_within_its_limit() {
    for name in test_minimals() {
        let Some(path) = wasm::module(name) else { continue };
        let host = Host::new();
        let (sandboxed, native) = (host.load(&path).unwrap(), {
            let options = LoadOptions::new().instance("native");
            host.load_with(built(name), options).unwrap()
        });
        for (limit, size) in [(20, 4), (64, 200), (10_000, 20_000)] {
            let payload = format!(r#"{{"name":"echo","args":{{"t":"{}"}}}}"#, "x".repeat(size));
            let ask = |instance: &Instance| {
                let mut reply = Reply::with_limit(limit);
                let asked = instance.call_raw(&Message::new("command", &payload), &mut reply);
                let text = asked.map(|_| reply.text().unwrap().to_owned());
                text.map_err(|error| error.code()).inspect(|text| assert!(text.len() <= limit))
            };
            assert_eq!(ask(&sandboxed), ask(&native), "{name}: {limit} for {size}");
        }
    }
}

#[test]
fn a_sandboxed_module_asks_through_the_host() {
    let Some(path) = wasm::module("test-relay") else { return };
    let host = Host::new();
    let options = |name: &str, calls: &[&str]| {
        let call = calls.iter().map(|name| (*name).to_owned()).collect();
        LoadOptions::new().instance(name).grants(Grants { call, ..Grants::default() })
    };
    host.load(built("test-minimal")).unwrap();
    let relay = host.load_with(&path, options("relay", &["test-minimal", "relay", "inner"])).unwrap();
    host.load_with(&path, options("inner", &["test-minimal"])).unwrap();
    let send = |payload: Value| -> Value {
        let args = json!({"type": "command", "payload": payload});
        let payload = json!({"name": "send", "args": args}).to_string();
        serde_json::from_str(&answer(&relay, "command", &payload)).unwrap()
    };
    let echo = json!({"text": "x".repeat(100_000)});
    let found = send(json!({"module": "test-minimal", "name": "echo", "args": echo}));
    assert_eq!(found["data"], echo);
    assert_eq!(send(json!({"module": "nobody", "name": "x"}))["code"], "denied");
    assert_eq!(send(json!({"module": "relay", "name": "heard"}))["code"], "reentrant");
    // Through two sandboxes.
    let through = json!({"type": "command", "payload": {"module": "test-minimal", "name": "ping"}});
    let found = send(json!({"module": "inner", "name": "send", "args": through}));
    assert_eq!(found["data"]["reply"], "pong", "{found}");
}

/// The session as people run it: every line of it says what it expects.
#[test]
fn the_research_day_runs_in_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["research-log", "test-relay"] {
        let Some(path) = wasm::module(name) else { return };
        std::fs::copy(path, folder.path().join(format!("{name}.wasm"))).unwrap();
    }
    let day = support::root().join("examples/research");
    let mut rp = std::process::Command::new(env!("CARGO_BIN_EXE_rp"));
    rp.args(["run", "--json", "--modules"]).arg(folder.path()).env("RP_LOG", "off");
    let output = rp.arg(day.join("rp.toml")).arg(day.join("session.jsonl")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let session = std::fs::read_to_string(day.join("session.jsonl")).unwrap();
    let answered = String::from_utf8(output.stdout).unwrap();
    let messages = answered.lines().filter(|line| line.contains(r#""kind":"message""#)).count();
    assert_eq!(messages, session.lines().count());
}

/// Under the interpreter, which every build of the tests has; tests/wasm/engines.rs does the same under the compiler.
fn interpreted() -> LoadOptions {
    LoadOptions::new().wasm_engine(WasmEngine::Wasmi).wasm_limits(TIGHT)
}

#[test]
fn hostile_guests_end_with_a_name_and_the_host_lives() {
    // So much that good guests do not reach it even where their thread has to wait for a processor.
    let limits = WasmLimits { call_time: Duration::from_millis(50), ..TIGHT };
    insta::assert_snapshot!("hostile", harm::run_all(&interpreted().wasm_limits(limits)).redacted(&[]));
}

#[test]
fn whatever_a_guest_does_its_time_ends() {
    time::run_all(&interpreted());
}

#[test]
fn bombs_are_refused() {
    bombs::bombs_are_refused(&interpreted());
}

#[test]
fn limits_of_loading_are_what_they_say() {
    bombs::limits_are_what_they_say(&interpreted(), bombs::MOST);
}

#[test]
fn a_guest_that_listens_outlives_a_cancellation() {
    time::who_listens_lives(&interpreted());
}

#[test]
fn a_hundred_times_costs_no_memory() {
    harm::a_hundred_times(a_hundred_times_costs_no_memory, &interpreted());
}

fn load_bytes(host: &Host, path: &PathBuf, bytes: &[u8]) -> Result<Instance, Error> {
    std::fs::write(path, bytes).unwrap();
    host.load(path)
}

#[test]
fn files_that_are_no_module_say_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.wasm");
    let (host, good) = (Host::new(), hostile::GOOD.binary());
    let code = |bytes: &[u8]| load_bytes(&host, &path, bytes).map(|_| ()).unwrap_err().code();
    assert_eq!(code(hostile::GOOD.text().as_bytes()), "rp::load::not_a_library", "text");
    assert_eq!(code(b"\0asm\x0d\0\x01\0"), "rp::load::component");
    assert_eq!(code(b"\0asm\x02\0\0\0"), "rp::load::malformed", "another version");
    assert_eq!(
        code(&[b"\0asm\x01\0\0\0".as_slice(), &[0xff; 64]].concat()),
        "rp::load::malformed",
        "garbage"
    );
    assert!(load_bytes(&host, &path, &good).unwrap().unload().is_ok());
}

#[test]
fn no_cut_and_no_flipped_byte_harms_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.wasm");
    let (host, good) = (Host::new(), hostile::GOOD.binary());
    let mut canary = Canary::new(&host);
    for len in 0..good.len() {
        let loaded = load_bytes(&host, &path, &good[..len]);
        // What follows the last section that matters may be missing.
        if let Ok(instance) = loaded {
            assert!(len > good.len() / 2, "{len} bytes of {} are a module", good.len());
            instance.unload().unwrap();
        }
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..2000 {
        let mut bytes = good.clone();
        bytes[random.usize(8..good.len())] ^= 1 << random.u32(0..8);
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(instance) = host.load_with(&path, LoadOptions::new().instance("flipped").wasm_limits(TIGHT))
        {
            outcome(&instance, &Message::new("command", "{}"));
            drop(instance.unload());
        }
    }
    canary.check("flipped bytes");
}

//! A recording that answers in place of a module.

use std::path::Path;

use rp_host::config::ConfigFile;
use rp_host::{Format, Grants, Host, LoadOptions, inspect_with};
use serde_json::{Value, json};
use support::{built, temporary};

/// A recording of two instances: `relay` asks `minimal`, which counts.
fn record(file: &Path) {
    let host = Host::builder().record(std::fs::File::create(file).unwrap()).build();
    let minimal = host.load(built("test-minimal")).unwrap();
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    let relay =
        host.load_with(built("test-relay"), LoadOptions::new().instance("relay").grants(grants)).unwrap();
    for _ in 0..2 {
        let _: Value = minimal.command("ping", &json!({})).unwrap();
    }
    let _: Value = minimal.command("echo", &json!({"a": 1, "b": [2]})).unwrap();
    assert!(minimal.command::<_, Value>("fail", &json!({"code": "conflict"})).is_err());
    let asked = json!({"type": "command", "payload": {"module": "test-minimal", "name": "ping"}});
    let _: Value = relay.command("send", &asked).unwrap();
    assert!(host.unload_all().is_empty());
}

fn load(host: &Host, file: &Path, options: LoadOptions) -> rp_host::Instance {
    // Its file need not be there.
    host.load_with("nowhere/libtest_minimal.so", options.recorded(file)).unwrap()
}

#[test]
fn it_answers_as_the_module_did() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file);
    let host = Host::new();
    let minimal = load(&host, &file, LoadOptions::new());
    assert_eq!((minimal.name(), minimal.path()), ("test-minimal", Some(&*file)));
    let messages = |minimal: &rp_host::Instance| {
        let answer: Value = minimal.command("ping", &json!({})).unwrap();
        answer["messages"].as_u64().unwrap()
    };
    // The first time as the first time.
    let counted: Vec<_> = (0..2).map(|_| messages(&minimal)).collect();
    assert!(counted.windows(2).all(|pair| pair[0] < pair[1]), "{counted:?}");
    // The order of keys is not what is asked.
    let echoed: Value = minimal.command("echo", &json!({"b": [2], "a": 1})).unwrap();
    assert_eq!(echoed, json!({"a": 1, "b": [2]}));
    for (name, args, told) in [
        ("ping", json!({}), "2 times, and this is one more"),
        ("echo", json!({"b": [2], "a": 1}), "once, and this is one more"),
        ("echo", json!({"a": 1, "b": [3]}), "the nearest is message"),
        ("walk", json!({}), "does not have command"),
    ] {
        let error = minimal.command::<_, Value>(name, &args).unwrap_err().to_string();
        assert!(error.contains("(not_found)") && error.contains(told), "{name}: {error}");
        assert!(error.contains("r.jsonl"), "{error}");
    }
    minimal.unload().unwrap();
    // Each instance begins anew, and the name says which is meant.
    let again = load(&host, &file, LoadOptions::new().instance("test-minimal"));
    assert_eq!(messages(&again), counted[0]);
    let relay = load(&host, &file, LoadOptions::new().instance("relay"));
    let asked = json!({"type": "command", "payload": {"module": "test-minimal", "name": "ping"}});
    let asked: Value = relay.command("send", &asked).unwrap();
    assert_eq!(asked["reply"], "pong");
}

#[test]
fn a_file_that_cannot_stand_in_is_told() {
    let (_folder, path) = temporary();
    let file = Path::new(&path).join("r.jsonl");
    record(&file);
    let refused = |options: LoadOptions, name: &str| {
        let error = Host::new().load_with(name, options).unwrap_err();
        (error.code(), error.to_string())
    };
    let recorded = || LoadOptions::new().recorded(&file);
    let (code, text) = refused(recorded(), "libother.so");
    assert!(code == "rp::record::no_instance" && text.contains("test-minimal, relay"), "{text}");
    let (code, text) = refused(recorded().instance("relay").expect_name("test-minimal"), "x");
    assert!(code == "rp::load::unexpected_name" && text.contains("test-relay"), "{text}");
    let (code, _) = refused(LoadOptions::new().recorded(format!("{path}/nowhere")), "x");
    assert_eq!(code, "rp::record::unreadable");
    std::fs::write(&file, "{}\n").unwrap();
    let (code, text) = refused(recorded(), "x");
    assert!(code == "rp::record::not_a_recording" && text.contains("r.jsonl"), "{text}");
}

#[test]
fn an_rp_toml_names_it() {
    let (_folder, path) = temporary();
    let folder = Path::new(&path);
    record(&folder.join("r.jsonl"));
    let parse = |text: &str| ConfigFile::parse(&folder.join("rp.toml"), text.to_owned());
    let file =
        parse("[module.test-minimal]\n[instance.a]\nmodule = \"test-minimal\"\nrecorded = \"r.jsonl\"\n")
            .unwrap();
    let host = file.start(Host::builder()).unwrap();
    let instance = host.instance("a").unwrap();
    assert!(instance.command::<_, Value>("ping", &json!({})).is_ok());
    let plan = &file.locate(&[]).unwrap()[0];
    assert_eq!(file.inspect(plan).unwrap().format, Format::Recording);
    assert!(file.inputs().contains(&folder.join("r.jsonl")));
    let error =
        inspect_with("libother.so", &LoadOptions::new().recorded(folder.join("r.jsonl"))).unwrap_err();
    assert_eq!(error.code(), "rp::record::no_instance");
    // Each error is at its key.
    for (text, line) in [
        ("[module.test-minimal]\nrecorded = \"r.jsonl\"\n", 2),
        ("[module.test-minimal]\n[instance.a]\nmodule = \"test-minimal\"\nrecorded = \"\"\n", 4),
    ] {
        assert_eq!(parse(text).unwrap_err().line(), Some(line), "{text}");
    }
    let file =
        parse("[module.test-minimal]\n[instance.a]\nmodule = \"test-minimal\"\nrecorded = \"no.jsonl\"\n")
            .unwrap();
    let error = file.start(Host::builder()).unwrap_err();
    assert_eq!((error.code(), error.line()), ("rp::record::unreadable", Some(4)));
}

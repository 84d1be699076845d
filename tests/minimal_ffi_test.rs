//! One table of cases, run over every test-minimal in every language through the one loader. No language skips a row.
//!
//! A new language joins with a folder `test-minimal-<language>` in modules-rust/ or modules-c/; nothing is added here.

#[path = "minimal/bare.rs"]
mod bare;
#[path = "minimal/cases.rs"]
mod cases;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bare::Bare;
use cases::{BEFORE_INIT, Case, READY};
use rp_host::{Host, Message, Reply, Status, library_file_name};

/// The names of the modules that the build made, from the build script.
fn built() -> BTreeSet<&'static str> {
    let names = [env!("RP_MODULES_RUST"), env!("RP_MODULES_C")];
    names.into_iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty()).collect()
}

fn folders(of: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(of)).unwrap();
    let folders = entries.map(|entry| entry.unwrap()).filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn all_folders() -> BTreeSet<String> {
    folders("modules-rust").into_iter().chain(folders("modules-c")).collect()
}

/// The modules under test: every folder of that name, built or not.
fn test_minimals() -> Vec<String> {
    let names: Vec<String> =
        all_folders().into_iter().filter(|name| name.starts_with("test-minimal")).collect();
    assert!(names.len() >= 3, "Rust, C and plain at least: {names:?}");
    names
}

/// The folder that all modules land in: the one of this test.
fn deps() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_path_buf()
}

fn library(name: &str) -> PathBuf {
    let path = deps().join(library_file_name(name));
    assert!(
        path.is_file(),
        "{} was not built; see build.rs and [dev-dependencies] in Cargo.toml",
        path.display()
    );
    path
}

/// Runs rows over every test-minimal and tells all that differ.
fn run(rows: &[Case], ask: impl Fn(&str, &Case) -> String) {
    let mut differ = Vec::new();
    for name in test_minimals() {
        for case in rows {
            let found = ask(&name, case);
            if found != case.response {
                let Case { given, message_type, payload, response } = case;
                differ.push(format!(
                    "{name}, after {given:?}: {message_type} {payload}\n  expected {response}\n  found    {found}"
                ));
            }
        }
    }
    assert!(differ.is_empty(), "{} rows differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn every_language_answers_alike_through_the_loader() {
    run(READY, |name, case| {
        let host = Host::new();
        let instance = host.load(library(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut reply = Reply::new();
        for (message_type, payload) in case.given {
            instance.call(&Message::new(message_type, payload), &mut reply).unwrap();
        }
        let status = instance.call_raw(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
        let text = reply.text().unwrap().to_owned();
        let is_success = rp_protocol::Response::parse(&text).unwrap().is_success();
        assert_eq!(is_success, status == Status::Success, "{name}: {text}");
        text
    });
}

#[test]
fn every_language_answers_alike_without_a_host() {
    run(READY, |name, case| {
        let instance = Bare::open(&library(name));
        instance.ask("init", "{}");
        answer(&instance, case)
    });
}

#[test]
fn every_language_answers_alike_before_init() {
    run(BEFORE_INIT, |name, case| answer(&Bare::open(&library(name)), case));
}

fn answer(instance: &Bare, case: &Case) -> String {
    for (message_type, payload) in case.given {
        instance.ask(message_type, payload);
    }
    instance.ask(case.message_type, case.payload)
}

#[test]
fn instances_share_nothing() {
    run(&READY[..1], |name, case| {
        let host = Host::new();
        let load = |instance: &str| {
            host.load_with(library(name), rp_host::LoadOptions::new().instance(instance)).unwrap()
        };
        let (one, other) = (load("one"), load("other"));
        let mut reply = Reply::new();
        for _ in 0..5 {
            one.call(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
        }
        other.call(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
        reply.text().unwrap().to_owned()
    });
}

#[test]
fn null_is_borne() {
    test_minimals().iter().for_each(|name| Bare::open(&library(name)).bears_null());
}

#[test]
fn unknown_message_flags_are_refused() {
    test_minimals().iter().for_each(|name| Bare::open(&library(name)).refuses_unknown_flags());
}

#[test]
fn a_large_payload_comes_back_whole() {
    let text = "é😀\\n".repeat(1 << 18);
    let payload = format!(r#"{{"name":"echo","args":{{"text":"{text}"}}}}"#);
    for name in test_minimals() {
        let host = Host::new();
        let instance = host.load(library(&name)).unwrap();
        let mut reply = Reply::new();
        instance.call(&Message::new("command", &payload), &mut reply).unwrap();
        let expected = format!(r#"{{"status":"success","data":{{"text":"{text}"}}}}"#);
        assert!(reply.as_bytes() == expected.as_bytes(), "{name}");
    }
}

#[test]
fn every_folder_is_a_module_that_was_built() {
    let built: BTreeSet<String> = built().into_iter().map(str::to_owned).collect();
    assert_eq!(built, all_folders(), "what was built, and the folders of modules-rust/ and modules-c/");
}

#[test]
fn modules_land_in_the_shared_target() {
    let deps = deps();
    assert_eq!(deps, Path::new(env!("RP_MODULES_DIR")), "the folder of the tests is the one of the modules");
    assert!(deps.ends_with("deps"), "{}", deps.display());
    // A Rust module is linked to <target>/<profile> by `cargo build`, not by `cargo test`.
    for name in folders("modules-c") {
        let path = deps.parent().unwrap().join(library_file_name(&name));
        assert!(path.is_file(), "{} was not built", path.display());
    }
}

#[test]
fn folder_manifest_and_file_have_one_name() {
    let host = Host::new();
    for name in all_folders() {
        let instance = host.load(library(&name)).unwrap();
        assert_eq!(instance.manifest().name, name);
        assert_eq!(instance.name(), name);
    }
}

#[test]
fn a_rust_modules_package_has_the_folders_name() {
    for name in folders("modules-rust") {
        let cargo = Path::new(env!("CARGO_MANIFEST_DIR")).join("modules-rust").join(&name).join("Cargo.toml");
        let text = std::fs::read_to_string(cargo).unwrap();
        assert!(text.contains(&format!("[package]\nname = \"{name}\"")), "{name}: {text}");
    }
}

//! One table of cases, run over every test-minimal in every language through the one loader. No language skips a row.
//!
//! A new language joins with a folder `test-minimal-<language>` in modules-rust/ or modules-c/; nothing is added here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rp_host::{Host, library_file_name};
use support::minimal::bare::Bare;
use support::minimal::oracle::{WAYS, Way, repeats_a_large_payload};

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

/// Asks every test-minimal in one way of that name.
fn run(way: &str) {
    all_answer(WAYS.iter().find(|known| known.name == way).unwrap());
}

fn all_answer(way: &Way) {
    let differ: Vec<_> =
        test_minimals().iter().flat_map(|name| way.differences(name, &library(name))).collect();
    assert!(differ.is_empty(), "{} rows differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn every_language_answers_alike_through_the_loader() {
    run("through the loader");
}

#[cfg(target_os = "linux")]
#[test]
fn every_language_answers_alike_isolated() {
    all_answer(&support::minimal::oracle::ISOLATED);
}

#[test]
fn every_language_answers_alike_without_a_host() {
    run("without a host");
}

#[test]
fn every_language_answers_alike_before_init() {
    run("before init");
}

#[test]
fn instances_share_nothing() {
    run("beside another instance");
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
    test_minimals().iter().for_each(|name| repeats_a_large_payload(name, &library(name)));
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
    for name in all_folders() {
        // Of its own, since the forms of one module provide the same entities.
        let host = Host::new();
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

//! Libraries for macOS, as other systems see them.

use std::path::PathBuf;

use support::{root, temporary};

/// A seed of the fuzz target.
fn seed(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fuzz/corpus/loader").join(name)).unwrap()
}

/// A module for ARM64 whose exports are in a tree.
fn good() -> Vec<u8> {
    seed("macho-module")
}

#[test]
#[cfg(not(target_os = "macos"))]
fn a_module_is_inspected_and_not_loaded() {
    let (_keep, dir) = temporary();
    let path = PathBuf::from(&dir).join("made.dylib");
    std::fs::write(&path, good()).unwrap();
    let found = rp_host::inspect(&path).unwrap();
    assert_eq!((found.format.as_str(), found.machine.as_str()), ("mach-o", "aarch64"));
    assert_eq!(found.manifest.unwrap().name, "m");
    assert_eq!(found.symbols, ["rp_manifest", "rp_module_v1"]);
    let error = rp_host::Host::new().load(&path).unwrap_err();
    assert_eq!(error.code(), "rp::load::wrong_machine");
    assert!(error.to_string().contains("it is built for aarch64 (MachO); this machine"), "{error}");
}

/// Each with the only thing that is wrong with it.
#[test]
fn what_is_wrong_is_told() {
    let (_keep, dir) = temporary();
    let path = PathBuf::from(&dir).join("made.dylib");
    let flipped = |at: usize, value: u8| {
        let mut bytes = good();
        bytes[at] = value;
        bytes
    };
    for (name, code, bytes) in [
        ("an object file", "not_a_library", flipped(12, 1)),
        ("a program", "executable", flipped(12, 2)),
        ("a bundle", "not_a_library", flipped(12, 8)),
        ("commands behind the file", "malformed", flipped(22, 1)),
        ("a command without a length", "malformed", flipped(36, 0)),
        ("more commands than there are", "malformed", flipped(16, 0xff)),
        ("cut in its symbols", "malformed", good()[..good().len() - 1].to_vec()),
        ("the magic number alone", "not_a_library", good()[..12].to_vec()),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let error = rp_host::inspect(&path).map(|_| ()).expect_err(name);
        assert_eq!(error.code(), format!("rp::load::{code}"), "{name}: {error}");
    }
}

/// An entry that another library has under the same name, and one that is in the old table of symbols, big-endian.
#[test]
fn exports_are_found_in_each_of_the_tables() {
    let (_keep, dir) = temporary();
    for (name, code, words) in [
        ("macho-reexport", "entry_elsewhere", "b.dylib._rp_module_v1"),
        ("macho-symbols", "manifest_missing", ""),
    ] {
        let path = PathBuf::from(&dir).join(name);
        std::fs::write(&path, seed(name)).unwrap();
        let error = rp_host::inspect(&path).map(|_| ()).expect_err(name);
        assert_eq!(error.code(), format!("rp::load::{code}"), "{name}: {error}");
        assert!(error.to_string().contains(words), "{name}: {error}");
    }
}

/// Cut or changed anywhere, it is refused or inspected: nothing panics.
#[test]
fn any_byte_may_be_wrong() {
    let (_keep, dir) = temporary();
    let path = PathBuf::from(&dir).join("made.dylib");
    let good = good();
    let is_inspected = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        rp_host::inspect(&path).is_ok()
    };
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x81;
        is_inspected(&bytes);
    }
    assert!((0..good.len()).step_by(16).all(|len| !is_inspected(&good[..len])));
    assert!(is_inspected(&good));
}

//! Libraries for Windows, as other systems see them.

use std::path::PathBuf;

use rp_host::{Host, LoadOptions};
use support::pe::{ARM64, Pe, X86};
use support::temporary;

/// What is told without loading: each with the only thing that is wrong with it.
fn broken() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let good = Pe::module("made", 1).bytes();
    let flipped = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    let forwarded = Pe::module("made", 1).forwards("rp_module_v1", "other.rp_module_v1");
    vec![
        ("a library without exports", "no_entry", Pe::empty().bytes()),
        ("a library that is no module", "no_entry", Pe::library(1).bytes()),
        ("an entry of another library", "entry_elsewhere", forwarded.bytes()),
        ("a .NET assembly", "managed", Pe::empty().managed().bytes()),
        ("the head for DOS alone", "not_a_library", good[..64].to_vec()),
        ("cut in its headers", "malformed", good[..300].to_vec()),
        ("cut in its code", "truncated", good[..0x500].to_vec()),
        ("cut by its last byte", "truncated", good[..good.len() - 1].to_vec()),
        ("headers far behind the file", "not_a_library", flipped(0x3f, 0x7f)),
        ("a program", "executable", flipped(0x40 + 23, 0)),
        ("another kind of optional header", "not_a_library", flipped(0x40 + 24, 0x7)),
        ("sections at one address", "malformed", at_one_address()),
        ("exports outside the file", "malformed", flipped(0x40 + 24 + 112 + 2, 0x7f)),
        ("imports outside the file", "malformed", with_import(0x40 + 24 + 112 + 8 + 2)),
    ]
}

/// A module whose second section says that it is where the first is.
fn at_one_address() -> Vec<u8> {
    let mut bytes = Pe::module("made", 1).bytes();
    let sections = 0x40 + 24 + 112 + 16 * 8;
    bytes.copy_within(sections + 12..sections + 16, sections + 40 + 12);
    bytes
}

/// A module with an import, whose byte at that place is another one.
fn with_import(at: usize) -> Vec<u8> {
    let mut bytes = Pe::module("made", 1).imports("other.dll", "value").bytes();
    bytes[at] = 0x7f;
    bytes
}

#[test]
fn what_is_wrong_is_told() {
    let (_keep, dir) = temporary();
    let path = PathBuf::from(&dir).join("made.dll");
    for (name, code, bytes) in broken() {
        std::fs::write(&path, bytes).unwrap();
        let error = rp_host::inspect(&path).map(|_| ()).expect_err(name);
        assert_eq!(error.code(), format!("rp::load::{code}"), "{name}: {error}");
        assert!(!error.to_string().contains("it is a text"), "{name}: {error}");
    }
}

#[test]
fn a_module_is_inspected_and_not_loaded() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    for (machine, name) in [(support::pe::X86_64, "x86_64"), (X86, "x86"), (ARM64, "aarch64")] {
        let path = PathBuf::from(&dir).join(format!("{name}.dll"));
        let library = Pe::module("made", 1).machine(machine).imports("other.dll", "value").managed();
        std::fs::write(&path, library.bytes()).unwrap();
        let found = rp_host::inspect(&path).unwrap();
        assert_eq!((found.format.as_str(), found.machine.as_str()), ("pe", name));
        assert_eq!(found.manifest.unwrap().name, "made");
        assert_eq!(found.symbols, ["rp_manifest", "rp_module_v1"]);
        let error = host.load(&path).unwrap_err();
        assert_eq!(error.code(), "rp::load::wrong_machine");
        assert!(error.to_string().contains(&format!("it is built for {name} (Pe); this machine")), "{error}");
    }
}

/// Cut or changed anywhere, it is refused or inspected: nothing panics.
#[test]
fn any_byte_may_be_wrong() {
    let (_keep, dir) = temporary();
    let path = PathBuf::from(&dir).join("made.dll");
    let good = Pe::module("made", 1).imports("a.dll", "a").delays("b.dll", "b").forwards("c", "d.e").bytes();
    let host = Host::new();
    let tried = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        assert!(host.load_with(&path, LoadOptions::new()).is_err());
        rp_host::inspect(&path).is_ok()
    };
    let headers = 0..0x280;
    let tables = 0x600..good.len();
    for at in headers.chain(tables) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x81;
        tried(&bytes);
    }
    assert!((0..good.len()).step_by(16).all(|len| !tried(&good[..len])));
    assert!(tried(&good));
}

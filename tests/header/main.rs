//! The headers: made from their source, current, and right in every dialect.
//!
//! `./dev header` (RP_BLESS=1) rewrites what is generated. The compilers are asked on Linux only.

use std::path::Path;
use support::root;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod abi;
mod contract;
mod dependencies;
#[cfg(target_os = "linux")]
mod dialects;
mod drift;
#[cfg(target_os = "linux")]
mod example;
mod floors;
mod generate;
mod host;
mod layout;
#[cfg(target_os = "linux")]
mod optimised;
mod places;
mod schemas;
mod sdk;
mod sizes;
mod source;
mod symbols;
mod systems;
#[cfg(target_os = "linux")]
mod windows;
mod words;

/// First the header, then the Rust reading of it, since `./dev header` rewrites both in one go.
#[test]
fn what_is_generated_is_current() {
    let abi = source::read();
    let header =
        generate::header(&abi, &root().join("host/src/abi.rs")).expect("cbindgen has nothing to warn of");
    drift::check("include/rp_module.h", &header);
    drift::check("include/rp_module_layout.h", &generate::layout_header(&abi));
    drift::check("include/rp_host.h", &host::header().expect("cbindgen has nothing to warn of"));
    drift::check("spec/abi/rp_module.json", &contract::json(&abi, &header));
    let sdk = sdk::sdk(&abi, &root().join("include/rp_module.h"));
    drift::check("sdk/src/abi.rs", &sdk);
    for (name, text) in sizes::files(&abi) {
        drift::check(&format!("tests/platforms/{name}"), &text);
    }
}

/// `RP_BLESS=1` records it anew, which is right for what was never released and for what was added.
#[test]
fn abi_of_the_host_is_the_recorded_one() {
    let header = std::fs::read_to_string(root().join("include/rp_host.h")).unwrap();
    drift::check("spec/abi/rp_host.txt", &host::declarations(&header));
}

/// Whoever opens the header sees what it is about before they have to scroll far.
#[test]
fn the_first_type_comes_soon() {
    let header = std::fs::read_to_string(root().join("include/rp_module.h")).unwrap();
    let first = header.lines().position(|line| line.starts_with("typedef ")).map(|at| at + 1);
    assert!(first.is_some_and(|line| line <= 100), "{first:?}");
}

/// The rows of the header's table, and the constants of the protocol.
#[test]
fn message_types_are_those_of_the_protocol() {
    let header = std::fs::read_to_string(root().join("include/rp_module.h")).expect("the header is there");
    let (_, table) = header.split_once("//   type      payload").expect("the table under MESSAGES");
    let rows = table.lines().skip(1).take_while(|line| line.len() > "//".len());
    let is_row = |line: &&str| line.starts_with("//   ") && !line.starts_with("//    ");
    let types: Vec<_> = rows.filter(is_row).filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(types, rp_protocol::message_type::ALL);
}

#[test]
fn a_warning_of_cbindgen_fails() {
    let text = "#[repr(C)] pub struct rp_str { pub data: *const Unheard }";
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("warned.rs");
    std::fs::write(&path, text).unwrap();
    let warnings = generate::header(&source::read(), &path).unwrap_err();
    assert!(warnings.iter().any(|warning| warning.contains("Unheard")), "{warnings:?}");
}

#[test]
fn a_stale_file_is_told_with_its_diff() {
    assert_eq!(drift::diff("a.h", "one\r\ntwo\r\n", "one\ntwo\n"), None);
    let diff = drift::diff("a.h", "one\ntwo\n", "one\nthree\n").unwrap();
    assert!(diff.contains("-two\n+three\n") && diff.contains("a.h (checked in)"), "{diff}");
}

//! The header: generated, current, and right in every dialect.

use std::path::{Path, PathBuf};

#[path = "header/drift.rs"]
mod drift;
#[path = "header/generate.rs"]
mod generate;
#[path = "header/layout.rs"]
mod layout;
#[path = "header/sdk.rs"]
mod sdk;
#[path = "header/source.rs"]
mod source;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn header() -> String {
    generate::header(&source::read(), &root().join("host/src/abi.rs")).expect("cbindgen has nothing to warn of")
}

#[test]
fn the_header_is_current() {
    drift::check("include/rp_module.h", &header());
}

#[test]
fn the_rust_reading_is_current() {
    let sdk = sdk::sdk(&source::read(), &root().join("include/rp_module.h"));
    drift::check("sdk/src/abi.rs", &sdk);
}

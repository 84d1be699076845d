//! `rp.toml`: read, checked, and its faults shown.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use rp_host::config::{ConfigError, ConfigFile};
use rp_host::{Error, StoreFault};

/// An error marks a part of its file, and is shown in whole.
fn shown(error: &ConfigError) {
    let (text, span) = (error.source_text().expect("a text"), error.span().expect("a place"));
    assert!(text.get(span.clone()).is_some(), "{span:?}");
    assert!(error.line().is_some_and(|line| line > 0));
    assert!(error.to_string().starts_with(error.text()));
}

fuzz_target!(|text: &str| {
    match ConfigFile::parse(Path::new("folder/rp.toml"), text.to_owned()) {
        Err(error) => shown(&error),
        Ok(file) => {
            for name in file.instance_names() {
                shown(&file.blame(name, Error::store("blamed", StoreFault::Full)));
            }
            assert_eq!(file.inputs().first().map(AsRef::as_ref), Some(Path::new("folder/rp.toml")));
        }
    }
});

//! `rp.toml`: read, checked, and its faults shown.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the command uses more of its files than this does")]

#[path = "../../../cli"]
mod cli {
    pub mod config;
    pub mod fault;
    pub mod files;
    pub mod json;
    pub mod nearest;
    pub mod terminal;
    pub mod wasm;
}

use std::path::{Path, PathBuf};

use cli::{config, fault, files, json, nearest, terminal, wasm};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(file) = config::ConfigFile::parse(Path::new("folder/rp.toml"), text.to_owned()) else { return };
    for planned in &file.config.instances {
        let place = planned.places.of(None);
        assert!(text.get(place.clone()).is_some(), "{place:?}");
        file.blame(fault::Fault::data("rp::fuzz", "blamed"), place);
    }
    assert_eq!(file.inputs().first().map(PathBuf::as_path), Some(Path::new("folder/rp.toml")));
});

//! `rp.toml`: read, checked, and its faults shown.
#![no_main]
#![allow(dead_code, reason = "the command uses more of its files than this does")]

#[path = "../../../cli"]
mod cli {
    pub mod config;
    /// Of `cli/engine.rs`, whose options need clap, only what a file says.
    pub mod engine {
        use std::path::PathBuf;

        use rp_host::WasmCache;

        pub fn cache(text: PathBuf) -> WasmCache {
            if text.as_os_str() == "off" { WasmCache::Off } else { WasmCache::Folder(text) }
        }
    }
    pub mod fault;
    pub mod json;
    pub mod output;
    pub mod session;
    pub mod template;
    pub mod wasm;
}

use std::path::Path;

use cli::{config, engine, fault, json, output, session, template, wasm};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(file) = config::ConfigFile::parse(Path::new("folder/rp.toml"), text.to_owned()) else { return };
    for planned in &file.config.instances {
        assert!(text.get(planned.span.clone()).is_some(), "{:?}", planned.span);
        file.blame(fault::Fault::data("rp::fuzz", "blamed"), &planned.span);
    }
    assert_eq!(file.inputs().first(), Some(&Path::new("folder/rp.toml")));
});

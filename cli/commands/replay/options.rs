//! The command line of `rp replay`.

use std::path::PathBuf;

use rp_host::LoadOptions;

use crate::arguments::engine::EngineOptions;
use crate::arguments::isolation::IsolationOptions;
use crate::running::log_filter::LogFilter;
use crate::wasm::limit::Limit;

/// Play a recording to a module again, and show where it does otherwise
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file
    pub module: PathBuf,
    /// The recording, as --record wrote it
    #[arg(value_name = "FILE")]
    pub recording: PathBuf,
    /// The instance in the recording to play; by default, the one that is of this module, or the only one
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,
    /// Go on after the first difference
    #[arg(long)]
    pub all: bool,
    /// Compare byte by byte: otherwise, JSON that means the same is the same, whatever the order of its keys
    #[arg(long)]
    pub exact: bool,
    /// Limit what a WebAssembly module may use, as for `rp run`; may be given more than once
    #[arg(long = "wasm-limit", value_name = "KEY=N", conflicts_with = "isolated", value_parser = Limit::parse)]
    pub wasm_limits: Vec<Limit>,
    /// Which lines of the module's log are shown: off, error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", env = "RP_LOG", hide_env_values = true)]
    pub log: Option<LogFilter>,
    #[command(flatten)]
    isolation: IsolationOptions,
    #[command(flatten)]
    engine: EngineOptions,
}

const AFTER_HELP: &str = "\
Examples:
  rp call libtest_minimal.so ping --record ping.jsonl
  rp replay libtest_minimal.so ping.jsonl
  rp replay libtest_minimal.so ping.jsonl --all --json

The module gets the messages that the instance got, in their order. What it
asks is answered from the recording: what it sends, its clock, its random bytes,
whether a message is cancelled. Its responses and what it sends are compared.

The exit code is 1 if there is a difference; the first one ends the replay
without --all. A message that ended by a time limit then is left out, unless
the module found that by asking. An instance whose own threads sent messages or
asked for the time cannot be played again.";

impl Options {
    /// How the module is loaded. Its grants were those of the recording, so none are missed.
    pub fn load_options(&self) -> LoadOptions {
        let options = LoadOptions::new().grant_requested().wasm_limits(Limit::all(&self.wasm_limits));
        self.engine.apply(self.isolation.apply(options))
    }
}

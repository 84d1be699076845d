//! `rp replay MODULE FILE`

mod options;
mod shown;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use rp_host::{Host, Recording, Replay};

pub use options::Options;

use crate::arguments::global::Global;
use crate::fault::{EXIT_DATA, Fault};
use crate::output::Output;
use crate::running::log;
use crate::running::progress::Bars;
use crate::wasm::limit::refuse_native;

const BUFFER_BYTES: usize = 1 << 20;

/// Plays a recording to a module.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    refuse_native(&options.module, &options.wasm_limits)?;
    let bars = Bars::new(global.verbose > 0);
    let filter = options.log.clone().unwrap_or_default();
    log::install(filter, global.verbose > 0, bars)?;
    let recording = read(&options.recording)?;
    let cut_bytes = recording.cut_bytes();
    let mut replay = Replay::new(recording);
    if let Some(instance) = &options.instance {
        replay = replay.instance(instance);
    }
    if options.exact {
        replay = replay.exact();
    }
    let (mut output, mut failure) = (Output::new(), None);
    let outcome = replay.run(Host::builder(), &options.module, options.load_options(), |difference| {
        let told = shown::difference(difference, global.json, &mut output);
        failure = told.err();
        if options.all && failure.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    failure.map_or(Ok(()), Err)?;
    shown::summary(&outcome, cut_bytes, global.json, &mut output)?;
    Ok(if outcome.differences == 0 { 0 } else { EXIT_DATA })
}

/// Reads a recording, compressed or not.
fn read(path: &Path) -> Result<Recording, Fault> {
    let Ok(file) = File::open(path) else { return Ok(Recording::open(path)?) };
    let mut file = BufReader::with_capacity(BUFFER_BYTES, file);
    let is_gzip = file.fill_buf().is_ok_and(|start| start.starts_with(&[0x1f, 0x8b]));
    Ok(if is_gzip {
        Recording::read(path, BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(file)))?
    } else {
        Recording::read(path, file)?
    })
}

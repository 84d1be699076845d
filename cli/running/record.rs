//! The file of a recording.

use std::fs::File;
use std::path::{Path, PathBuf};

use rp_host::config::ConfigFile;

use crate::fault::Fault;
use crate::files::{OutputFile, Refused};

/// Opens the file and empties it. It must not be one of `inputs`, the files that the command reads.
pub fn create(path: &Path, inputs: &[PathBuf], config: Option<&ConfigFile>) -> Result<File, Fault> {
    refuse_compression(path)?;
    refuse_redaction(path, config)?;
    let opened = OutputFile::open(path, inputs).and_then(|file| Ok(file.emptied()?));
    opened.map_err(|refused| match refused {
        Refused::IsInput(input) => {
            let text = format!("the recording would overwrite {}, which is an input", input.display());
            Fault::environment("rp::record::is_input", text).help("give --record a file of its own")
        }
        Refused::System(error) => unwritable(path, &error.to_string())
            .help_with(&error, "check that its folder is there, may be written to, and has room"),
    })
}

/// Blocks that wait to be compressed would be lost with a process that dies.
fn refuse_compression(path: &Path) -> Result<(), Fault> {
    let is_compressed = path
        .extension()
        .is_some_and(|extension| ["gz", "zst", "zstd"].iter().any(|one| extension.eq_ignore_ascii_case(one)));
    if !is_compressed {
        return Ok(());
    }
    let why = "a recording has each message at once, so it is written as it is";
    Err(unwritable(path, why).help("give it a name without this ending, and compress it later"))
}

/// What is redacted could not be played again.
fn refuse_redaction(path: &Path, config: Option<&ConfigFile>) -> Result<(), Fault> {
    let Some(config) = config.filter(|file| !file.host_options().trace.redact.is_empty()) else {
        return Ok(());
    };
    let redact = format!("trace.redact of {}", config.path().display());
    let why = format!("it has every message whole, and {redact} keeps values out");
    Err(unwritable(path, &why).help(format!("write a trace with --trace, or take {redact} out")))
}

fn unwritable(path: &Path, why: &str) -> Fault {
    let text = format!("the recording {} cannot be written: {why}", path.display());
    Fault::environment("rp::record::unwritable", text)
}

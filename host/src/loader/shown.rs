//! Inspections as JSON: what `rp inspect --json` and `rp list --json` print.

use std::path::Path;

use rp_protocol::members;
use serde_core::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::inspect::Inspection;
use super::scan::Scan;
use crate::error::Error;

/// A path as JSON, which holds text alone: each part of it that is not Unicode is written as U+FFFD.
struct PathText<'a>(&'a Path);

impl Serialize for PathText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.display())
    }
}

/// The manifest as it stands in the file, not as this version of the host understands it.
struct File<'a> {
    file: PathText<'a>,
    size: u64,
    format: &'a str,
    machine: &'a str,
    profile: &'a str,
    abi_version: Option<u32>,
    symbols: &'a [String],
    manifest: Option<&'a RawValue>,
}

members! {
    writes File<'a> {
        required file,
        required size,
        required format,
        required machine,
        required profile,
        required abi_version,
        required symbols,
        required manifest,
    }
}

impl Serialize for Inspection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = File {
            file: PathText(&self.path),
            size: self.size,
            format: self.format.as_str(),
            machine: &self.machine,
            profile: self.profile.as_str(),
            abi_version: self.abi_version,
            symbols: &self.symbols,
            manifest: self.manifest_text.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        };
        shown.serialize(serializer)
    }
}

struct Folder<'a> {
    broken: Vec<Broken<'a>>,
    modules: Vec<Listed<'a>>,
    passed_over: usize,
}

members! { writes Folder<'a> { required broken, required modules, required passed_over } }

struct Listed<'a> {
    file: PathText<'a>,
    name: Option<&'a str>,
    profile: &'a str,
    version: Option<String>,
}

members! { writes Listed<'a> { required file, required name, required profile, required version } }

struct Broken<'a> {
    code: &'a str,
    error: String,
    file: PathText<'a>,
    help: Option<String>,
}

members! { writes Broken<'a> { required code, required error, required file, required help } }

impl Serialize for Scan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = Folder {
            broken: self.refused.iter().map(broken).collect(),
            modules: self.modules.iter().map(listed).collect(),
            passed_over: self.skipped.len(),
        };
        shown.serialize(serializer)
    }
}

fn listed(found: &Inspection) -> Listed<'_> {
    Listed {
        file: PathText(&found.path),
        name: found.manifest.as_ref().map(|manifest| &*manifest.name),
        profile: found.profile.as_str(),
        version: found.manifest.as_ref().map(|manifest| manifest.version.to_string()),
    }
}

fn broken(error: &Error) -> Broken<'_> {
    let file = PathText(error.path().unwrap_or(Path::new("?")));
    Broken { code: error.code(), error: error.to_string(), file, help: error.help() }
}

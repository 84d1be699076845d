//! What files of modules say about themselves. None of their code runs.

use core::ffi::c_char;

use host::{Error, HostFault, Inspection, LoadOptions, Scan};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::contain::{contain, given};
use crate::error::rph_error;
use crate::options;
use crate::reply::rph_reply;
use crate::text::text;
use crate::view::path as shown_path;

/// What the file of a module says about it; none of its code runs. options: as of rph_load, to
/// compare it with what they expect, and with what this host can load; without a length nothing is
/// compared. out: as `rp inspect --json` has it.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_inspect(
    path: *const c_char,
    path_len: usize,
    options: *const c_char,
    len: usize,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        // SAFETY: C lends both texts until this call returns (rule 3 of rp_host.h).
        let path = unsafe { text("path", path, path_len) }?;
        // SAFETY: as above.
        let expected: LoadOptions = unsafe { options::read(options, len) }?;
        let found = if len == 0 { host::inspect(path) } else { host::inspect_with(path, &expected) }?;
        given("out", out)?.show(&inspection(&found));
        Ok(())
    })
}

/// The modules of a folder; none of their code runs. out: as `rp list --json` has it.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_scan(
    folder: *const c_char,
    len: usize,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let folder = unsafe { text("folder", folder, len) }?;
        let found = host::scan(folder)
            .map_err(|error| Error::host(HostFault::System { what: "read the folder", error }))?;
        given("out", out)?.show(&scan(&found));
        Ok(())
    })
}

fn inspection(found: &Inspection) -> Value {
    let manifest =
        found.manifest_text.as_deref().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    json!({
        "file": shown_path(&found.path),
        "size": found.size,
        "format": found.format.as_str(),
        "machine": found.machine,
        "profile": found.profile.as_str(),
        "abi_version": found.abi_version,
        "symbols": found.symbols,
        "manifest": manifest,
    })
}

fn scan(found: &Scan) -> Value {
    let module = |found: &Inspection| {
        let manifest = found.manifest.as_ref();
        json!({
            "name": manifest.map(|manifest| &manifest.name),
            "version": manifest.map(|manifest| manifest.version.to_string()),
            "profile": found.profile.as_str(),
            "file": shown_path(&found.path),
        })
    };
    let broken = |error: &Error| {
        json!({
            "file": error.path().map(shown_path),
            "code": error.code(),
            "error": error.to_string(),
            "help": error.help(),
        })
    };
    json!({
        "modules": found.modules.iter().map(module).collect::<Vec<_>>(),
        "broken": found.refused.iter().map(broken).collect::<Vec<_>>(),
        "passed_over": found.skipped.len(),
    })
}

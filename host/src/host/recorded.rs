//! What a recording tells of instances: which module each is of, with what it was loaded, and what `create` got.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::abi::RP_CONCURRENT;
use crate::border::module::ModuleInfo;
use crate::calls::instance::Birth;
use crate::error::LoadFault;
use crate::host_functions::rp_host::HostTable;
use crate::loader::read::read_file;
use crate::observe::log::Level;
use crate::observe::observers::Observers;
use crate::observe::trace_form::{CreatedLine, TraceModule};
use crate::options::load::LoadOptions;

/// Expects of a module's file what is in it now, so that what is loaded is what the recording names.
pub(super) fn pin(path: &Path, options: &mut LoadOptions) -> Result<(), LoadFault> {
    options.content = None;
    options.content = Some(match options.expected_content() {
        Some(expected) => expected,
        None => Sha256::digest(&read_file(path)?.0).into(),
    });
    Ok(())
}

/// `create` is about to run.
pub(super) fn enter(observers: &Observers, table: &HostTable) {
    observers.recorder.iter().for_each(|recorder| recorder.enter(table.creation()));
}

/// `create` failed.
pub(super) fn forget(observers: &Observers, table: &HostTable) {
    observers.recorder.iter().for_each(|recorder| recorder.forget(table.creation()));
}

/// `create` made an instance.
pub(super) fn created(observers: &Observers, table: &HostTable, birth: &Birth, info: &ModuleInfo) {
    if observers.recorder.is_none() {
        return;
    }
    if info.flags & RP_CONCURRENT != 0 {
        let text = format!(
            "{} could handle several messages at once; while it is recorded it gets one at a time",
            birth.name
        );
        observers.log_own(Level::Warn, &text);
    }
    let hex = |hash: [u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let created = CreatedLine {
        module: TraceModule {
            instance: birth.name.clone(),
            module: info.manifest.name.clone(),
            version: info.manifest.version.to_string(),
            profile: info.profile.as_str(),
        },
        sha256: birth.options.content.map(hex),
        config: &birth.options.config,
        grants: &birth.options.grants_for(&info.manifest),
        manifest: &info.manifest_text,
    };
    observers.write(|recorder| recorder.created(table.creation(), &created));
}

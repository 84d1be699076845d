//! Finds what makes a native library a module. None of its code runs.

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use super::entry::{ENTRY, Found, MANIFEST, is_entry};
use super::image::{Image, Symbol};
use crate::border::module::Profile;
use crate::error::LoadFault;

/// Finds the manifest and the entry, or says what is missing. The entry's address is the file's own: the base of the mapped
/// library follows from it.
pub(super) fn examine(image: &Image<'_>) -> Result<(Found, u64), LoadFault> {
    match image.symbol(ENTRY) {
        Some(Symbol::Function { address }) => {
            let manifest = Some(read_manifest(image)?);
            Ok((Found { profile: Profile::Abi, manifest }, address))
        }
        Some(Symbol::Data { .. }) => Err(LoadFault::EntryIsData(ENTRY)),
        Some(Symbol::Elsewhere(to)) => Err(elsewhere(ENTRY, to)),
        None => examine_plain(image),
    }
}

fn examine_plain(image: &Image<'_>) -> Result<(Found, u64), LoadFault> {
    if let Some(found) = image.export_names().into_iter().find(|name| is_entry(name)) {
        return Err(LoadFault::AbiVersion { found, host: ENTRY });
    }
    let (create, handle) = (function(image, "create_module")?, function(image, "handle_message")?);
    let (Some(entry), Some(_)) = (create, handle) else { return Err(no_module(image)) };
    for name in ["free_string", "destroy_module"] {
        function(image, name)?.ok_or(LoadFault::PlainIncomplete(name))?;
    }
    Ok((Found { profile: Profile::Plain, manifest: None }, entry))
}

fn no_module(image: &Image<'_>) -> LoadFault {
    if image.is_program() {
        LoadFault::Executable
    } else if image.is_managed() {
        LoadFault::Managed
    } else {
        LoadFault::NoEntry { entry: ENTRY }
    }
}

fn elsewhere(name: &'static str, to: &str) -> LoadFault {
    LoadFault::EntryElsewhere { name, to: to.to_owned() }
}

fn function(image: &Image<'_>, name: &'static str) -> Result<Option<u64>, LoadFault> {
    match image.symbol(name) {
        None => Ok(None),
        Some(Symbol::Function { address }) => Ok(Some(address)),
        Some(Symbol::Data { .. }) => Err(LoadFault::EntryIsData(name)),
        Some(Symbol::Elsewhere(to)) => Err(elsewhere(name, to)),
    }
}

pub(super) fn find_manifest<'a>(image: &'a Image<'_>) -> Result<&'a [u8], LoadFault> {
    let address = match image.symbol(MANIFEST).ok_or(LoadFault::ManifestMissing)? {
        Symbol::Data { address } | Symbol::Function { address } => address,
        Symbol::Elsewhere(to) => return Err(elsewhere(MANIFEST, to)),
    };
    image.text_at(address, MANIFEST_MAX_BYTES).ok_or(LoadFault::ManifestUnterminated)
}

fn read_manifest(image: &Image<'_>) -> Result<(String, Manifest), LoadFault> {
    let text = find_manifest(image)?;
    let text = core::str::from_utf8(text).map_err(|_| LoadFault::ManifestNotUtf8)?;
    Ok((text.to_owned(), Manifest::parse(text)?))
}

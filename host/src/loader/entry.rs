//! What makes a file a module: the symbols that it exports.

use rp_protocol::Manifest;

use crate::border::module::Profile;

/// The entry that this host calls.
pub(super) const ENTRY: &str = "rp_module_v1";
/// The exported manifest.
pub(super) const MANIFEST: &str = "rp_manifest";
/// How every entry's name begins; the version of the ABI follows.
const ENTRY_STEM: &str = "rp_module_v";

/// Whether a symbol is the entry of some version of the ABI.
pub(super) fn is_entry(name: &str) -> bool {
    let version = name.strip_prefix(ENTRY_STEM).unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
}

/// What makes a file a module.
pub(super) struct Found {
    pub(super) profile: Profile,
    /// Text and content of the exported manifest; a plain module exports none.
    pub(super) manifest: Option<(String, Manifest)>,
}

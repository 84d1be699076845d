//! Modules that are linked into the host's program.

use std::sync::Arc;

use rp_protocol::Manifest;

use super::table;
use super::table_module::TableModule;
use crate::abi::rp_module;
use crate::border::module::Module;
use crate::error::LoadFault;

/// Reads the table of a module that is linked into this program.
///
/// # Safety
/// `entry` is the entry of a module that keeps the rules of `rp_module.h`.
pub(crate) unsafe fn load(
    entry: unsafe extern "C" fn() -> *const rp_module,
) -> Result<Arc<dyn Module>, LoadFault> {
    // SAFETY: the caller promises an entry that keeps the rules, so its table is NULL or keeps rule 10.
    let (table, text) = unsafe { table::read(entry(), None) }?;
    let manifest = Manifest::parse(&text)?;
    Ok(Arc::new(TableModule::new(None, table, text, manifest)))
}

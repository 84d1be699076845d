//! Checks the table that an entry returned before anything in it is used.

use core::mem::{align_of, size_of};

use rp_protocol::MANIFEST_MAX_BYTES;

use super::segments::Segments;
use crate::abi::{RP_CONCURRENT, rp_module};
use crate::border::module::Handler;
use crate::error::LoadFault;

/// A checked table. Its functions are valid for the life of the process (rule 10).
#[derive(Clone, Copy)]
pub(super) struct Table {
    pub(super) flags: u32,
    pub(super) create: unsafe extern "C" fn(*const crate::abi::rp_host) -> *mut core::ffi::c_void,
    pub(super) destroy: unsafe extern "C" fn(*mut core::ffi::c_void),
    pub(super) handle_message: HandleMessage,
}

type HandleMessage = unsafe extern "C" fn(
    *mut core::ffi::c_void,
    *const crate::abi::rp_message,
    *mut crate::abi::rp_reply,
) -> crate::abi::rp_status;

impl Table {
    pub(super) fn handler(&self, context: *mut core::ffi::c_void) -> Handler {
        Handler { function: self.handle_message, context }
    }
}

/// Reads a table and the text of its manifest.
///
/// `inside` holds the segments of the mapped library; it is `None` for a table that is linked into this program.
///
/// # Safety
/// The segments `inside` are mapped as they say; without them, `table` is NULL or keeps rule 10.
pub(super) unsafe fn read(
    table: *const rp_module,
    inside: Option<&Segments>,
) -> Result<(Table, String), LoadFault> {
    if table.is_null() {
        return Err(LoadFault::NullTable);
    }
    let address = table as usize;
    let lies_inside = |len: usize| inside.is_none_or(|segments| segments.room_at(address) >= len);
    if !lies_inside(size_of::<u32>()) {
        return Err(LoadFault::TableOutside);
    }
    if !address.is_multiple_of(align_of::<rp_module>()) {
        return Err(LoadFault::TableMisaligned);
    }
    // SAFETY: struct_size comes first, and its four bytes lie in a readable segment, or belong to a table that is linked in.
    let size = unsafe { table.cast::<u32>().read() };
    if (size as usize) < size_of::<rp_module>() {
        return Err(LoadFault::TableTooSmall { found: size, needs: size_of::<rp_module>() as u32 });
    }
    if !lies_inside(size_of::<rp_module>()) {
        return Err(LoadFault::TableOutside);
    }
    // SAFETY: struct_size covers every field of this version, and all of them are readable; the table is constant (rule 6).
    let table = unsafe { &*table };
    let checked = check(table, inside)?;
    // SAFETY: the caller promises the mapped segments; without them the table keeps rule 10, so its manifest ends with NUL.
    let manifest = unsafe { manifest_text(table.manifest.cast(), inside) }?;
    Ok((checked, manifest))
}

fn check(table: &rp_module, inside: Option<&Segments>) -> Result<Table, LoadFault> {
    let unknown = table.flags & !RP_CONCURRENT;
    if unknown != 0 {
        return Err(LoadFault::UnknownFlags(unknown));
    }
    let checked = Table {
        flags: table.flags,
        create: table.create.ok_or(LoadFault::NullFunction("create"))?,
        destroy: table.destroy.ok_or(LoadFault::NullFunction("destroy"))?,
        handle_message: table.handle_message.ok_or(LoadFault::NullFunction("handle_message"))?,
    };
    let functions = [
        ("create", checked.create as usize),
        ("destroy", checked.destroy as usize),
        ("handle_message", checked.handle_message as usize),
    ];
    let is_outside = |address| inside.is_some_and(|segments| !segments.has_code_at(address));
    match functions.into_iter().find(|(_, address)| is_outside(*address)) {
        Some((name, _)) => Err(LoadFault::FunctionOutside(name)),
        None => Ok(checked),
    }
}

/// # Safety
/// The segments `inside` are mapped as they say; without them, `text` is NULL or ends with NUL.
unsafe fn manifest_text(text: *const u8, inside: Option<&Segments>) -> Result<String, LoadFault> {
    let address = text as usize;
    let room = match inside {
        _ if text.is_null() => return Err(LoadFault::TableManifest),
        Some(segments) => segments.room_at(address).min(MANIFEST_MAX_BYTES + 1),
        None => MANIFEST_MAX_BYTES + 1,
    };
    let mut len = 0;
    // SAFETY: `room` keeps every read inside a readable segment; without segments no read goes past the NUL.
    while len < room && unsafe { text.add(len).read() } != 0 {
        len += 1;
    }
    if len == room {
        return Err(LoadFault::TableManifest);
    }
    // SAFETY: the loop has just read these `len` bytes, which are constant (rule 6).
    let bytes = unsafe { core::slice::from_raw_parts(text, len) };
    core::str::from_utf8(bytes).map(str::to_owned).map_err(|_| LoadFault::ManifestNotUtf8)
}

//! Reads a module's file, once.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::image;
#[cfg(feature = "wasm")]
use super::wasm::file::is_wasm;
use crate::error::LoadFault;
use crate::options::wasm_limits::WasmLimits;
use crate::os;

/// The largest size of a native library. For WebAssembly modules the operator sets the limit.
const LARGEST_NATIVE: u64 = 1 << 30;
/// Bytes that are read first; they are enough to recognise every format.
const HEAD_BYTES: u64 = 4096;

/// Opens a regular file, once.
pub(super) fn open_file(path: &Path) -> Result<(File, Metadata), LoadFault> {
    let file = os::open_file(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LoadFault::NotFound,
        _ => refused_to_open(path, error),
    })?;
    if let Some(kind) = os::device_kind(&file) {
        return Err(LoadFault::NotAFile(kind));
    }
    let metadata = file.metadata().map_err(LoadFault::Unreadable)?;
    if !metadata.is_file() {
        return Err(LoadFault::NotAFile(os::kind_of(metadata.file_type())));
    }
    Ok((file, metadata))
}

/// Some kinds of file cannot even be opened: sockets on all systems, folders on Windows.
fn refused_to_open(path: &Path, error: std::io::Error) -> LoadFault {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => LoadFault::NotAFile(os::kind_of(metadata.file_type())),
        _ => LoadFault::Unreadable(error),
    }
}

/// The whole content of an opened file, unless its beginning or its size shows that it is not a module.
pub(super) fn read_all(
    file: &mut File,
    metadata: &Metadata,
    limits: &WasmLimits,
) -> Result<Vec<u8>, LoadFault> {
    let mut bytes = Vec::new();
    read_up_to(file, HEAD_BYTES, &mut bytes)?;
    let limit = limit_of(&bytes, limits)?;
    let too_large = |len| LoadFault::TooLarge { len, limit };
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    // One byte more, to see the end: a file that is being written may be longer than it was.
    let room = usize::try_from(metadata.len()).unwrap_or(usize::MAX).saturating_add(1);
    bytes.try_reserve_exact(room).map_err(|_| LoadFault::Unreadable(ErrorKind::OutOfMemory.into()))?;
    read_up_to(file, limit + 1 - bytes.len() as u64, &mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

fn read_up_to(file: &mut File, most: u64, bytes: &mut Vec<u8>) -> Result<usize, LoadFault> {
    file.take(most).read_to_end(bytes).map_err(LoadFault::Unreadable)
}

/// The largest size of a file with this beginning. So a large file of another kind is not read to find that out.
fn limit_of(head: &[u8], limits: &WasmLimits) -> Result<u64, LoadFault> {
    #[cfg(feature = "wasm")]
    if is_wasm(head) {
        // A lower limit has an error of its own, which names the limit.
        return Ok(limits.module.max(WasmLimits::default().module) as u64);
    }
    let _ = limits;
    image::check_head(head).map(|()| LARGEST_NATIVE)
}

/// The whole content of a module's file.
pub(crate) fn read_file(path: &Path) -> Result<(Vec<u8>, Metadata), LoadFault> {
    let (mut file, metadata) = open_file(path)?;
    Ok((read_all(&mut file, &metadata, &WasmLimits::default())?, metadata))
}

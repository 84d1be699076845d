//! Reads a module's file, once.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::image;
#[cfg(feature = "wasm")]
use super::wasm::file::is_wasm;
use crate::error::LoadFault;
use crate::options::wasm_limits::WasmLimits;
use crate::platform::os;

/// The most bytes of a native library. Those of a WebAssembly module are a limit that an operator may raise.
const LARGEST_NATIVE: u64 = 1 << 30;
/// What is read before anything else; every format shows itself within it.
const HEAD_BYTES: u64 = 4096;

/// Opens a regular file, once.
pub(super) fn open_file(path: &Path) -> Result<(File, Metadata), LoadFault> {
    let file = os::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LoadFault::NotFound,
        _ => refused_to_open(path, error),
    })?;
    let metadata = file.metadata().map_err(LoadFault::Unreadable)?;
    if !metadata.is_file() {
        return Err(LoadFault::NotAFile(os::kind_of(metadata.file_type())));
    }
    Ok((file, metadata))
}

/// Some kinds of file cannot even be opened: sockets anywhere, folders on Windows.
fn refused_to_open(path: &Path, error: std::io::Error) -> LoadFault {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => LoadFault::NotAFile(os::kind_of(metadata.file_type())),
        _ => LoadFault::Unreadable(error),
    }
}

/// Everything that an opened file holds, unless its beginning or its size says that it is no module.
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
    // One byte more, to see the end. A file that is written to meanwhile may be longer than it was.
    let room = usize::try_from(metadata.len()).unwrap_or(usize::MAX).saturating_add(1);
    bytes.try_reserve_exact(room).map_err(|_| LoadFault::Unreadable(ErrorKind::OutOfMemory.into()))?;
    read_up_to(file, limit + 1 - bytes.len() as u64, &mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

fn read_up_to(file: &mut File, most: u64, bytes: &mut Vec<u8>) -> Result<usize, LoadFault> {
    file.take(most).read_to_end(bytes).map_err(LoadFault::Unreadable)
}

/// How large a file may be that begins so: large files are not read in to learn that they are something else.
fn limit_of(head: &[u8], limits: &WasmLimits) -> Result<u64, LoadFault> {
    #[cfg(feature = "wasm")]
    if is_wasm(head) {
        // A limit that is set lower has an error of its own, which names it.
        return Ok(limits.module.max(WasmLimits::default().module) as u64);
    }
    let _ = limits;
    image::check_head(head).map(|()| LARGEST_NATIVE)
}

pub(super) fn read_file(path: &Path) -> Result<(Vec<u8>, Metadata), LoadFault> {
    let (mut file, metadata) = open_file(path)?;
    Ok((read_all(&mut file, &metadata, &WasmLimits::default())?, metadata))
}

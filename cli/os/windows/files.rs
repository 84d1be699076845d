//! What a file is.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsRawHandle, RawHandle};
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_FLAG_BACKUP_SEMANTICS, FILE_TYPE_DISK, FILE_TYPE_UNKNOWN,
    GetFileInformationByHandle, GetFileType,
};

use crate::os::terms::FileId;

/// What a file is.
pub fn file_id(file: &File) -> Option<FileId> {
    handle_id(file.as_raw_handle())
}

/// What the file of a path is; None where the system does not let it be asked.
pub fn path_id(path: &Path) -> Option<FileId> {
    // Without any right to its content, and also if it is a folder.
    let file = OpenOptions::new().access_mode(0).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path).ok()?;
    file_id(&file)
}

/// What standard input is; None if it is closed.
pub fn stdin_id() -> Option<FileId> {
    handle_id(io::stdin().as_raw_handle())
}

/// What standard output is; None if it is closed.
pub fn stdout_id() -> Option<FileId> {
    handle_id(io::stdout().as_raw_handle())
}

/// Nothing: opening a pipe by its path fails here where nobody is at its other end.
pub fn fifo_with_reader(_path: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// Of a file, its volume and number; of a console or pipe, its handle, which is another once it was closed or replaced.
fn handle_id(handle: RawHandle) -> Option<FileId> {
    // SAFETY: GetFileType takes any handle, and answers FILE_TYPE_UNKNOWN for one that is closed.
    match unsafe { GetFileType(handle) } {
        FILE_TYPE_UNKNOWN => return None,
        FILE_TYPE_DISK => {}
        _ => return Some((u64::MAX, handle as u64)),
    }
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is that of a file, and `found` is where the answer goes.
    if unsafe { GetFileInformationByHandle(handle, &raw mut found) } == 0 {
        return None;
    }
    let number = u64::from(found.nFileIndexHigh) << 32 | u64::from(found.nFileIndexLow);
    Some((found.dwVolumeSerialNumber.into(), number))
}

//! Files.

use std::ffi::OsStr;
use std::fs::{File, FileType, OpenOptions};
use std::io::{self, ErrorKind};
use std::mem::{MaybeUninit, size_of};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_BASIC_INFO, FILE_FLAG_BACKUP_SEMANTICS, FILE_READ_ATTRIBUTES,
    FILE_TYPE_DISK, FILE_TYPE_PIPE, FileBasicInfo, GetFileInformationByHandle, GetFileInformationByHandleEx,
    GetFileType,
};

use super::super::file_state::FileState;

/// From 1601, where the system's times begin, to 1970.
const EPOCH_NS: i128 = 11_644_473_600 * 1_000_000_000;

/// Opens a file for reading.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Names the kind of a path that is not a regular file.
pub(crate) fn kind_of(file_type: FileType) -> &'static str {
    if file_type.is_dir() { "folder" } else { "device" }
}

/// The state of an opened file.
pub(crate) fn file_state(file: &File) -> io::Result<FileState> {
    let (found, times) = (by_handle(file)?, basic(file)?);
    let long = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    let time = |ticks: i64| i128::from(ticks) * 100 - EPOCH_NS;
    Ok(FileState {
        place: (found.dwVolumeSerialNumber.into(), long(found.nFileIndexHigh, found.nFileIndexLow)),
        len: long(found.nFileSizeHigh, found.nFileSizeLow),
        times_ns: [time(times.LastWriteTime), time(times.ChangeTime)],
    })
}

/// The state of the file that a path leads to.
pub(crate) fn file_state_at(path: &Path) -> io::Result<FileState> {
    // Neither read nor write, so that nobody's way of sharing the file forbids it; the flag is what folders need.
    let mut options = OpenOptions::new();
    options.access_mode(FILE_READ_ATTRIBUTES).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    file_state(&options.open(path)?)
}

fn by_handle(file: &File) -> io::Result<BY_HANDLE_FILE_INFORMATION> {
    let mut found = MaybeUninit::uninit();
    // SAFETY: the handle is open, and the function fills the structure when it succeeds.
    unsafe {
        match GetFileInformationByHandle(file.as_raw_handle(), found.as_mut_ptr()) {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(found.assume_init()),
        }
    }
}

fn basic(file: &File) -> io::Result<FILE_BASIC_INFO> {
    let mut found = MaybeUninit::<FILE_BASIC_INFO>::uninit();
    let size = size_of::<FILE_BASIC_INFO>() as u32;
    // SAFETY: the handle is open, and the function fills the structure, whose kind and size it is told, when it succeeds.
    unsafe {
        let filled = found.as_mut_ptr().cast();
        match GetFileInformationByHandleEx(file.as_raw_handle(), FileBasicInfo, filled, size) {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(found.assume_init()),
        }
    }
}

/// Fills `bytes` from the beginning of a file.
pub(crate) fn read_at_start(file: &File, bytes: &mut [u8]) -> io::Result<()> {
    let read = file.seek_read(bytes, 0)?;
    if read == bytes.len() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// The kind of an opened file that has no metadata: `NUL`, `CON` and pipes have none.
pub(crate) fn device_kind(file: &File) -> Option<&'static str> {
    // SAFETY: the handle is open.
    match unsafe { GetFileType(file.as_raw_handle()) } {
        FILE_TYPE_DISK => None,
        FILE_TYPE_PIPE => Some("pipe"),
        _ => Some("device"),
    }
}

/// Whether two names are the same to the file system. It knows upper and lower case of all letters; module files have plain
/// ones.
pub(crate) fn is_same_name(one: &OsStr, other: &OsStr) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Makes `link` stand for `original`; hard, since symbolic links need a privilege.
pub(crate) fn link(original: &Path, link: &Path) -> io::Result<()> {
    if original.is_file() { std::fs::hard_link(original, link) } else { Ok(()) }
}

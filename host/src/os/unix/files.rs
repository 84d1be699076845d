//! Files.

use std::ffi::OsStr;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::super::file_state::FileState;

/// Opens a file for reading; a FIFO does not block.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

/// Names the kind of a path that is not a regular file.
pub(crate) fn kind_of(file_type: FileType) -> &'static str {
    if file_type.is_dir() {
        "folder"
    } else if file_type.is_fifo() {
        "FIFO"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    }
}

/// The state of an opened file.
pub(crate) fn file_state(file: &File) -> io::Result<FileState> {
    file.metadata().map(|metadata| state(&metadata))
}

/// The state of the file that a path leads to.
pub(crate) fn file_state_at(path: &Path) -> io::Result<FileState> {
    path.metadata().map(|metadata| state(&metadata))
}

fn state(metadata: &Metadata) -> FileState {
    let time = |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    FileState {
        place: (metadata.dev(), metadata.ino()),
        len: metadata.size(),
        times_ns: [
            time(metadata.mtime(), metadata.mtime_nsec()),
            time(metadata.ctime(), metadata.ctime_nsec()),
        ],
    }
}

/// Fills `bytes` from the beginning of a file.
pub(crate) fn read_at_start(file: &File, bytes: &mut [u8]) -> io::Result<()> {
    file.read_exact_at(bytes, 0)
}

/// The kind of an opened file that has no metadata; no such file can be opened here.
pub(crate) fn device_kind(_file: &File) -> Option<&'static str> {
    None
}

/// Whether two names are the same to the file system.
pub(crate) fn is_same_name(one: &OsStr, other: &OsStr) -> bool {
    one == other
}

/// Makes `link` stand for `original`.
pub(crate) fn link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

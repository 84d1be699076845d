//! How to fix errors of the operating system: the one table from such an error to its help.

use std::io::{Error, ErrorKind};

use crate::os;

/// The help for an error that the system gave for a file, a folder or a thread; `None` if there is no specific help. Its cause
/// is always the environment.
///
/// ```
/// let error = std::fs::read("no/such/file").unwrap_err();
/// assert!(rp_host::system_help(&error).unwrap().contains("check the path"));
/// ```
pub fn system_help(error: &Error) -> Option<&'static str> {
    error.raw_os_error().and_then(os::error_help).or_else(|| kind_help(error.kind()))
}

fn kind_help(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "check the path, and that its folder is there",
        ErrorKind::PermissionDenied => "check the permissions of the file and of its folders",
        ErrorKind::IsADirectory => "this is a folder; give the path of a file",
        ErrorKind::NotADirectory => "a part of the path is a file, not a folder",
        ErrorKind::AlreadyExists => "something has this name; give another",
        ErrorKind::InvalidFilename => {
            "shorten the path: most systems take names of 255 bytes, and paths of 4096"
        }
        ErrorKind::StorageFull => "the disk is full: make room, or give a path on another",
        ErrorKind::QuotaExceeded => {
            "the user's quota of the disk is used up: make room, or give a path on another"
        }
        ErrorKind::ReadOnlyFilesystem => "the disk is mounted read-only; give a path on another",
        ErrorKind::FileTooLarge => "the limit of file sizes is reached: raise it (ulimit -f)",
        ErrorKind::ExecutableFileBusy => "a program that runs is in this file: end it, or give another path",
        ErrorKind::ResourceBusy => "another program uses it: end that, or wait for it",
        ErrorKind::OutOfMemory => "free memory, or raise the limit of this process (ulimit -v)",
        ErrorKind::BrokenPipe => "what reads the other end has gone; start it again",
        ErrorKind::InvalidData => "it must be UTF-8 text; save it as such",
        _ => return None,
    })
}

/// The error whose text ends a message of the system's loader.
pub(crate) fn error_in(words: &str) -> Option<Error> {
    const LAST_NUMBER: i32 = 133;
    let own_words = |error: &Error| error.to_string().split(" (os error").next().map(str::to_owned);
    let mut errors = (1..=LAST_NUMBER).map(Error::from_raw_os_error);
    errors.find(|error| {
        own_words(error).is_some_and(|own| words == own || words.ends_with(&format!(": {own}")))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// One row for each cause, with a word that only its help contains.
    const ROWS: [(i32, &str); 21] = [
        (libc::EMFILE, "ulimit -n"),
        (libc::ENFILE, "fs.file-max"),
        (libc::ELOOP, "circle"),
        (libc::EPERM, "lsattr"),
        (libc::ENXIO, "FIFO"),
        (libc::EIO, "dmesg"),
        (libc::EAGAIN, "ulimit -u"),
        (libc::ENOENT, "check the path"),
        (libc::EACCES, "permissions of the file"),
        (libc::EISDIR, "this is a folder"),
        (libc::ENOTDIR, "a part of the path"),
        (libc::EEXIST, "has this name"),
        (libc::ENAMETOOLONG, "shorten"),
        (libc::ENOSPC, "disk is full"),
        (libc::EDQUOT, "quota"),
        (libc::EROFS, "mounted read-only"),
        (libc::EFBIG, "ulimit -f"),
        (libc::ETXTBSY, "a program that runs"),
        (libc::EBUSY, "another program"),
        (libc::ENOMEM, "ulimit -v"),
        (libc::EPIPE, "the other end has gone"),
    ];

    #[test]
    fn every_cause_has_its_own_help() {
        let help = |number| system_help(&Error::from_raw_os_error(number)).unwrap_or_default();
        for (number, word) in ROWS {
            assert!(help(number).contains(word), "{number}: {}", help(number));
            let same: Vec<_> = ROWS.iter().filter(|(other, _)| help(*other) == help(number)).collect();
            assert_eq!(same.len(), 1, "{same:?} share a help");
        }
    }

    #[test]
    fn the_words_of_an_error_tell_its_number() {
        let number = |words| error_in(words).and_then(|error| error.raw_os_error());
        assert_eq!(number("cannot open shared object file: Too many open files"), Some(libc::EMFILE));
        assert_eq!(number("No such file or directory"), Some(libc::ENOENT));
        assert_eq!(number("failed to map segment from shared object"), None);
    }
}

//! The errors of the system that have no kind of their own in the standard library, or whose help is another one here.

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_BAD_NET_NAME, ERROR_BAD_NETPATH, ERROR_BAD_PATHNAME,
    ERROR_CANT_ACCESS_FILE, ERROR_CLOUD_FILE_NETWORK_UNAVAILABLE, ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING,
    ERROR_DELETE_PENDING, ERROR_FILENAME_EXCED_RANGE, ERROR_INVALID_IMAGE_HASH, ERROR_INVALID_NAME,
    ERROR_LOCK_VIOLATION, ERROR_NETNAME_DELETED, ERROR_NOT_READY, ERROR_SHARING_VIOLATION,
    ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION, ERROR_VIRUS_DELETED, ERROR_VIRUS_INFECTED, WIN32_ERROR,
};

/// The help for an error by its number; `None` if there is none.
pub(crate) fn error_help(number: i32) -> Option<&'static str> {
    Some(match number as WIN32_ERROR {
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => {
            "another program has it open and does not share it: wait until a build or a copy has finished, or end that program"
        }
        ERROR_DELETE_PENDING => "it was deleted while a program has it open: end that program",
        ERROR_FILENAME_EXCED_RANGE => {
            r"shorten the path: a name has at most 255 characters, and a relative path at most 259"
        }
        ERROR_INVALID_NAME | ERROR_BAD_PATHNAME => {
            "correct the path: a name has no < > : \" | ? * and no control characters"
        }
        ERROR_BAD_NETPATH | ERROR_BAD_NET_NAME | ERROR_NETNAME_DELETED => {
            r"no such share answers: check the names of machine and share behind \\, and the network"
        }
        ERROR_NOT_READY => "the drive is empty, or not ready",
        ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING
        | ERROR_CLOUD_FILE_NETWORK_UNAVAILABLE
        | ERROR_CANT_ACCESS_FILE => {
            "the file is kept elsewhere and cannot be fetched: check the network, or have the file kept on this machine"
        }
        ERROR_VIRUS_INFECTED | ERROR_VIRUS_DELETED => {
            "the virus scanner refuses the file: have it look at that file, and except it there if it is wrong"
        }
        ERROR_ACCESS_DISABLED_BY_POLICY
        | ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION
        | ERROR_INVALID_IMAGE_HASH => {
            "a policy of this machine (AppLocker, App Control) allows no such library there: ask the administrator to allow it"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_use_is_told_as_such() {
        assert!(error_help(32).unwrap().contains("does not share it"));
        assert_eq!(error_help(126), None);
    }
}

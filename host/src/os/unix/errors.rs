//! The errors of the system that have no kind of their own in the standard library.

/// The help for an error by its number; `None` if there is none.
pub(crate) fn error_help(number: i32) -> Option<&'static str> {
    Some(match number {
        libc::EMFILE => {
            "this process may open no more files: raise its limit (ulimit -n), or have it load less"
        }
        libc::ENFILE => "the whole system may open no more files: end other programs, or raise fs.file-max",
        libc::ELOOP => {
            "symbolic links lead in a circle or are not allowed here; give the path of the file itself"
        }
        libc::EPERM => {
            "the system forbids it whatever the permissions are: an immutable file (lsattr), a mount option or a security \
             policy"
        }
        libc::ENXIO => {
            "nothing is at the other end: start what reads the FIFO, or listens at the socket, first"
        }
        libc::EIO => "the disk or the connection to it fails; the system's log (dmesg) says more",
        libc::EAGAIN => {
            "the limit of threads or processes is reached (ulimit -u), or the file gives nothing now"
        }
        _ => return None,
    })
}

//! What /proc tells about this process.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::os::{Gap, Told};

/// Threads of this process.
pub(crate) fn thread_count() -> Told<usize> {
    Ok(std::fs::read_dir("/proc/self/task").map_err(not_read)?.count())
}

/// Open descriptors and what they stand for.
pub(crate) fn descriptors() -> Told<Vec<(String, PathBuf)>> {
    let entries = std::fs::read_dir("/proc/self/fd").map_err(not_read)?;
    let mut open: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let target = std::fs::read_link(entry.path()).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), target))
        })
        // The folder that is being read.
        .filter(|(_, target)| !target.ends_with("fd") || !target.starts_with("/proc"))
        .collect();
    open.sort();
    Ok(open)
}

fn not_read(error: std::io::Error) -> Gap {
    match error.kind() {
        ErrorKind::NotFound => Gap::Lacks("this Linux has no /proc"),
        _ => Gap::failed("/proc/self")(error),
    }
}

//! Linux with glibc.

/// Whether a library of this name is another libc than this process has.
pub(crate) fn is_other_libc(library: &str) -> bool {
    library == "libc.so" || library.starts_with("libc.musl-")
}

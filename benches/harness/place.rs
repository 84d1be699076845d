//! Where the libraries of the benchmark are.
use std::path::{Path, PathBuf};

/// A library that the build script built.
pub fn c_library(name: &str) -> PathBuf {
    Path::new(env!("BENCH_C_DIR")).join(format!("lib{name}.so"))
}

/// A library that cargo built.
pub fn rust_library(name: &str) -> PathBuf {
    Path::new(env!("BENCH_DEPS")).join(rp_host::library_file_name(name))
}

/// A library that stays for as long as the process: what it gives may be used at any time.
pub fn open(path: &Path) -> &'static libloading::Library {
    // SAFETY: the benchmark's own libraries; what they run when they are loaded is harmless.
    let library = unsafe { libloading::Library::new(path) };
    Box::leak(Box::new(library.unwrap_or_else(|error| panic!("{}: {error}", path.display()))))
}

/// A function of a library.
///
/// # Safety
/// `F` is its type.
pub unsafe fn function<F: Copy>(library: &'static libloading::Library, name: &str) -> F {
    // SAFETY: `F` is the type of that function, as the caller promises, and the library is never unmapped.
    let function = unsafe { library.get::<F>(name.as_bytes()) };
    *function.unwrap_or_else(|error| panic!("{name}: {error}"))
}

//! How to fix what the system's loader and the linker's options cause: helps that depend on more than the fault's variant.

use std::io::{Error, ErrorKind as K};

use super::system::{error_in, system_help};
use crate::os;

/// A copy can go elsewhere if its place is the problem.
pub(super) fn private_copy_help(source: &Error) -> String {
    let variable = os::TEMPORARY;
    let elsewhere = format!("set {variable} to a folder that this user can write and that allows execution");
    match (source.kind(), system_help(source)) {
        (K::NotFound | K::PermissionDenied | K::NotADirectory | K::Other, _) | (_, None) => elsewhere,
        (K::StorageFull | K::QuotaExceeded | K::ReadOnlyFilesystem | K::InvalidFilename, Some(help)) => {
            format!("{help}; {variable} names the folder")
        }
        (_, Some(help)) => help.into(),
    }
}

/// Where there are no workers, no program helps.
pub(super) fn no_worker_help(why: &str) -> &'static str {
    if why.starts_with("not on this system") {
        "load it without isolation, or build it as WebAssembly, which has a sandbox on every system"
    } else {
        "install rp-worker of this version beside the program, or name it with worker_program"
    }
}

/// The runtimes of compilers for Windows are missing more often than all other libraries.
pub(super) fn missing_library_help(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let begins_with = |stems: &[&str]| stems.iter().any(|stem| name.starts_with(stem));
    if !name.ends_with(".dll") {
        "install the library, or put it beside the module and link with -Wl,-rpath,'$ORIGIN'".into()
    } else if begins_with(&["libstdc++", "libgcc_s", "libwinpthread"]) {
        "link with -static-libgcc -static-libstdc++ -static, or put MinGW's library beside the module".into()
    } else if begins_with(&["ucrtbased", "vcruntime140d", "vcruntime140_1d", "msvcp140d"]) {
        "build the module as Release: the debug runtime comes with Visual Studio alone".into()
    } else if begins_with(&["vcruntime", "msvcp", "msvcr", "concrt", "vcomp"]) {
        "install the Visual C++ Redistributable, or build the module with /MT (in Rust: -Ctarget-feature=+crt-static)".into()
    } else {
        "put the library beside the module, or install it in the program's folder; PATH and the current folder are not searched"
            .into()
    }
}

/// `text` is what the system's loader said of the library.
pub(super) fn library_help(name: &str, text: &str) -> String {
    match error_in(text).as_ref().and_then(system_help) {
        Some(help) => help.into(),
        None => {
            format!("install {name} for this machine, or build the module without it; ldd lists all it needs")
        }
    }
}

/// `version` is a symbol version such as `GLIBC_2.38`.
pub(super) fn version_help(version: &str) -> String {
    let of_compiler = ["GLIBCXX_", "CXXABI_", "GCC_"];
    if version.starts_with("GLIBC_") {
        let arch = std::env::consts::ARCH;
        format!(
            "build it on a system as old as this one, or for its glibc (zig: -target {arch}-linux-gnu.2.31)"
        )
    } else if of_compiler.iter().any(|stem| version.starts_with(stem)) {
        "link it with -static-libstdc++ -static-libgcc, or build it with a compiler as old as this system's"
            .into()
    } else {
        "install the version of the library that it was linked with".into()
    }
}

/// The linker options that export `name` from a WebAssembly module.
pub(super) fn missing_export_help(name: &str) -> &'static str {
    match name {
        "malloc" | "free" => "export rp_alloc and rp_free, or link with -Wl,--export=malloc,--export=free",
        _ => {
            "link with -mexec-model=reactor -Wl,--export-table,--growable-table,--export-dynamic; in Rust with \
             -Clink-arg=--export-table -Clink-arg=--growable-table in the rustflags of .cargo/config.toml"
        }
    }
}

/// How to fix a library that needs that one, which another libc has: glibc's own libraries are known by their names.
pub(super) fn libc_help(library: &str) -> String {
    let is_glibc = library == "libc.so.6" || library.starts_with("ld-linux");
    let (libc, abi) = if is_glibc { ("musl", "musl") } else { ("glibc", "gnu") };
    format!(
        "build it for {libc} (zig: -target {}-linux-{abi}), or load it into a host that is built for its libc",
        std::env::consts::ARCH
    )
}

#[cfg(test)]
mod tests {
    use super::missing_library_help;

    #[test]
    fn runtimes_have_their_own_help() {
        for (library, words) in [
            ("libgone.so.1", "$ORIGIN"),
            ("libstdc++-6.dll", "-static-libstdc++"),
            ("VCRUNTIME140.dll", "Redistributable"),
            ("VCRUNTIME140D.dll", "Release"),
            ("own.dll", "beside the module"),
        ] {
            assert!(missing_library_help(library).contains(words), "{library}");
        }
    }
}

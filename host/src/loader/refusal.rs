//! Why the system's loader refused a library. It gives nothing but a text, which only this file reads: a table maps its words
//! to faults. The rows for musl's loader stand behind those for glibc's; their words differ.

use std::io;
use std::path::Path;

use super::private_copy;
use crate::error::{LoadFault, system};

/// Which library the loader complains about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum About {
    /// The module's own copy.
    Module,
    /// A library that it needs.
    Other,
    /// Either of them.
    Either,
}

/// The words, which library they are about, and the fault for a name and a text.
struct Row(&'static str, About, fn(&str, &str) -> LoadFault);

/// The first row that matches is taken.
const ROWS: [Row; 13] = [
    Row("undefined symbol: ", About::Either, |_, words| {
        LoadFault::UndefinedSymbol(after(words, "undefined symbol: "))
    }),
    Row("' not found (required by ", About::Either, |_, words| LoadFault::LibraryVersion(version(words))),
    Row("static TLS block", About::Either, |_, words| LoadFault::StaticTls(words.to_owned())),
    Row("executable stack", About::Either, |_, words| LoadFault::ExecutableStack(words.to_owned())),
    Row("failed to map segment", About::Module, |_, words| copy_fault(words)),
    Row("cannot open shared object file", About::Module, |_, words| copy_fault(words)),
    Row("No such file or directory", About::Other, |name, _| LoadFault::MissingDependency(name.to_owned())),
    Row("invalid ELF header", About::Other, other_libc),
    Row(NOT_FOUND, About::Either, |_, words| LoadFault::UndefinedSymbol(before(words, NOT_FOUND))),
    Row("initial-exec TLS resolves", About::Either, |_, words| LoadFault::StaticTls(before(words, " in "))),
    Row("Dynamic loading not supported", About::Either, |_, _| LoadFault::StaticProgram),
    Row(NOT_LOADED, About::Module, |_, words| copy_fault(words)),
    Row("", About::Other, dependency),
];

/// What musl's loader says behind a symbol that no library defines.
const NOT_FOUND: &str = ": symbol not found";
/// How musl's loader begins when it cannot open or map a library; glibc's says that in other words.
const NOT_LOADED: &str = "Error loading shared library ";

/// The fault for a text of the loader; `copy` is the file that it was asked to load.
pub(super) fn fault(copy: &Path, text: &str) -> LoadFault {
    let text = text.trim_matches('"');
    let (about, name, words) = subject(copy, text);
    let fits = |row: &&Row| words.contains(row.0) && (row.1 == about || row.1 == About::Either);
    match ROWS.iter().find(fits) {
        Some(row) => (row.2)(name, words),
        None => LoadFault::System(words.to_owned()),
    }
}

/// Which library the text is about, its name if it is another than the copy, and the rest of the text.
fn subject<'a>(copy: &Path, text: &'a str) -> (About, &'a str, &'a str) {
    let bare =
        text.strip_prefix(NOT_LOADED).or_else(|| text.strip_prefix("Error relocating ")).unwrap_or(text);
    let own = bare.strip_prefix(&*copy.to_string_lossy()).and_then(|words| words.strip_prefix(": "));
    match (own, bare.split_once(": ")) {
        // Musl's beginning says that it could not be opened or mapped, so it is kept for the table.
        (Some(_), _) if text.starts_with(NOT_LOADED) => (About::Module, "", text),
        (Some(words), _) => (About::Module, "", words),
        (None, Some((name, words))) if name.contains(".so") => (About::Other, name, without_asker(words)),
        _ => (About::Either, "", text),
    }
}

/// Without the file that needs the library, which musl's loader names last: nobody knows the private copy.
fn without_asker(words: &str) -> &str {
    words.split_once(" (needed by ").map_or(words, |(words, _)| words)
}

fn before(words: &str, mark: &str) -> String {
    words.split_once(mark).map_or(words, |(name, _)| name).to_owned()
}

fn after(words: &str, mark: &str) -> String {
    words.split_once(mark).map_or(words, |(_, name)| name).to_owned()
}

/// The name between the quotes of ``version `NAME' not found``.
fn version(words: &str) -> String {
    let name = words.split_once('`').map_or(words, |(_, rest)| rest);
    name.split_once('\'').map_or(name, |(name, _)| name).to_owned()
}

/// The copy was written a moment ago, so the reason is the place where it lies.
fn copy_fault(words: &str) -> LoadFault {
    private_copy::fault(system::error_in(words).unwrap_or_else(|| io::Error::other(words.to_owned())))
}

/// On a system with glibc, libc.so is a text for linkers. A library of that name belongs to another libc.
fn other_libc(name: &str, words: &str) -> LoadFault {
    match Path::new(name).file_name() {
        Some(file) if file == "libc.so" => LoadFault::OtherLibc(name.to_owned()),
        _ => dependency(name, words),
    }
}

fn dependency(name: &str, words: &str) -> LoadFault {
    LoadFault::BrokenDependency { name: name.to_owned(), text: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: &str = "/tmp/rp-modules-0123456789abcdef/0-libx.so";

    #[test]
    fn every_word_has_its_fault() {
        let own = |words: &str| format!("{COPY}: {words}");
        for (text, code, part) in [
            (own("undefined symbol: nowhere"), "undefined_symbol", "nowhere"),
            (
                "/usr/lib/liby.so.1: undefined symbol: gone, version V1".into(),
                "undefined_symbol",
                "gone, version V1",
            ),
            (
                format!("/lib/libc.so.6: version `GLIBC_2.99' not found (required by {COPY})"),
                "library_version",
                "needs GLIBC_2.99",
            ),
            (own("cannot allocate memory in static TLS block"), "static_tls", "static TLS block"),
            ("liby.so: cannot allocate memory in static TLS block".into(), "static_tls", "static TLS block"),
            (
                own("cannot enable executable stack as shared object requires: Invalid argument"),
                "executable_stack",
                "Invalid argument",
            ),
            (own("failed to map segment from shared object"), "private_copy", "failed to map"),
            (
                own("cannot open shared object file: Too many open files"),
                "private_copy",
                "Too many open files",
            ),
            (
                "libgone.so.1: cannot open shared object file: No such file or directory".into(),
                "missing_dependency",
                "libgone.so.1",
            ),
            (
                "liby.so: cannot open shared object file: Too many open files".into(),
                "broken_dependency",
                "liby.so: cannot open shared object file: Too many open files",
            ),
            ("/usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header".into(), "other_libc", "libc.so"),
            ("/opt/liby.so: invalid ELF header".into(), "broken_dependency", "invalid ELF header"),
            ("/opt/liby.so: wrong ELF class: ELFCLASS32".into(), "broken_dependency", "wrong ELF class"),
            (
                "/opt/liby.so: failed to map segment from shared object".into(),
                "broken_dependency",
                "failed to map",
            ),
            (
                format!("Error relocating {COPY}: nowhere: symbol not found"),
                "undefined_symbol",
                "symbol: nowhere",
            ),
            (
                format!(
                    "Error relocating {COPY}: x: initial-exec TLS resolves to dynamic definition in {COPY}"
                ),
                "static_tls",
                "initial-exec",
            ),
            (
                format!(
                    "Error loading shared library libgone.so.1: No such file or directory (needed by {COPY})"
                ),
                "missing_dependency",
                "missing: libgone.so.1",
            ),
            (
                format!("Error loading shared library /opt/liby.so: Exec format error (needed by {COPY})"),
                "broken_dependency",
                "liby.so: Exec format error",
            ),
            (
                format!("Error loading shared library {COPY}: Too many open files"),
                "private_copy",
                "Too many open files",
            ),
            ("Dynamic loading not supported".into(), "static_program", "linked statically"),
            (own("cannot make segment writable for relocation: Permission denied"), "system", "writable"),
            ("\"a loader of another kind\"".into(), "system", ": a loader of another kind"),
        ] {
            let fault = fault(Path::new(COPY), &text);
            assert_eq!(fault.code(), format!("rp::load::{code}"), "{text}");
            assert!(fault.to_string().contains(part), "{text}: {fault}");
            assert!(!fault.to_string().contains(COPY), "{fault}: nobody knows that file");
        }
    }
}

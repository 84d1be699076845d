//! Files that are no good module, made out of a good one of the platform.

mod damage;
mod formats;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::build::Build;
use formats::{Header, headers};

pub use damage::{cut_lengths, flip_places, flipped};
pub use formats::file_header;

/// The module that the files are made of: the smallest that there is.
pub const MODULE: &str = "test-minimal-c";

/// A file, and how loading it is refused.
pub struct Case {
    /// What is wrong with it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// The code of the error.
    pub code: &'static str,
    /// The exit code.
    pub exit: i32,
}

/// Makes files in a folder.
pub struct Maker<'a> {
    folder: &'a Path,
    /// How names of libraries end on the platform: some loaders look at it.
    extension: String,
    /// The library of [`MODULE`].
    pub good: Vec<u8>,
    /// What `rp inspect` calls its format.
    format: String,
    /// What `rp inspect` calls its machine.
    machine: String,
    /// A library of the machine that this program runs on, where that is another one.
    foreign: Option<PathBuf>,
}

impl<'a> Maker<'a> {
    /// From the modules of a platform and of this machine.
    pub fn new(tested: &Build, reference: &Build, folder: &'a Path) -> Result<Maker<'a>, String> {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let (library, of_reference) = (tested.library(MODULE)?, reference.library(MODULE)?);
        let kind = |shown: &Value| {
            ["format", "machine"].map(|name| shown[name].as_str().unwrap_or_default().to_owned())
        };
        let own = kind(&tested.inspected(&library)?);
        let is_foreign = kind(&reference.inspected(&of_reference)?) != own;
        let [format, machine] = own;
        let good = std::fs::read(&library).map_err(|error| format!("{}: {error}", library.display()))?;
        let extension = extension(&library);
        Ok(Maker { folder, extension, good, format, machine, foreign: is_foreign.then_some(of_reference) })
    }

    /// Writes a file that is named as a library of the platform.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("{}.{}", slug(name), self.extension));
        std::fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Every file with a fault that has a code of its own.
    pub fn cases(&self) -> Result<Vec<Case>, String> {
        let mut cases = self.no_libraries()?;
        cases.extend(self.headers()?);
        cases.extend(self.patched()?);
        cases.extend(
            self.foreign
                .iter()
                .map(|path| case("a library of another platform", path.clone(), WRONG_MACHINE)),
        );
        Ok(cases)
    }

    fn no_libraries(&self) -> Result<Vec<Case>, String> {
        let file =
            |name: &str, bytes: &[u8], refusal| Ok::<_, String>(case(name, self.file(name, bytes)?, refusal));
        Ok(vec![
            case("a path that is missing", self.folder.join("missing"), ("rp::load::not_found", 2)),
            case("a folder", self.folder.to_owned(), ("rp::load::not_a_file", 2)),
            file("an empty file", b"", ("rp::load::empty", 1))?,
            file("a text", b"#!/bin/sh\necho I am no module\n", NOT_A_LIBRARY)?,
            file("bytes of no format", &[0xfe; 4096], NOT_A_LIBRARY)?,
            file("a static archive", b"!<arch>\n", NOT_A_LIBRARY)?,
            file("WebAssembly with nothing in it", b"\0asm\x01\0\0\0", NO_ENTRY)?,
        ])
    }

    /// The shortest files of each format: of this platform's own they have no entry.
    fn headers(&self) -> Result<Vec<Case>, String> {
        let case_of = |header: Header| {
            let is_own = (header.format, header.machine) == (&self.format, &self.machine);
            let refusal = if is_own { NO_ENTRY } else { header.refusal };
            Ok(case(header.name, self.file(header.name, &header.bytes)?, refusal))
        };
        headers().into_iter().map(case_of).collect()
    }

    /// The good library with one thing changed.
    fn patched(&self) -> Result<Vec<Case>, String> {
        let mut cases = Vec::new();
        for (name, patches, refusal) in PATCHES {
            let bytes = patches.iter().find_map(|(from, to)| replaced(&self.good, from, to));
            let bytes = bytes.ok_or_else(|| format!("{name}: {MODULE} has none of the texts to replace"))?;
            cases.push(case(name, self.file(name, &bytes)?, *refusal));
        }
        let foreign = formats::for_another_machine(&self.good)?;
        cases.push(case("for another machine", self.file("for another machine", &foreign)?, WRONG_MACHINE));
        Ok(cases)
    }
}

type Refused = (&'static str, i32);

const NOT_A_LIBRARY: Refused = ("rp::load::not_a_library", 1);
const NO_ENTRY: Refused = ("rp::load::no_entry", 1);
const WRONG_MACHINE: Refused = ("rp::load::wrong_machine", 2);

/// A fault, the texts of which the first that is there is replaced by one of the same length, and the refusal.
type Patch = (&'static str, &'static [(&'static str, &'static str)], Refused);

const PATCHES: &[Patch] = &[
    ("no entry", &[("rp_module_v1", "xx_module_v1")], NO_ENTRY),
    ("the entry of another ABI version", &[("rp_module_v1", "rp_module_v9")], ("rp::load::abi_version", 1)),
    ("no manifest", &[("rp_manifest", "xx_manifest")], ("rp::load::manifest_missing", 1)),
    (
        "a manifest of another protocol",
        &[(r#""protocol":"1.0""#, r#""protocol":"9.0""#)],
        ("rp::load::manifest_protocol", 1),
    ),
    ("a manifest with a bad name", &[BAD_NAME], ("rp::load::manifest_broken", 1)),
    (
        "a missing dependency",
        &[
            ("libc.so.6", "libq.so.6"),
            ("libc.so", "libq.so"),
            ("KERNEL32.dll", "KERNEL99.dll"),
            ("libSystem.B.dylib", "libSystem.Q.dylib"),
        ],
        ("rp::load::missing_dependency", 1),
    ),
];

const BAD_NAME: (&str, &str) = (r#""name":"test-minimal-c""#, r#""name":"Test minimal C""#);

/// A library that is good but for the name in its manifest.
pub fn with_a_bad_name(build: &Build, folder: &Path) -> Result<PathBuf, String> {
    let library = build.library(MODULE)?;
    let good = std::fs::read(&library).map_err(|error| format!("{}: {error}", library.display()))?;
    let bytes =
        replaced(&good, BAD_NAME.0, BAD_NAME.1).ok_or_else(|| format!("{MODULE} has no {}", BAD_NAME.0))?;
    let path = folder.join(format!("bad_name.{}", extension(&library)));
    std::fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// The bytes with a text replaced wherever it is; None where it is nowhere.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    assert_eq!(from.len(), to.len(), "{from} and {to}: nothing in a library may move");
    let mut found = false;
    let mut bytes = bytes.to_vec();
    for at in 0..=bytes.len().checked_sub(from.len())? {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            found = true;
        }
    }
    found.then_some(bytes)
}

fn case(name: &str, path: PathBuf, (code, exit): Refused) -> Case {
    Case { name: name.to_owned(), path, code, exit }
}

fn extension(library: &Path) -> String {
    library.extension().unwrap_or_default().to_string_lossy().into_owned()
}

fn slug(name: &str) -> String {
    name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

#[cfg(test)]
mod tests {
    use super::{PATCHES, replaced};

    #[test]
    fn texts_are_replaced_everywhere() {
        assert_eq!(replaced(b"a.b.a", "a", "c").as_deref(), Some(&b"c.b.c"[..]));
        assert_eq!(replaced(b"a.b.a", "d", "c"), None);
        assert_eq!(replaced(b"", "d", "c"), None);
    }

    #[test]
    fn patches_keep_lengths_and_change_something() {
        for (name, patches, _) in PATCHES {
            for (from, to) in *patches {
                assert_ne!(replaced(from.as_bytes(), from, to).as_deref(), Some(from.as_bytes()), "{name}");
            }
        }
    }
}

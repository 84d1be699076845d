//! Hands the list of all modules on, and the files that the command carries.
//!
//! The crate's code reads, with include!: $OUT_DIR/embedded.rs, the files of include/, cmake/ and templates/. With env!:
//! RP_MODULES_DIR, the folder that the modules' libraries are in; RP_MODULES_C and RP_MODULES_RUST, their names with commas
//! between them; RP_TARGET, what is compiled for. tests/build-modules-c builds the modules in C, cargo those in Rust.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use folders::{folders, profile_dir};

#[path = "folders.rs"]
mod folders;

fn main() {
    // Not modules-rust: whoever adds a module there lists it in Cargo.toml, and an edit of one changes nothing here.
    for path in ["build.rs", "folders.rs", "Cargo.toml", "modules-c", "include", "cmake", "templates"] {
        println!("cargo::rerun-if-changed={path}");
    }
    embed();
    let rust_modules = modules("modules-rust");
    let c_modules = modules("modules-c");
    refuse_duplicates(rust_modules.iter().chain(&c_modules));
    let profile_dir = profile_dir();
    println!("cargo::rustc-env=RP_MODULES_DIR={}", profile_dir.join("deps").display());
    println!("cargo::rustc-env=RP_MODULES_C={}", c_modules.join(","));
    println!("cargo::rustc-env=RP_MODULES_RUST={}", rust_modules.join(","));
    println!("cargo::rustc-env=RP_TARGET={}", env::var("TARGET").expect("cargo sets it"));
}

/// The modules of a folder, which are for the tests: the packed crate has neither.
fn modules(folder: &str) -> Vec<String> {
    if Path::new(folder).is_dir() { folders(folder) } else { vec![] }
}

/// What the command carries: `HEADERS`, `CMAKE` and `TEMPLATES`, each a list of paths within the folder and texts.
fn embed() {
    let list = |name: &str, folder: &str| {
        let root = fs::canonicalize(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let mut files = Vec::new();
        walk(&root, &mut files);
        files.sort();
        let entry = |file: &PathBuf| {
            let inside =
                file.strip_prefix(&root).expect("it was found there").to_str().expect("a path in UTF-8");
            format!("    ({:?}, include_str!({file:?})),\n", inside.replace('\\', "/"))
        };
        let entries: String = files.iter().map(entry).collect();
        format!(
            "/// The files of {folder}/: path and text.\npub const {name}: &[(&str, &str)] = &[\n{entries}];\n"
        )
    };
    let text = list("HEADERS", "include") + &list("CMAKE", "cmake") + &list("TEMPLATES", "templates");
    let file = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// All files below a folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// Two modules of one name would overwrite each other's library; test-a and test_a have the same one.
fn refuse_duplicates<'a>(names: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(
            seen.insert(name.replace('-', "_")),
            "two modules are named {name}: rename one of the folders"
        );
    }
}

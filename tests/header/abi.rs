//! The ABI as a compiler lays it out, against the one that was recorded in `spec/abi/rp_module.abi`.
//!
//! `spec/abi/symbols.txt` holds the names; this holds sizes, offsets and types, as libabigail reads them from debug information.
//! RP_BLESS=1 records anew, which is right for what was never released and for a field that was added at an end.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::root;

const BASELINE: &str = "spec/abi/rp_module.abi";

fn run(command: &mut Command) -> Output {
    let program = command.get_program().to_owned();
    command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `./dev test` installs it", program.display()))
}

/// A library of tests/header/abi/module.c with the headers of `include`.
fn library(name: &str, include: &Path, compiler: &str) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut command = Command::new(compiler);
    // From the repository, since the path of the source is recorded too.
    command
        .current_dir(root())
        .args(["-std=c99", "-g", "-fPIC", "-shared", "-I"])
        .arg(include)
        .arg("-o")
        .arg(&out);
    let output = run(command.arg("tests/header/abi/module.c"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    out
}

/// What differs from the recorded ABI; empty where nothing does.
fn difference(library: &Path) -> String {
    let output = run(Command::new("abidiff").arg("--harmless").arg(root().join(BASELINE)).arg(library));
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { String::new() } else { format!("{}\n{text}", output.status) }
}

#[test]
fn the_abi_is_the_recorded_one() {
    let gcc = library("abi-gcc.so", &root().join("include"), "gcc");
    if std::env::var_os("RP_BLESS").is_some_and(|value| value == "1") {
        let mut command = Command::new("abidw");
        let plain = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed"];
        let output = run(command.args(plain).arg("--out-file").arg(root().join(BASELINE)).arg(&gcc));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    for library in [gcc, library("abi-clang.so", &root().join("include"), "clang")] {
        let difference = difference(&library);
        assert!(
            difference.is_empty(),
            "{} differs from {BASELINE}; what was released never changes.\n{difference}",
            library.display()
        );
    }
}

/// Each change of the kind that a prototype would survive, and what of it must be named.
#[test]
fn a_changed_field_is_noticed() {
    let header = std::fs::read_to_string(root().join("include/rp_module.h")).expect("the header is there");
    // In C99 its asserts are arrays of -1 elements; they would stop the compiler before libabigail had a look.
    let header = header.replace("? 1 : -1]", "? 1 : 1]");
    let changes = [
        ("sign", "  uint64_t cause;", "  int64_t cause;", "uint64_t cause"),
        ("width", "  size_t capacity;", "  uint32_t capacity;", "size_t capacity"),
        ("name", "cause", "reason", "reason"),
        ("end", "} rp_message;", "  uint64_t later;\n} rp_message;", "later"),
    ];
    for (name, from, to, named) in changes {
        assert!(header.contains(from), "{from}");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("abi-{name}"));
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::write(folder.join("rp_module.h"), header.replace(from, to)).expect("written");
        let difference = difference(&library(&format!("abi-{name}.so"), &folder, "gcc"));
        assert!(difference.contains(named), "{name}: {difference:?}");
    }
}

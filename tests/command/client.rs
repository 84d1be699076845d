//! `rp describe` and `rp client`: what they write, and programs and modules that call through it.
//!
//! The descriptions and the clients of `notes.json` lie in `tests/command/client/`; `RP_BLESS=1 cargo test --test command
//! client` writes them anew.

mod asked;
mod faults;
mod served;
mod typed;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Each language with the ending of its files.
const LANGUAGES: [(&str, &str); 5] =
    [("rust", "rs"), ("c", "h"), ("cpp", "hpp"), ("python", "py"), ("ts", "ts")];

fn folder() -> PathBuf {
    support::root().join("tests/command/client")
}

/// Runs the command in that folder; exit code, standard output, standard error.
fn rp(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command
        .args(arguments)
        .current_dir(folder())
        .stdin(Stdio::null())
        .env("NO_COLOR", "1")
        .env_remove("RP_LOG");
    let output = command.output().expect("rp starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn written(arguments: &[&str]) -> String {
    let (code, text, told) = rp(arguments);
    assert_eq!(code, 0, "{arguments:?}: {told}");
    text
}

/// Compares with a file in the folder, or writes it.
fn assert_file(name: &str, actual: &str) {
    let path = folder().join(name);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(&path, actual).expect("written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        expected == actual,
        "{name} differs; `RP_BLESS=1 cargo test --test command client` writes it anew\n--- actual\n{actual}"
    );
}

/// The folder with a client of that description in that language, a new one for each content.
fn client_in(language: &str, ending: &str, name: &str) -> PathBuf {
    let text = written(&["client", language, &format!("{name}.json")]);
    let hash = text.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let folder = support::target_tmp().join(format!("clients-{hash:016x}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let fresh = folder.join(format!("{}.{}", name, std::process::id()));
    std::fs::write(&fresh, text).expect("written");
    std::fs::rename(fresh, folder.join(format!("{}.{ending}", name.replace('-', "_")))).expect("renamed");
    folder
}

#[test]
fn a_module_is_described() {
    let library = support::built("research-log");
    let library = library.to_str().expect("UTF-8");
    assert_file("research-log.json", &written(&["describe", library]));
    let out = support::target_tmp().join("described.json");
    assert_eq!(written(&["describe", library, "-o", out.to_str().expect("UTF-8")]), "");
    let text = std::fs::read_to_string(out).expect("written");
    assert_eq!(text, std::fs::read_to_string(folder().join("research-log.json")).expect("there"));
}

#[test]
fn clients_in_every_language() {
    for (language, ending) in LANGUAGES {
        assert_file(&format!("notes.{ending}"), &written(&["client", language, "notes.json"]));
    }
    assert_file("notes-for-modules.rs", &written(&["client", "rust", "--for", "module", "notes.json"]));
}

#[test]
fn a_module_gives_the_client_of_its_description() {
    let library = support::built("research-log");
    let of_module = written(&["client", "python", library.to_str().expect("UTF-8")]);
    assert_eq!(of_module, written(&["client", "python", "research-log.json"]));
}

#[test]
fn another_name_for_the_client() {
    for (language, expected) in [
        ("rust", "pub struct Scribbles {"),
        ("c", "static inline rp_status scribbles_add("),
        ("cpp", "namespace scribbles {"),
        ("python", "class Scribbles:"),
        ("ts", "export class Scribbles {"),
    ] {
        let text = written(&["client", language, "notes.json", "--name", "scribbles"]);
        assert!(text.contains(expected) && !text.contains("notes_add"), "{language}");
    }
}

/// As rustfmt would write them, without a configuration.
#[test]
fn clients_in_rust_are_formatted() {
    let empty = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
    for name in ["notes", "research-log", "hostile"] {
        for caller in ["host", "module"] {
            let text = written(&["client", "rust", &format!("{name}.json"), "--for", caller]);
            let file = tempfile::NamedTempFile::with_suffix(".rs").expect("a file");
            std::fs::write(file.path(), text).expect("written");
            let mut rustfmt = Command::new("rustfmt");
            rustfmt
                .args(["--check", "--edition", "2024", "--config-path"])
                .arg(empty.path())
                .arg(file.path());
            let output = rustfmt.output().expect("rustfmt starts");
            let told = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success(),
                "{name}, {caller}:\n{told}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

/// Names, texts and schemas that nobody should write: in Rust the crate `clients` compiles them.
#[test]
fn hostile_clients_compile() {
    let include = support::root().join("include");
    for (language, ending, compiler, standard) in
        [("c", "h", "cc", "-std=c99"), ("cpp", "hpp", "c++", "-std=c++17")]
    {
        let header = client_in(language, ending, "hostile").join(format!("hostile.{ending}"));
        let mut compile = Command::new(compiler);
        let kind = if language == "c" { "c" } else { "c++" };
        compile.args([
            standard,
            "-Wall",
            "-Wextra",
            "-Wno-unused-function",
            "-Werror",
            "-fsyntax-only",
            "-x",
            kind,
        ]);
        let output = compile.arg("-I").arg(&include).arg(header).output().expect("the compiler starts");
        assert!(output.status.success(), "{language}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn python(arguments: &[&Path]) -> std::process::Output {
    Command::new("python3")
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 starts")
}

#[test]
fn a_hostile_client_in_python_loads() {
    let client = client_in("python", "py", "hostile").join("hostile.py");
    let output = python(&[&client]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

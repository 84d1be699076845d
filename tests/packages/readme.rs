//! What the README shows is what works: its snippets are built as it says, loaded and called.

use std::path::{Path, PathBuf};
use std::process::Command;

use rp_host::Host;
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The text of the README's first block in a language.
fn block(language: &str) -> &'static str {
    let readme = include_str!("../../README.md");
    let start = format!("\n```{language}\n");
    let (_, rest) =
        readme.split_once(&start).unwrap_or_else(|| panic!("README.md has no block in {language}"));
    rest.split_once("\n```").expect("the block ends").0
}

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("removed");
    }
    std::fs::create_dir_all(&folder).expect("made");
    folder
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn assert_echoes(file: &Path) {
    let host = Host::new();
    let module = host.load(file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(module.name(), "hello");
    let args = json!({"text": "hello"});
    let echoed: Value = module.command("echo", &args).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(echoed, args);
    let error = module.command::<_, Value>("sing", &args).expect_err("there is no such command");
    assert!(error.to_string().contains("unknown command: sing"), "{error}");
    module.unload().unwrap_or_else(|error| panic!("{error}"));
}

/// The two lines of the README are typed into a shell, in a folder that looks like the repository's.
#[cfg(unix)]
#[test]
fn the_module_in_c() {
    let folder = folder("readme-c");
    std::fs::write(folder.join("hello.c"), block("c")).expect("written");
    std::os::unix::fs::symlink(Path::new(ROOT).join("include"), folder.join("include")).expect("linked");
    let rp = Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder");
    let path = format!("{}:{}", rp.display(), std::env::var("PATH").expect("a PATH"));
    for line in block("console").lines() {
        let line = line.strip_prefix("$ ").expect("each line is a command");
        let line = line.replacen("cc ", "cc -Wall -Wextra -Wpedantic -Werror ", 1);
        succeed(Command::new("sh").args(["-euc", &line]).current_dir(&folder).env("PATH", &path));
    }
    assert_echoes(&folder.join("libhello.so"));
}

/// The first comment of rp_module.h: its module beside the header, and the three lines that build it and talk to it.
#[cfg(unix)]
#[test]
fn the_module_of_the_header() {
    let header = include_str!("../../include/rp_module.h");
    let indented = |start: &str| -> String {
        let (_, rest) = header.split_once(start).expect("the comment has it");
        let lines = rest.lines().skip(2).take_while(|line| *line == "//" || line.starts_with("//     "));
        lines
            .map(|line| line.trim_start_matches("//").trim_start_matches("     ").to_owned() + "\n")
            .collect()
    };
    let folder = folder("readme-header");
    std::fs::write(folder.join("hello.c"), indented("// module; it gives every message the same answer:"))
        .expect("written");
    std::fs::write(folder.join("rp_module.h"), header).expect("written");
    let recipe = indented("// Build it, inspect it, call it:");
    assert_eq!(recipe.trim().lines().count(), 3, "{recipe}");
    let rp = Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder");
    let path = format!("{}:{}", rp.display(), std::env::var("PATH").expect("a PATH"));
    let said = succeed(Command::new("sh").args(["-euc", &recipe]).current_dir(&folder).env("PATH", path));
    assert!(said.contains("\"hello\": \"world\""), "{said}");
}

/// Built as a stranger does, in a package of its own; with our Cargo.lock, so that nothing is downloaded.
#[test]
fn the_module_in_rust() {
    let folder = folder("readme-rust");
    let sdk = Path::new(ROOT).join("sdk");
    let package = format!(
        "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
         [dependencies]\nrp-sdk = {{ path = '{}' }}\n\n[workspace]\n",
        sdk.display()
    );
    std::fs::write(folder.join("Cargo.toml"), package).expect("written");
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.join("Cargo.lock")).expect("copied");
    std::fs::create_dir(folder.join("src")).expect("made");
    std::fs::write(folder.join("src/lib.rs"), block("rust")).expect("written");
    // That of the workspace, which has the macros of the SDK already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo makes it there");
    succeed(
        Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("RUSTFLAGS"),
    );
    assert_echoes(&target.join("debug").join(rp_host::library_file_name("hello")));
}

/// A folder at the root without a line is one that a newcomer has to guess; those of tools begin with a dot.
#[test]
fn the_map_of_contributing_has_every_folder() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("CONTRIBUTING.md")).expect("a file");
    let mapped: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("/` |").map(|row| row.0))
        .collect();
    for name in &mapped {
        assert!(Path::new(ROOT).join(name).is_dir(), "CONTRIBUTING.md maps {name}/, which is not there");
    }
    let ignored = std::fs::read_to_string(Path::new(ROOT).join(".gitignore")).expect("a file");
    for entry in std::fs::read_dir(ROOT).expect("the root").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("a plain name");
        let is_ours = !name.starts_with('.') && !ignored.lines().any(|line| line == format!("/{name}"));
        if is_ours && entry.path().is_dir() {
            assert!(mapped.contains(&name.as_str()), "{name}/ has no line in the map of CONTRIBUTING.md");
        }
    }
}

//! The packages of `./dev packages`: the table, the page "Getting rp", and the proofs that take seconds.

use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names in packaging/packages.txt.
fn names() -> Vec<String> {
    let table = read("packaging/packages.txt");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_whitespace().next().expect("a name").to_owned()).collect()
}

#[test]
fn the_table_names_every_package() {
    let folders = Path::new(ROOT).join("packaging").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    let mut names = names();
    names.sort();
    let found: Vec<_> = folders.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(found, names);
    for folder in folders {
        assert!(folder.join("make.sh").is_file() && folder.join("prove.sh").is_file(), "{folder:?}");
    }
}

#[test]
fn each_package_has_its_line_and_its_proof_runs_it() {
    let page = read("docs/src/getting.md");
    for name in names() {
        let row = page.lines().find(|line| line.starts_with(&format!("| {name} | ")));
        let row = row.unwrap_or_else(|| panic!("docs/src/getting.md has no row for {name}"));
        assert!(name == "single" || row.contains(VERSION), "not this version: {row}");
        let proof = read(&format!("packaging/{name}/prove.sh"));
        assert!(proof.contains(&format!("as_on_the_page {name} ")), "packaging/{name}/prove.sh");
    }
}

/// A script of a package, with what `./dev packages` hands it.
fn script(path: &str, folders: &[&Path]) {
    let mut shell = Command::new("sh");
    shell.arg(Path::new(ROOT).join(path)).args(folders).current_dir(ROOT);
    shell.env("ROOT", ROOT).env("VERSION", VERSION).env("RP", env!("CARGO_BIN_EXE_rp"));
    let output = shell.output().unwrap_or_else(|error| panic!("sh: {error}"));
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{path}: {}\n{out}{errors}", output.status);
}

fn make_and_prove(name: &str) {
    let (made, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    script(&format!("packaging/{name}/make.sh"), &[made.path()]);
    script(&format!("packaging/{name}/prove.sh"), &[made.path(), scratch.path()]);
}

#[test]
fn the_crate_serves_build_scripts() {
    make_and_prove("crate");
}

#[test]
fn one_file_is_enough() {
    make_and_prove("single");
}

/// A proof that cannot fail proves nothing.
#[test]
fn a_proof_fails_where_its_package_is_broken() {
    let (made, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(made.path().join(format!("rp-headers-{VERSION}.crate")), "no archive").unwrap();
    let mut shell = Command::new("sh");
    shell.arg(Path::new(ROOT).join("packaging/crate/prove.sh")).arg(made.path()).arg(scratch.path());
    shell.env("ROOT", ROOT).env("VERSION", VERSION).env("RP", env!("CARGO_BIN_EXE_rp"));
    let output = shell.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("tar: "), "{errors}");
}

//! The modules of examples/languages/: the table of test-minimal, the conformance suite, and a host in Python.
//!
//! `./dev languages` builds them and runs this with RP_LANGUAGES, the folder that has one for each. Without it, as in
//! a plain `cargo test`, every trial is ignored: the compilers of nine more languages are not for everybody.

mod bindings;
mod failures;
mod patched;
mod python;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use rp_conformance::{Kind, Plan};
use support::minimal::bare::Bare;
use support::minimal::oracle;

pub fn trials() -> Vec<Trial> {
    let built = std::env::var_os("RP_LANGUAGES").map(PathBuf::from);
    let trials = languages().into_iter().flat_map(|language| {
        let trial = |name: &str, run: fn(&str, &Path)| {
            let (built, of) = (built.clone(), language.clone());
            let is_ignored = built.is_none();
            Trial::test(format!("languages::{name}::{language}"), move || match &built {
                None => {
                    Err("RP_LANGUAGES is not set: ./dev languages builds the module and runs this".into())
                }
                Some(folder) => on_built(run, &of, folder),
            })
            .with_ignored_flag(is_ignored)
        };
        [
            trial("answers", answers),
            trial("bears_null_and_unknown_flags", bears_null_and_unknown_flags),
            trial("repeats_a_large_payload", repeats_a_large_payload),
            trial("is_checked", is_checked),
            trial("is_called_from_python", is_called_from_python),
        ]
    });
    let built = built.as_deref();
    let more = [bindings::trials(built), failures::trials(built), python::trials(built)];
    trials.chain(more.into_iter().flatten()).collect()
}

fn on_built(run: fn(&str, &Path), language: &str, folder: &Path) -> Result<(), Failed> {
    let library = folder.join(language).join(rp_host::library_file_name(&format!("test-minimal-{language}")));
    if !library.is_file() {
        return Err(format!("{} was not built", library.display()).into());
    }
    run(language, &library);
    Ok(())
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("languages")
}

/// Every folder that says how its module is built.
fn languages() -> Vec<String> {
    let entries = std::fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap());
    let has_build = entries.filter(|entry| entry.path().join("build.sh").is_file());
    let languages: Vec<_> = has_build.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert!(
        languages.len() >= 9,
        "Ada, D, Fortran, Go, Nim, OCaml, Pascal, Python and Zig at least: {languages:?}"
    );
    languages
}

fn answers(language: &str, library: &Path) {
    let differ: Vec<_> = oracle::WAYS.iter().flat_map(|way| way.differences(language, library)).collect();
    assert!(differ.is_empty(), "{} rows differ:\n{}", differ.len(), differ.join("\n"));
}

fn bears_null_and_unknown_flags(_: &str, library: &Path) {
    Bare::open(library).bears_null();
    Bare::open(library).refuses_unknown_flags();
}

fn repeats_a_large_payload(language: &str, library: &Path) {
    oracle::repeats_a_large_payload(language, library);
}

/// What comes of each check, but for passes, as `outcome check`.
fn outcomes(library: PathBuf) -> BTreeSet<String> {
    let findings = rp_conformance::run(&Plan::new([library]), |_| {});
    let telling = findings.iter().filter(|finding| finding.outcome.kind != Kind::Pass);
    telling.map(|finding| format!("{} {}", finding.outcome.kind.as_str(), finding.check.id)).collect()
}

/// The conformance suite finds what it finds in the same module in C, and what the language's exceptions.txt declares.
fn is_checked(language: &str, library: &Path) {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let in_c = outcomes(folder.join(rp_host::library_file_name("test-minimal-c")));
    let found: Vec<_> = outcomes(library.to_owned()).symmetric_difference(&in_c).cloned().collect();
    assert_eq!(found, declared(language), "found, and declared in exceptions.txt; `rp check` tells more");
}

/// Lines of `outcome check: reason`, sorted; a language without the file has no exception.
fn declared(language: &str) -> Vec<String> {
    let path = examples().join(language).join("exceptions.txt");
    let text = if path.is_file() { std::fs::read_to_string(&path).unwrap() } else { String::new() };
    let what = |line: &str| {
        let (what, reason) = line.split_once(": ").unwrap_or_else(|| panic!("no reason: {line}"));
        assert!(reason.len() > 20, "a reason in words: {line}");
        what.to_owned()
    };
    text.lines().map(what).collect()
}

fn is_called_from_python(language: &str, library: &Path) {
    let output = Command::new("python3")
        .arg(examples().join("call.py"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/abi/rp_module.json"))
        .arg(library)
        .args(["echo", r#"{"text":"é"}"#])
        .output()
        .expect("python3 runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{language}: {told}");
    let expected = "{\"status\":\"success\",\"data\":{\"text\":\"é\"}}\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{language}: {told}");
}

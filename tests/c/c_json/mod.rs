//! The JSON reader and writer of include/rp_sdk/: a corpus, serde_json and Rust's own floats are the oracles.
//!
//! One C program (tests/c/c_json/driver.c) answers all cases of a test in one run, under each compiler.

use std::path::PathBuf;
use support::root;

mod cases;
mod corpus;
mod driver;
mod numbers;
mod same;
mod strings;

use cases::Case;

/// Warnings that C authors like; the SDK gives none of them.
const STRICT: &[&str] =
    &["-std=c99", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"];

fn all_cases() -> Vec<Case> {
    let mut random = fastrand::Rng::with_seed(0x7270);
    let mut cases = corpus::cases(&mut random);
    cases.extend(strings::cases(&mut random));
    cases.extend(numbers::cases(&mut random));
    cases
}

fn check_under(name: &str, compiler: &str, options: &[&str]) {
    let driver = driver::build(name, compiler, &[STRICT, options].concat(), "tests/c/c_json/driver.c");
    let cases = all_cases();
    assert!(cases.len() > 10_000, "only {} cases", cases.len());
    let faults = driver::run(&driver, &cases);
    assert!(
        faults.is_empty(),
        "{} of {} cases; the first are:\n{}",
        faults.len(),
        cases.len(),
        list(&faults)
    );
}

fn list(faults: &[String]) -> String {
    faults.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn gcc_with_sanitizers() {
    check_under("gcc", "gcc", &["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
}

/// Traps, since Debian's clang comes without the sanitizers' libraries.
#[test]
fn clang_with_traps() {
    check_under("clang", "clang", &["-O2", "-fsanitize=undefined", "-fsanitize-trap=all"]);
}

/// The x87 computes with excess precision, and size_t has 32 bits.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn gcc_for_32_bits() {
    check_under("gcc32", "gcc", &["-O2", "-m32"]);
}

#[test]
fn answers_replies_and_host() {
    for (name, compiler, options) in [
        ("answers-gcc", "gcc", &["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"][..]),
        ("answers-clang", "clang", &["-O2", "-fsanitize=undefined", "-fsanitize-trap=all"]),
    ] {
        let program = driver::build(name, compiler, &[STRICT, options].concat(), "tests/c/c_json/answers.c");
        let output = std::process::Command::new(&program).output().expect("the program starts");
        assert!(output.status.success(), "{compiler}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// One list of codes, in two languages.
#[test]
fn codes_are_those_of_the_protocol() {
    let header =
        std::fs::read_to_string(root().join("include/rp_sdk/answer.h")).expect("the header is there");
    let codes: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define RP_CODE_"))
        .map(|rest| rest.split('"').nth(1).expect("a string literal"))
        .collect();
    assert_eq!(codes, rp_protocol::code::ALL);
}

/// Every dialect that the header promises, included twice, with all of its parts.
#[test]
fn the_header_compiles_in_every_dialect() {
    let source: PathBuf = root().join("tests/c/c_json/twice.c");
    for compiler in ["gcc", "clang"] {
        for (language, dialect) in [
            ("c", "c99"),
            ("c", "c11"),
            ("c", "c17"),
            ("c", "c2x"),
            ("c++", "c++11"),
            ("c++", "c++14"),
            ("c++", "c++17"),
            ("c++", "c++20"),
        ] {
            let options = [&STRICT[2..], &["-O2", "-c", "-o", "/dev/null", "-x", language]].concat();
            driver::compile(compiler, &[&[&*format!("-std={dialect}")], &options[..]].concat(), &source);
        }
    }
}

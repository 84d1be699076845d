//! The table of what programs do with a host, in Rust, C and C++: one transcript, byte for byte.

use runner::Runner;
use support::compiler::{Job, gcc, scratch};
use support::{deps, root};

#[path = "../embed_table/runner.rs"]
mod runner;

const TABLE: &str = include_str!("../embed_table/table.tsv");
const TRANSCRIPT: &str = "tests/embed_table/transcript.txt";

fn assert_transcript(found: &str) {
    let expected = std::fs::read_to_string(root().join(TRANSCRIPT)).unwrap();
    for (line, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of {TRANSCRIPT}", line + 1);
    }
    assert_eq!(found.len(), expected.len(), "bytes of {TRANSCRIPT}");
}

/// RP_BLESS=1 records the transcript.
#[test]
fn rust() {
    let found = Runner::new(deps()).run(TABLE);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(root().join(TRANSCRIPT), &found).unwrap();
    }
    assert_transcript(&found);
}

/// In processes of their own, modules answer the same.
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
#[test]
fn rust_with_isolated_modules() {
    let mut runner = Runner::new(deps());
    runner.isolation = Some(rp_host::Isolation::default());
    assert_transcript(&runner.run(TABLE));
}

/// Compiles a runner against the library that cargo built, and runs it.
fn run(name: &str, compiler: Job, source: &str) -> String {
    let program = scratch(name);
    let program = program.to_str().unwrap();
    let folder = deps();
    let folder = folder.to_str().unwrap();
    let warnings = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror";
    let job = compiler.args(warnings).args("-Iinclude").arg(source).args("-o").arg(program);
    job.arg(format!("-L{folder}"))
        .arg(format!("-Wl,--disable-new-dtags,-rpath,{folder}"))
        .args("-lrp_host -pthread")
        .run()
        .unwrap();
    Job::new(program).arg("tests/embed_table/table.tsv").arg(folder).args("lib .so").run().unwrap()
}

#[test]
fn c() {
    let compiler = Job::new(gcc().c).args("-std=c99 -D_POSIX_C_SOURCE=200809L");
    assert_transcript(&run("embed_table_c", compiler, "tests/embed_table/runner.c"));
}

#[test]
fn cpp() {
    let compiler = Job::new(gcc().cpp).args("-std=c++17 -fno-exceptions -fno-rtti");
    assert_transcript(&run("embed_table_cpp", compiler, "tests/embed_table/runner.cpp"));
}

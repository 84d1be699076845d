//! rp_host.hpp: with and without exceptions, and what a program made of it does.

use support::compiler::{Compiler, Job, clang, gcc, run_all, scratch};
use support::{deps, is_full};

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-qual \
    -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Werror";

const SOURCE: &str = "tests/c/host_hpp/program.cpp";

#[test]
fn it_compiles_without_a_warning() {
    let job = |compiler: Compiler, flags: &str| {
        Job::new(compiler.cpp)
            .args("-fsyntax-only -Iinclude -include rp_host.hpp")
            .args(flags)
            .args(WARNINGS)
            .arg(SOURCE)
    };
    run_all(vec![
        job(clang(), "-std=c++17"),
        job(clang(), "-std=c++20 -fno-exceptions -fno-rtti"),
        job(gcc(), "-std=c++20 -fno-exceptions -fno-rtti"),
    ]);
}

#[test]
fn every_part_stands_alone() {
    let parts = std::fs::read_dir("include/rp_host").unwrap().map(|part| part.unwrap().path());
    let alone = |part: std::path::PathBuf| {
        let flags = format!("-std=c++17 -fsyntax-only -Iinclude {WARNINGS} -include {}", part.display());
        Job::new(gcc().cpp).args(&flags).args("-x c++ /dev/null")
    };
    let mut jobs: Vec<_> = parts.map(alone).collect();
    assert!(jobs.len() > 5, "{} parts", jobs.len());
    // The short form takes a sample.
    jobs.truncate(if is_full() { jobs.len() } else { 2 });
    run_all(jobs);
}

/// Beside the SDK, and linked with the library that cargo built; it checks itself.
#[test]
fn a_program_does_everything() {
    let folder = deps();
    let folder = folder.to_str().unwrap();
    let program = scratch("host_hpp");
    let program = program.to_str().unwrap();
    let job = Job::new(gcc().cpp).args("-std=c++17 -Iinclude -include rp_sdk.hpp").args(WARNINGS).arg(SOURCE);
    let job = job
        .arg(format!("-L{folder}"))
        .arg(format!("-Wl,--disable-new-dtags,-rpath,{folder}"))
        .args("-lrp_host -pthread -o");
    job.arg(program).run().unwrap();
    assert_eq!(Job::new(program).arg(folder).run().unwrap(), "done\n");
}

//! The library of the host for C, as a program in C uses it.
//!
//! Each file here but `check.c` is a part of one program, run with the name of that part in a process of its own.

use support::compiler::{Job, gcc, scratch};
use support::{deps, root};

mod rows;

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror";

/// Builds the program against the library that cargo left beside the modules.
fn program() -> String {
    let folder = deps().display().to_string();
    let out = scratch("host_c").display().to_string();
    let files = std::fs::read_dir(root().join("tests/c/host_c")).expect("the folder is there");
    let mut files: Vec<_> = files.map(|file| file.expect("readable").path().display().to_string()).collect();
    files.retain(|file| file.ends_with(".c"));
    files.sort();
    let job = Job::new(gcc().c).args("-std=gnu11 -g -O1 -Iinclude").args(WARNINGS).args("-o").arg(&out);
    let job = files.into_iter().fold(job, Job::arg);
    // cargo sets LD_LIBRARY_PATH to where an older build may lie; only the older kind of rpath goes before it.
    let rpath = format!("-Wl,--disable-new-dtags,-rpath,{folder}");
    let job = job.arg(format!("-L{folder}")).args("-lrp_host -lpthread").arg(rpath);
    job.run().unwrap_or_else(|failure| panic!("{failure}"));
    out
}

#[test]
fn a_program_in_c_has_all_that_a_host_does() {
    let (program, modules) = (program(), deps().display().to_string());
    let parts = [
        "hostile", "life", "service", "events", "awaited", "threads", "fork", "stack", "many", "panic",
        "sources", "isolated", "leave",
    ];
    for part in parts {
        let told = Job::new(&program).arg(part).arg(&modules).run();
        let told = told.unwrap_or_else(|failure| panic!("{part}: {failure}"));
        assert_eq!(told, format!("{part} is good\n"));
    }
}

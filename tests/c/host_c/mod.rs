//! The library of the host for C, as a program in C uses it.
//!
//! Each file here but `check.c` is a part of one program, run with the name of that part in a process of its own.

use support::compiler::{Job, gcc, scratch};
use support::{deps, root};

mod rows;

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror";

/// Builds the program, under a name of the test's own, against the library that cargo left beside the modules.
fn program(name: &str) -> String {
    let folder = deps().display().to_string();
    let out = scratch(name).display().to_string();
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
    let (program, modules) = (program("host_c"), deps().display().to_string());
    let parts = [
        "hostile", "life", "service", "events", "awaited", "threads", "fork", "stack", "many", "panic",
        "sources", "isolated", "turn", "leave",
    ];
    for part in parts {
        let told = Job::new(&program).arg(part).arg(&modules).run();
        let told = told.unwrap_or_else(|failure| panic!("{part}: {failure}"));
        assert_eq!(told, format!("{part} is good\n"));
    }
}

/// The program is its own explainer, since it calls rph_serve_if_asked.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu", not(rp_sanitized)))]
fn a_program_in_c_has_its_crashes_told() {
    use std::os::unix::process::ExitStatusExt;
    let harm = support::harm::module("host_c", "libharm.so", "*(volatile int *)8 = 1", &["-g"]);
    let folder = harm.parent().expect("a folder");
    let program = program("host_c_crashes");
    let run = |part: &str| {
        let output = std::process::Command::new(&program).arg(part).arg(folder).output().expect("it runs");
        (output.status, String::from_utf8(output.stderr).expect("UTF-8"))
    };
    for (part, ends) in [("crash", (Some(libc::SIGSEGV), None)), ("crash_handled", (None, Some(9)))] {
        let (status, told) = run(part);
        assert_eq!((status.signal(), status.code()), ends, "{part}: {told}");
        let beginning = "harm crashed (SIGSEGV at address 0x8) while it answered command do (message ";
        let end = format!("; its module is harm, {}; the trace is in t.jsonl\n", harm.display());
        assert!(told.starts_with(beginning) && told.ends_with(&end), "{part}: {told}");
        assert!(told.contains(", on the thread main, in handle_message (harm.c:"), "{part}: {told}");
    }
}

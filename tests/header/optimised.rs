//! A module of rp_sdk.h at every level of optimisation: some warnings of gcc come out of what it has taken into a caller.

use support::compiler::{Compiler, Job, clang, gcc, run_all, scratch};

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-qual \
    -Wnull-dereference -Wmissing-prototypes -Wstrict-prototypes -Werror";
const LEVELS: [&str; 6] = ["-O0", "-O1", "-O2", "-O3", "-Os", "-Og"];
const MODULE: &str = "tests/header/c/orchard.c";

fn job(compiler: &Compiler, dialect: &str, commands: u32, mode: &str) -> Job {
    let job = Job::new(&compiler.c).args(&format!("-std={dialect} -DCOMMANDS={commands} -Iinclude -fPIC"));
    job.args(WARNINGS).args(mode).arg(MODULE)
}

fn assembled(compiler: &Compiler, dialect: &str, commands: u32, level: &str) -> Job {
    job(compiler, dialect, commands, level).args("-S -o /dev/null")
}

/// Linked, since that is when such a module is optimised.
fn linked(compiler: &Compiler, commands: u32, level: &str) -> Job {
    let library = scratch(&format!("orchard-{}-{commands}{level}.so", compiler.c));
    job(compiler, "c99", commands, level).args("-flto -shared -o").arg(library.to_str().unwrap())
}

/// What once was warned of, and a sample of the rest.
fn sample() -> Vec<Job> {
    let (gcc, clang) = (gcc(), clang());
    let mut jobs: Vec<_> = LEVELS.iter().map(|level| assembled(&gcc, "c99", 5, level)).collect();
    jobs.extend([2, 3, 6].map(|commands| assembled(&gcc, "c99", commands, "-O2")));
    jobs.extend([assembled(&gcc, "c2x", 6, "-O3"), assembled(&gcc, "c99", 5, "-O2 -m32")]);
    jobs.extend([assembled(&clang, "c99", 6, "-O2"), linked(&gcc, 5, "-O2")]);
    jobs
}

fn everything() -> Vec<Job> {
    let mut jobs = vec![];
    for compiler in [gcc(), clang()] {
        for (commands, level) in (1..=6).flat_map(|commands| LEVELS.map(|level| (commands, level))) {
            let dialects = ["c99", "c11", "c17", "c2x"];
            jobs.extend(dialects.map(|dialect| assembled(&compiler, dialect, commands, level)));
            jobs.push(assembled(&compiler, "c99", commands, &format!("{level} -m32")));
        }
    }
    jobs.extend((1..=6).flat_map(|commands| ["-O2", "-O3"].map(|level| linked(&gcc(), commands, level))));
    jobs
}

#[test]
fn a_module_in_c_compiles_without_a_warning() {
    run_all(if support::is_full() { everything() } else { sample() });
}

//! gdb, on a crash in a module that `rp` loaded.

use crate::trial::trial;
use libtest_mimic::Trial;
use std::process::Command;

use super::planted::{Planted, in_c, in_rust, printed, run};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("sanitizers::gdb::gdb_tells_the_line_of_a_crash_in_c", gdb_tells_the_line_of_a_crash_in_c),
        trial(
            "sanitizers::gdb::gdb_tells_the_line_of_a_crash_in_rust",
            gdb_tells_the_line_of_a_crash_in_rust,
        ),
    ]
}

fn tells_the_line_in(planted: &Planted) {
    for bug in planted.bugs("gdb") {
        let mut gdb = Command::new("gdb");
        gdb.args([
            "-batch",
            "-nx",
            "-ex",
            "set debuginfod enabled off",
            "-ex",
            "run",
            "-ex",
            "backtrace",
            "--args",
        ]);
        let output =
            run(gdb.args([env!("CARGO_BIN_EXE_rp"), "call"]).arg(&planted.library).arg(&bug.command));
        assert!(bug.is_in(&printed(&output)), "{bug:?}\n{}", printed(&output));
    }
}

fn gdb_tells_the_line_of_a_crash_in_c() {
    tells_the_line_in(&in_c(|source| source));
}

fn gdb_tells_the_line_of_a_crash_in_rust() {
    tells_the_line_in(&in_rust());
}

//! gdb, on a crash in a module that `rp` loaded.

use std::process::Command;

use super::planted::{Planted, in_c, in_rust, run, told};

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
        assert!(bug.is_in(&told(&output)), "{bug:?}\n{}", told(&output));
    }
}

#[test]
fn gdb_tells_the_line_of_a_crash_in_c() {
    tells_the_line_in(&in_c(|source| source));
}

#[test]
fn gdb_tells_the_line_of_a_crash_in_rust() {
    tells_the_line_in(&in_rust());
}

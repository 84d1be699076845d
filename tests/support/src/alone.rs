//! Tests that need a process of their own, also where other tests run in this one.

use std::process::{Command, Output};

/// Runs one test of this program in a process of its own, ignored or not, and gives back what came of it.
///
/// `test` is the test function itself; `prepare` sets what the process finds in its environment.
pub fn alone<T>(test: T, prepare: impl FnOnce(&mut Command)) -> Output {
    let path = std::any::type_name_of_val(&test);
    let (_, name) = path.split_once("::").expect("a function of this program");
    let mut again = Command::new(std::env::current_exe().expect("the path of the test program"));
    again.args([name, "--exact", "--include-ignored", "--nocapture"]);
    prepare(&mut again);
    let output = again.output().unwrap_or_else(|error| panic!("{again:?}: {error}"));
    // A name that no test has would pass without a test.
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("running 1 test\n"), "{name} is no test: {printed}");
    output
}

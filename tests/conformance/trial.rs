//! A test of this binary.

use libtest_mimic::Trial;

/// A test that fails by a panic.
pub fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

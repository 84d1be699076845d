//! A test of this binary.

use libtest_mimic::Trial;

/// A test that fails by a panic.
pub fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

//! What every echo is to the benchmark.
use std::hint::black_box;

use crate::measure::{Kind, Subject};

/// Something that answers a text with the same text.
pub trait Echo {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8]));
}

/// A subject out of an echo that has proved to be one.
pub fn subject<'a>(name: &str, kind: Kind, text: &'a str, mut echo: impl Echo + 'a) -> Subject<'a> {
    for _ in 0..3 {
        echo.call(text, |answer| assert!(answer == text.as_bytes(), "{name}: a wrong answer"));
    }
    Subject::new(name, kind, move || echo.call(text, look))
}

/// Looks at where an answer is and how long it is, in registers: a slice as a whole would go through memory, and wait
/// there for what was just written.
#[inline(always)]
fn look(answer: &[u8]) {
    black_box(answer.as_ptr());
    black_box(answer.len());
}

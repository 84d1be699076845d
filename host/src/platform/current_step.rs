//! The step in the life of a module that this thread is at, for the signal handlers that report it.

use std::cell::Cell;

use crate::platform::thread::Innermost;

#[derive(Clone, Copy)]
struct Step {
    of: *const str,
    what: *const str,
    /// The innermost message when the step began: any other is nested in the step.
    within: Innermost,
}

thread_local! {
    static STEP: Cell<Option<Step>> = const { Cell::new(None) };
}

/// Runs `work` as a step of a module's life: `of` names the instance or the file, `what` continues a sentence after
/// "it", as in `was loaded`.
pub(crate) fn during<R>(of: &str, what: &str, work: impl FnOnce() -> R) -> R {
    let step = Step { of, what, within: Innermost::current() };
    let _back = Back(STEP.replace(Some(step)));
    work()
}

/// Restores the outer step, also when `work` panics.
struct Back(Option<Step>);

impl Drop for Back {
    fn drop(&mut self) {
        STEP.set(self.0);
    }
}

/// Calls `look` with the step that this thread is at, `of` and `what`, unless it handles a message inside the step.
///
/// It takes no lock and allocates nothing.
pub(crate) fn look<R>(look: impl FnOnce(Option<(&str, &str)>) -> R) -> R {
    let step = STEP.try_with(Cell::get).ok().flatten().filter(|step| step.within.is_current());
    match step {
        // SAFETY: `during` borrows both texts until it takes the step back, on this thread, which runs `look` meanwhile.
        Some(step) => look(Some(unsafe { (&*step.of, &*step.what) })),
        None => look(None),
    }
}

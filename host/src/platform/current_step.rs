//! The step in the life of a module that this thread is at, for the signal handlers that report it.

use std::cell::Cell;
use std::path::Path;
use std::ptr;

use crate::platform::thread::Innermost;

/// A step, as it is looked at.
pub(crate) struct CurrentStep<'a> {
    pub(crate) of: &'a str,
    pub(crate) what: &'a str,
    pub(crate) file: Option<&'a Path>,
}

#[derive(Clone, Copy)]
struct Step {
    of: *const str,
    what: *const str,
    file: Option<*const Path>,
    /// The innermost message when the step began: any other is nested in the step.
    within: Innermost,
}

thread_local! {
    static STEP: Cell<Option<Step>> = const { Cell::new(None) };
}

/// Runs `work` as a step of a module's life: `of` names the instance or the file, `what` continues a sentence after
/// "it", as in `was loaded`; `file` is that of the instance's module.
pub(crate) fn during<R>(of: &str, what: &str, file: Option<&Path>, work: impl FnOnce() -> R) -> R {
    let step = Step { of, what, file: file.map(ptr::from_ref), within: Innermost::current() };
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

/// Calls `look` with the step that this thread is at, unless it handles a message inside the step.
///
/// It takes no lock and allocates nothing.
pub(crate) fn look<R>(look: impl FnOnce(Option<CurrentStep<'_>>) -> R) -> R {
    let step = STEP.try_with(Cell::get).ok().flatten().filter(|step| step.within.is_current());
    match step {
        // SAFETY: `during` borrows the texts until it takes the step back, on this thread, which runs `look` meanwhile.
        Some(step) => look(Some(unsafe {
            CurrentStep { of: &*step.of, what: &*step.what, file: step.file.map(|file| &*file) }
        })),
        None => look(None),
    }
}

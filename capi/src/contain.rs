//! What a panic of the host becomes: an error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use host::{Error, HostFault};

use crate::error::rph_error;

/// What a function with an error brings.
pub(crate) type Outcome<T = ()> = Result<T, Box<rph_error>>;

/// Runs the body of a function that can fail.
#[inline(always)]
pub(crate) fn contain(work: impl FnOnce() -> Outcome) -> Option<Box<rph_error>> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(panic) => Some(panicked(&*panic)),
    }
}

/// Runs the body of a function that cannot fail. After a panic, of which standard error tells, it returns `otherwise`.
#[inline]
pub(crate) fn contain_or<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

#[cold]
fn panicked(panic: &(dyn Any + Send)) -> Box<rph_error> {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(|it| &**it));
    Error::host(HostFault::Panic(text.unwrap_or("no text").to_owned())).into()
}

/// An argument that is not what it must be.
#[cold]
pub(crate) fn argument(what: &'static str, why: impl Into<String>) -> Box<rph_error> {
    Error::host(HostFault::Argument { what, why: why.into() }).into()
}

/// An argument that may not be NULL.
#[inline(always)]
pub(crate) fn given<T>(what: &'static str, argument_or_null: Option<T>) -> Outcome<T> {
    argument_or_null.ok_or_else(|| argument(what, "it is NULL"))
}

/// Hands an object over to C.
///
/// # Safety
/// `out` is NULL or valid for a write.
pub(crate) unsafe fn hand_over<T>(out: *mut *mut T, make: impl FnOnce() -> Outcome<T>) -> Outcome {
    if out.is_null() {
        return Err(argument("out", "it is NULL"));
    }
    let made = Box::into_raw(Box::new(make()?));
    // SAFETY: the caller knows `out` to be valid for a write, and it is not NULL.
    unsafe { out.write(made) };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::rph_error_json;

    #[test]
    fn a_panic_is_an_error() {
        let error = contain(|| panic!("out of {}", "luck")).expect("it panicked");
        let json = rph_error_json(Some(&error));
        // SAFETY: the error gives a text with a NUL behind it, and lives.
        let json = unsafe { std::ffi::CStr::from_ptr(json) }.to_string_lossy();
        assert!(json.contains("out of luck") && json.contains("rp::host::panic"), "{json}");
        assert!(contain(|| Ok(())).is_none());
        assert_eq!(contain_or(7, || panic!("so")), 7);
    }
}

//! Taking calls back.

use host::CancelToken;

use crate::contain::contain_or;

/// Takes back every call that was or will be made with it: a hint (rule 7 of rp_module.h).
/// [any-thread]
pub struct rph_cancel {
    pub(crate) token: CancelToken,
}

/// A token that has not been used. Never NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_cancel_new() -> Option<Box<rph_cancel>> {
    Some(Box::new(rph_cancel { token: CancelToken::new() }))
}

/// Takes them back.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_cancel_now(cancel: Option<&rph_cancel>) {
    contain_or((), || cancel.into_iter().for_each(|cancel| cancel.token.cancel()));
}

/// Whether rph_cancel_now was called: 0 or 1.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_cancel_is_cancelled(cancel: Option<&rph_cancel>) -> i32 {
    cancel.is_some_and(|cancel| cancel.token.is_cancelled()).into()
}

/// Frees it; calls that were made with it are no longer taken back.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_cancel_free(cancel: Option<Box<rph_cancel>>) {
    drop(cancel);
}

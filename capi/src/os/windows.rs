//! Windows.

use std::os::windows::io::AsRawHandle;

use host::Subscription;

/// The handle of the event object of a subscription.
pub(crate) fn readiness_of(subscription: &Subscription) -> isize {
    subscription.as_raw_handle() as isize
}

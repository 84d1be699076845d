//! Unix.

use std::os::fd::AsRawFd;

use host::Subscription;

/// The file descriptor of a subscription.
pub(crate) fn readiness_of(subscription: &Subscription) -> isize {
    // A descriptor is a small number.
    subscription.as_raw_fd() as isize
}

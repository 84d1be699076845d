//! How much a module may log.

use std::time::{Duration, Instant};

/// The bytes of log that are left in this second.
pub(super) struct Budget {
    per_second: usize,
    began: Instant,
    used: usize,
    is_cut: bool,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    Yes,
    /// It is the first one that is dropped in this second.
    FirstDropped,
    Dropped,
}

impl Budget {
    pub(super) fn new(per_second: usize) -> Self {
        Budget { per_second, began: Instant::now(), used: 0, is_cut: false }
    }

    /// Decides on a line of so many bytes.
    pub(super) fn admit(&mut self, len: usize, now: Instant) -> Admitted {
        if now.saturating_duration_since(self.began) >= Duration::from_secs(1) {
            *self = Budget { began: now, used: 0, is_cut: false, ..*self };
        }
        self.used = self.used.saturating_add(len);
        if self.used <= self.per_second {
            Admitted::Yes
        } else if std::mem::replace(&mut self.is_cut, true) {
            Admitted::Dropped
        } else {
            Admitted::FirstDropped
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_once_in_a_second() {
        let mut budget = Budget::new(10);
        let now = budget.began;
        let admitted: Vec<_> = [6, 4, 1, 1].map(|len| budget.admit(len, now)).into();
        assert_eq!(admitted, [Admitted::Yes, Admitted::Yes, Admitted::FirstDropped, Admitted::Dropped]);
        assert_eq!(budget.admit(10, now + Duration::from_secs(1)), Admitted::Yes);
        assert_eq!(budget.admit(1, now + Duration::from_secs(1)), Admitted::FirstDropped);
    }
}

//! Ids of new entities: UUIDs of version 7, which sort by creation time.

use std::sync::{Mutex, PoisonError};

/// Makes ids that always increase, even within a millisecond and when the clock is set back.
#[derive(Debug, Default)]
pub(super) struct Ids(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    millis: u64,
    counter: u16,
}

/// How many bits of an id are the counter within a millisecond.
const COUNTER_BITS: u32 = 12;

impl Ids {
    /// A new id from the host's time and randomness.
    pub(super) fn next(&self, time_us: i64, random: &dyn Fn(&mut [u8])) -> String {
        let mut bytes = [0; 10];
        random(&mut bytes);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let millis = u64::try_from(time_us / 1000).unwrap_or_default();
        if millis > last.millis {
            // A start in the lower half leaves room for at least 2048 ids in the millisecond.
            let start = u16::from_be_bytes([bytes[0], bytes[1]]) & ((1 << (COUNTER_BITS - 1)) - 1);
            *last = Last { millis, counter: start };
        } else if last.counter + 1 < 1 << COUNTER_BITS {
            last.counter += 1;
        } else {
            *last = Last { millis: last.millis + 1, counter: 0 };
        }
        bytes[..2].copy_from_slice(&last.counter.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(last.millis, &bytes).into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend() {
        let ids = Ids::default();
        let random = |bytes: &mut [u8]| bytes.fill(0xff);
        let times = (0..10_000)
            .map(|_| 1_700_000_000_000_000_i64)
            .chain([1_600_000_000_000_000, 1_800_000_000_000_000]);
        let made: Vec<String> = times.map(|time| ids.next(time, &random)).collect();
        assert!(made.is_sorted_by(|one, other| one < other));
        assert!(made[0].starts_with("018bcfe5-6800-7"), "{}", made[0]);
        assert_eq!(uuid::Uuid::parse_str(&made[0]).unwrap().get_version_num(), 7);
    }

    #[test]
    fn the_same_time_and_randomness_give_the_same_id() {
        let random = |bytes: &mut [u8]| bytes.copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let make = || Ids::default().next(1_700_000_000_000_000, &random);
        assert_eq!(make(), make());
        assert_eq!(Ids::default().next(-5, &random).len(), 36);
    }
}

//! Times in fixed buckets.

use std::time::Duration;

use super::snapshot::Bucket;

/// The upper bounds of the buckets, in nanoseconds: from a call that does nothing to one that takes ten seconds. What takes
/// longer is in none of them.
const BOUNDS: [u64; 15] = [
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    100_000,
    250_000,
    1_000_000,
    5_000_000,
    25_000_000,
    100_000_000,
    500_000_000,
    1_000_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// How many times fell into each bucket, and their sum.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    counts: [u64; BOUNDS.len()],
    sum_ns: u64,
}

impl Histogram {
    /// Adds a time.
    pub(crate) fn add(&mut self, time: Duration) {
        let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(BOUNDS.partition_point(|bound| *bound < ns)) {
            *count += 1;
        }
        self.sum_ns = self.sum_ns.saturating_add(ns);
    }

    /// The buckets, each with what is at most its bound.
    pub(crate) fn buckets(&self) -> Vec<Bucket> {
        let mut count = 0;
        let bucket = |(at, at_most_ns): (usize, u64)| {
            count += self.counts[at];
            Bucket { at_most_ns, count }
        };
        BOUNDS.into_iter().enumerate().map(bucket).collect()
    }

    /// The sum of all times, in nanoseconds.
    pub(crate) fn sum_ns(&self) -> u64 {
        self.sum_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_first_bucket_that_holds_it() {
        let mut histogram = Histogram::default();
        for ns in [0, 1_000, 1_001, 10_000_000_000, 10_000_000_001] {
            histogram.add(Duration::from_nanos(ns));
        }
        let buckets = histogram.buckets();
        assert_eq!((buckets[0].count, buckets[1].count, buckets[14].count), (2, 3, 4));
        assert_eq!(histogram.sum_ns(), 20_000_002_002);
    }
}

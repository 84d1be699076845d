//! Where files are cut, and which of their bytes are flipped.

/// The bytes at the begin that headers lie in, in every format.
const HEADERS: usize = 512;

/// About `count` lengths that a file of that length is cut to, among them the shortest and the longest.
pub fn cut_lengths(len: usize, count: usize) -> Vec<usize> {
    let across = (0..len).step_by((len / count).max(1));
    let mut lengths: Vec<_> = across.chain([1, 2, 4, 16, 40, 64, 100]).chain([len - 1]).collect();
    lengths.retain(|cut| *cut < len);
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

/// The places of bytes that are flipped: all that headers lie in.
pub fn flip_places(len: usize) -> std::ops::Range<usize> {
    0..len.min(HEADERS)
}

/// The bytes with all bits of one of them turned.
pub fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] = !bytes[at];
    bytes
}

#[cfg(test)]
mod tests {
    use super::{cut_lengths, flip_places, flipped};

    #[test]
    fn cuts_leave_something_out_each_time() {
        for (len, count) in [(1, 10), (100, 10), (20_000, 50)] {
            let lengths = cut_lengths(len, count);
            assert!(lengths.iter().all(|cut| *cut < len), "{lengths:?}");
            assert_eq!((lengths.first(), lengths.last()), (Some(&0), Some(&(len - 1))));
        }
        assert!(cut_lengths(20_000, 50).len() > 50);
    }

    #[test]
    fn flips_lie_in_the_headers() {
        assert_eq!((flip_places(20_000), flip_places(10)), (0..512, 0..10));
        assert_eq!(flipped(&[1, 2], 1), [1, 253]);
    }
}

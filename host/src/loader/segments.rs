//! The segments of a library. Between them there may be pages that nobody can read.

/// A segment, from its first address to one past its last.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_readable: bool,
    pub(crate) is_code: bool,
}

/// The segments of a library.
#[derive(Clone)]
pub(crate) struct Segments(pub(crate) Vec<Segment>);

impl Segments {
    /// The same segments, `by` bytes further on.
    pub(super) fn moved(&self, by: usize) -> Segments {
        let moved = |segment: &Segment| Segment {
            start: segment.start.wrapping_add(by),
            end: segment.end.wrapping_add(by),
            ..*segment
        };
        Segments(self.0.iter().map(moved).collect())
    }

    /// How many bytes can be read from an address.
    pub(super) fn room_at(&self, address: usize) -> usize {
        self.find(address).filter(|segment| segment.is_readable).map_or(0, |segment| segment.end - address)
    }

    /// Whether there is code at an address.
    pub(super) fn has_code_at(&self, address: usize) -> bool {
        self.find(address).is_some_and(|segment| segment.is_code)
    }

    fn find(&self, address: usize) -> Option<&Segment> {
        self.0.iter().find(|segment| (segment.start..segment.end).contains(&address))
    }
}

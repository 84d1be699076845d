//! Where the parts of a library lie: between them there may be pages that nobody can read.

/// A part of a library, from its first address to one past its last.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_readable: bool,
    pub(crate) is_code: bool,
}

/// The parts of a library.
#[derive(Clone)]
pub(crate) struct Segments(pub(crate) Vec<Segment>);

impl Segments {
    /// The same parts where they were loaded, so many bytes further on.
    pub(super) fn moved(&self, by: usize) -> Segments {
        let moved = |segment: &Segment| Segment {
            start: segment.start.wrapping_add(by),
            end: segment.end.wrapping_add(by),
            ..*segment
        };
        Segments(self.0.iter().map(moved).collect())
    }

    /// Bytes that can be read from an address on.
    pub(super) fn room_at(&self, address: usize) -> usize {
        self.find(address).filter(|segment| segment.is_readable).map_or(0, |segment| segment.end - address)
    }

    /// Whether what lies at an address can be run.
    pub(super) fn has_code_at(&self, address: usize) -> bool {
        self.find(address).is_some_and(|segment| segment.is_code)
    }

    fn find(&self, address: usize) -> Option<&Segment> {
        self.0.iter().find(|segment| (segment.start..segment.end).contains(&address))
    }
}

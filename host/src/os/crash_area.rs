//! The memory in which a process that crashes says how: its layout, and what a reader takes from it.
//!
//! 16 KiB, little-endian, zero before the crash. The writer is a signal handler of an untrusted process, so the reader checks
//! every field: a liar gets a wrong text into an error, and nothing else.
//!
//! | at | bytes | content |
//! | --- | --- | --- |
//! | 0 | 4 | version of this layout |
//! | 4 | 4 | state: 0 nothing, 1 all but the frames, 2 everything |
//! | 8 | 4 + 4 | signal; its code |
//! | 16 | 4 | flags, see [`HAS_ADDRESS`] and its neighbours |
//! | 20 | 4 | lane |
//! | 24 | 8 | address that the instruction used |
//! | 32 | 8 | instruction |
//! | 40 | 8 | message that the thread worked for, or 0 |
//! | 48 | 8 + 8 | bytes of data in use when it crashed; when it was ready |
//! | 64 | 4 + 4 | frames; libraries |
//! | 128 | 64 x 16 | a frame: instruction (8), number of its library (4) |
//! | 2048 | 28 x 512 | a library: where it is mapped (8), length of its path (4), path |

/// Bytes.
pub(crate) const CRASH_AREA: usize = 16 << 10;

pub(super) const VERSION: u32 = 1;
pub(super) const STATE: usize = 4;
pub(super) const SIGNAL: usize = 8;
pub(super) const CODE: usize = 12;
pub(super) const FLAGS: usize = 16;
pub(super) const LANE: usize = 20;
pub(super) const ADDRESS: usize = 24;
pub(super) const INSTRUCTION: usize = 32;
pub(super) const MESSAGE: usize = 40;
pub(super) const DATA: usize = 48;
pub(super) const DATA_READY: usize = 56;
pub(super) const FRAME_COUNT: usize = 64;
pub(super) const LIBRARY_COUNT: usize = 68;

/// States.
pub(super) const SIGNALLED: u32 = 1;
pub(super) const COMPLETE: u32 = 2;

/// Flags: the field has a meaning.
pub(super) const HAS_ADDRESS: u32 = 1;
pub(super) const HAS_LANE: u32 = 2;
/// The stack of the thread was full.
pub(super) const STACK_FULL: u32 = 4;
/// The system has what finds frames.
pub(super) const HAS_FRAMES: u32 = 8;

const FRAMES: usize = 128;
/// So many frames have room.
pub(crate) const MOST_FRAMES: usize = 64;
const LIBRARIES: usize = 2048;
pub(super) const MOST_LIBRARIES: usize = 28;
pub(super) const LONGEST_PATH: usize = 500;
/// The number of the library of an instruction that lies in none.
pub(super) const NO_LIBRARY: u32 = u32::MAX;

/// Where frame `number` lies.
pub(super) const fn frame_at(number: usize) -> usize {
    FRAMES + number * 16
}

/// Where library `number` lies.
pub(super) const fn library_at(number: usize) -> usize {
    LIBRARIES + number * 512
}

const _: () = assert!(frame_at(MOST_FRAMES) <= LIBRARIES && library_at(MOST_LIBRARIES) == CRASH_AREA);
const _: () = assert!(LONGEST_PATH + 12 <= 512);

/// What a process that crashed says; untrusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CrashRecord {
    /// The number of the signal.
    pub(crate) signal: i32,
    /// The address that the instruction used, if the signal has one.
    pub(crate) address: Option<u64>,
    /// The lane of the thread; `None` for a thread of the module's own.
    pub(crate) lane: Option<u32>,
    /// The message that the thread worked for, or 0.
    pub(crate) message: u64,
    /// Bytes of data in use when it crashed, and when it was ready; 0 where nobody could find out.
    pub(crate) data: (u64, u64),
    /// Whether the stack of the thread was full.
    pub(crate) is_stack_full: bool,
    /// Whether the process can find out which functions are running.
    pub(crate) has_frames: bool,
    /// Whether the list of frames is complete: the stack may be so damaged that looking at it is a crash too.
    pub(crate) is_complete: bool,
    /// The functions that were running, the innermost first.
    pub(crate) frames: Vec<CrashFrame>,
    /// Their libraries.
    pub(crate) libraries: Vec<CrashLibrary>,
}

/// One function that was running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CrashFrame {
    /// The instruction: the one that crashed, or for a caller the one behind its call.
    pub(crate) instruction: u64,
    /// Its library's place in [`CrashRecord::libraries`]; `None` for an address that is in no library.
    pub(crate) library: Option<usize>,
}

/// One library of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CrashLibrary {
    /// What is added to the addresses in its file.
    pub(crate) base: u64,
    /// Its path; empty for the program itself.
    pub(crate) path: String,
}

impl CrashRecord {
    /// Reads a copy of the area; `None` if there is no record in it.
    pub(crate) fn read(bytes: &[u8; CRASH_AREA]) -> Option<Self> {
        let area = Bytes(bytes);
        let state = area.u32(STATE);
        if area.u32(0) != VERSION || !(SIGNALLED..=COMPLETE).contains(&state) {
            return None;
        }
        let flags = area.u32(FLAGS);
        let libraries = area.libraries();
        Some(CrashRecord {
            signal: area.u32(SIGNAL).cast_signed(),
            address: (flags & HAS_ADDRESS != 0).then(|| area.u64(ADDRESS)),
            lane: (flags & HAS_LANE != 0).then(|| area.u32(LANE)),
            message: area.u64(MESSAGE),
            data: (area.u64(DATA), area.u64(DATA_READY)),
            is_stack_full: flags & STACK_FULL != 0,
            has_frames: flags & HAS_FRAMES != 0,
            is_complete: state == COMPLETE,
            frames: area.frames(libraries.len()),
            libraries,
        })
    }
}

/// A copy of the area.
struct Bytes<'a>(&'a [u8; CRASH_AREA]);

impl Bytes<'_> {
    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().expect("four bytes"))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.0[at..at + 8].try_into().expect("eight bytes"))
    }

    /// A count, at most `most`.
    fn count(&self, at: usize, most: usize) -> usize {
        usize::try_from(self.u32(at)).map_or(most, |count| count.min(most))
    }

    fn frames(&self, libraries: usize) -> Vec<CrashFrame> {
        let frame = |at: usize| {
            let library = usize::try_from(self.u32(at + 8)).ok();
            CrashFrame { instruction: self.u64(at), library: library.filter(|number| *number < libraries) }
        };
        (0..self.count(FRAME_COUNT, MOST_FRAMES)).map(frame_at).map(frame).collect()
    }

    fn libraries(&self) -> Vec<CrashLibrary> {
        let library = |at: usize| {
            let path = &self.0[at + 12..][..self.count(at + 8, LONGEST_PATH)];
            CrashLibrary { base: self.u64(at), path: String::from_utf8_lossy(path).into_owned() }
        };
        (0..self.count(LIBRARY_COUNT, MOST_LIBRARIES)).map(library_at).map(library).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An area with these numbers of 32 bits at these places.
    fn area(fields: &[(usize, u32)]) -> Box<[u8; CRASH_AREA]> {
        let mut bytes = Box::new([0; CRASH_AREA]);
        for (at, value) in fields {
            bytes[*at..*at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn what_is_no_record_is_not_read() {
        for (version, state) in
            [(0, 0), (VERSION, 0), (VERSION, 3), (VERSION + 1, COMPLETE), (u32::MAX, u32::MAX)]
        {
            assert_eq!(CrashRecord::read(&area(&[(0, version), (STATE, state)])), None, "{version} {state}");
        }
    }

    #[test]
    fn counts_and_lengths_beyond_the_area_are_cut() {
        let most = u32::MAX;
        let lies = [
            (0, VERSION),
            (STATE, COMPLETE),
            (FRAME_COUNT, most),
            (LIBRARY_COUNT, most),
            (library_at(27) + 8, most),
        ];
        let record = CrashRecord::read(&area(&lies)).unwrap();
        assert_eq!((record.frames.len(), record.libraries.len()), (MOST_FRAMES, MOST_LIBRARIES));
        assert_eq!(record.libraries[27].path.len(), LONGEST_PATH);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_within_their_bounds(seed in proptest::collection::vec(any::<u8>(), 512)) {
            let mut bytes = Box::new([0; CRASH_AREA]);
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = seed[at % seed.len()] ^ seed[at / seed.len()];
            }
            bytes[..8].copy_from_slice(&[1, 0, 0, 0, 2, 0, 0, 0]);
            let record = CrashRecord::read(&bytes).unwrap();
            prop_assert!(record.frames.len() <= MOST_FRAMES && record.libraries.len() <= MOST_LIBRARIES);
            prop_assert!(record.frames.iter().all(|frame| frame.library.is_none_or(|at| at < record.libraries.len())));
        }
    }
}

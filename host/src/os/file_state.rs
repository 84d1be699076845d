//! Which file it is and how it was last changed, in the same terms everywhere.

use std::time::{SystemTime, UNIX_EPOCH};

/// Identifies a file and its contents, so that an unchanged one is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileState {
    /// The disk, and the number of the file there.
    pub(crate) place: (u64, u64),
    /// In bytes.
    pub(crate) len: u64,
    /// When its content, and when anything about it changed, in nanoseconds since 1970.
    pub(super) times_ns: [i128; 2],
}

/// File times are as coarse as some hundredths of a second: a file may change twice within one tick.
const GRAIN_NS: i128 = 100_000_000;

impl FileState {
    /// Whether the file has not changed for so long that a later change must show in its times.
    pub(crate) fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.is_settled_at(i128::try_from(now.as_nanos()).unwrap_or(i128::MAX))
    }

    fn is_settled_at(&self, now_ns: i128) -> bool {
        self.times_ns.iter().all(|time_ns| time_ns + GRAIN_NS < now_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::super::file_state;
    use super::GRAIN_NS;

    #[test]
    fn a_file_settles_a_moment_after_its_last_change() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let state = file_state(file.as_file()).unwrap();
        let last_ns = *state.times_ns.iter().max().unwrap();
        assert!(!state.is_settled_at(last_ns + GRAIN_NS));
        assert!(state.is_settled_at(last_ns + GRAIN_NS + 1));
    }

    #[test]
    fn a_file_is_itself_by_every_name_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a"), "1").unwrap();
        std::fs::write(at("b"), "1").unwrap();
        std::fs::hard_link(at("a"), at("c")).unwrap();
        let state = |name| file_state(&std::fs::File::open(at(name)).unwrap()).unwrap();
        assert_eq!(state("a"), state("c"));
        assert_ne!(state("a").place, state("b").place);
        std::fs::write(at("c"), "12").unwrap();
        assert_eq!((state("a").place, state("a").len), (state("c").place, 2));
    }
}

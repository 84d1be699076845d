//! The names that a library exports.

/// Something that a library offers under a name.
pub(super) struct Export {
    pub(super) name: String,
    pub(super) address: u64,
    /// Whether the file says that it is data. Old linkers put constants into the segment of the code.
    pub(super) is_data: bool,
}

/// Takes names until they are longer in sum than what they are taken from: entries that share one long name would take any
/// time and memory.
pub(super) struct Names(usize);

impl Names {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Names(bytes.len())
    }

    pub(super) fn take(&mut self, name: &[u8]) -> Option<String> {
        self.0 = self.0.checked_sub(name.len())?;
        Some(String::from_utf8_lossy(name).into_owned())
    }
}

//! The names that a library exports.

/// An exported symbol.
pub(super) struct Export {
    pub(super) name: String,
    pub(super) place: Place,
}

/// Where an exported symbol is.
pub(super) enum Place {
    Here {
        address: u64,
        /// Whether the file says that it is data. Old linkers put constants into the code segment.
        is_data: bool,
    },
    /// It is what another library exports: `library.name`.
    Elsewhere(String),
}

/// Copies names until all together are longer than the file: many entries that share one long name would take any amount of
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

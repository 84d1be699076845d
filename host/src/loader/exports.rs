//! What a library exports and needs.

use crate::error::LoadFault;

/// What a library exports and needs.
#[derive(Default)]
pub(super) struct Dynamic {
    pub(super) exports: Vec<Export>,
    /// The names of the libraries that are loaded together with it.
    pub(super) needed: Vec<String>,
    /// The names of those that are loaded when they are first used.
    pub(super) needed_later: Vec<String>,
}

impl Dynamic {
    pub(super) fn export(&mut self, name: String, place: Place) {
        self.exports.push(Export { name, place });
    }
}

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

    /// A copy of a name, if it ends.
    pub(super) fn take(&mut self, name: Option<&[u8]>) -> Result<String, LoadFault> {
        let copied = name.and_then(|name| {
            self.0 = self.0.checked_sub(name.len())?;
            Some(String::from_utf8_lossy(name).into_owned())
        });
        let what = "its names do not end, or are longer in sum than the file";
        copied.ok_or_else(|| LoadFault::Malformed(what.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_longer_than_their_file() {
        let mut names = Names::of(b"12345");
        assert_eq!(names.take(Some(b"123")).unwrap(), "123");
        assert!(names.take(Some(b"123")).is_err());
        assert!(names.take(None).is_err());
    }
}

//! How the process of an isolated module ended.

use std::fmt::{self, Display, Formatter};

/// A crash of a module in a process of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crash {
    /// The name of the signal, such as `SIGSEGV`.
    pub signal: String,
    /// The address that the faulting instruction used, if the signal has one.
    pub address: Option<u64>,
    /// The functions that were running, the innermost first, with file and line where the library has them; empty where nothing
    /// could be found out.
    pub frames: Vec<String>,
    /// What else is known, for people.
    pub note: Option<String>,
    /// The message that the thread worked for that crashed; 0 where that is not known.
    pub(crate) message: u64,
}

impl Display for Crash {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signal)?;
        if let Some(address) = self.address {
            write!(f, " at {address:#x}")?;
        }
        f.write_str(&super::frames::named(&self.frames))?;
        self.note.as_ref().map_or(Ok(()), |note| write!(f, "; {note}"))
    }
}

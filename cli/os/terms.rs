//! What the files of all systems have in common.

use std::io::{self, Read, Write};

/// What a file is, whatever its path: equal for two handles of one file.
pub type FileId = (u64, u64);

/// What asks the command to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StopBy {
    /// Ctrl-C. On Windows, Ctrl-Break, a console that closes and a user who logs off too, since nothing else ends a program
    /// orderly there.
    CtrlC,
    /// On Unix, SIGTERM too.
    Anything,
}

/// Both directions of a connection.
pub struct Ends<F> {
    /// What the other side sends.
    pub input: Box<dyn Read + Send>,
    /// Where it reads.
    pub output: Box<dyn Write + Send>,
    /// What waits until it has gone; None where the system does not tell.
    pub far_end: Option<F>,
}

/// How a connection is ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing more is read.
    Reading,
    /// Nothing more is read or written.
    Whole,
}

/// Why there is no socket of a name.
pub enum Unbound {
    /// Somebody serves there.
    InUse,
    /// It cannot be made under that name.
    System(io::Error),
}

impl From<io::Error> for Unbound {
    fn from(error: io::Error) -> Self {
        Unbound::System(error)
    }
}

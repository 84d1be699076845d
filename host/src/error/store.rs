//! Why a store could not be opened, or an index not be made.

use std::io;
use std::path::PathBuf;

use super::{Fault, system_help};

/// Why a store could not be opened or used, or an index not be made; each variant has a code of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the texts are the documentation")]
pub enum StoreFault {
    #[error("it is a {0}, not a file")]
    NotAFile(&'static str),
    #[error("the folder {} is not there", .0.display())]
    NoFolder(PathBuf),
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("it is no store, but {0}")]
    NotAStore(String),
    #[error("it is a store of version {found}, this host has version {host}")]
    Version { found: i32, host: i32 },
    #[error("it can be read, but not written")]
    ReadOnly,
    #[error("it is locked by another process")]
    Locked,
    #[error("its disk is full, or its limit of size is reached")]
    Full,
    #[error("it is damaged: {0}")]
    Damaged(String),
    #[error("it is not where it was opened: {0}")]
    Moved(String),
    #[error("its file cannot be read or written: {0}")]
    File(String),
    #[error("no index of {entity} by {path}: {text}")]
    Index { entity: String, path: String, text: String },
    #[error("it cannot be used: {0}")]
    System(String),
}

impl StoreFault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        use StoreFault as F;
        match self {
            F::NotAFile(_) => "rp::store::not_a_file",
            F::NoFolder(_) => "rp::store::no_folder",
            F::Unreadable(_) => "rp::store::unreadable",
            F::NotAStore(_) => "rp::store::not_a_store",
            F::Version { .. } => "rp::store::version",
            F::ReadOnly => "rp::store::read_only",
            F::Locked => "rp::store::locked",
            F::Full => "rp::store::full",
            F::Damaged(_) => "rp::store::damaged",
            F::Moved(_) => "rp::store::moved",
            F::File(_) => "rp::store::file",
            F::Index { .. } => "rp::store::index",
            F::System(_) => "rp::store::system",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        use StoreFault as F;
        match self {
            F::Unreadable(_)
            | F::Locked
            | F::Full
            | F::Damaged(_)
            | F::Moved(_)
            | F::File(_)
            | F::System(_) => Fault::Host,
            _ => Fault::Operator,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> Option<String> {
        use StoreFault as F;
        let text = match self {
            F::NotAFile(_) => "give the path of a file; one that is not there is made",
            F::NoFolder(_) => "make the folder, or give another path",
            F::Unreadable(source) => return system_help(source).map(Into::into),
            F::NotAStore(_) => "give the path of a store, or of a file that is not there yet",
            F::Version { found, host } if found > host => "use a newer host",
            F::Version { .. } => "use the host that wrote it",
            F::ReadOnly => "allow this user to write the file and its folder",
            F::Locked => "wait until the other process is done, or end it",
            F::Full => "make room on the disk, or raise the limit",
            F::Damaged(_) => "restore the file from a copy",
            F::Moved(_) => "let no other program touch its files, and open it again",
            F::File(_) => "check the disk, and the file and its folder",
            F::Index { .. } => "correct the entity or the path where the index is asked for",
            F::System(_) => return None,
        };
        Some(text.into())
    }
}

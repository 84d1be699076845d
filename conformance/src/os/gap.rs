//! Why a system does not tell.

use std::io;

/// What a system tells, or why it does not.
pub(crate) type Told<T> = Result<T, Gap>;

/// Why a system does not tell.
#[derive(Clone, Debug)]
pub(crate) enum Gap {
    /// It has no call for that. The text names the system and what it lacks: "Windows has no fork".
    Lacks(&'static str),
    /// It has one, which failed.
    Failed(String),
}

impl Gap {
    /// The call of this name failed.
    pub(crate) fn failed(call: &str) -> impl Fn(io::Error) -> Gap + '_ {
        move |error| Gap::Failed(format!("{call}: {error}"))
    }

    /// The call of this name failed just now.
    pub(crate) fn last(call: &str) -> Gap {
        Gap::failed(call)(io::Error::last_os_error())
    }
}

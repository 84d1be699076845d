//! Why there is no client, and what a client does not say.

use std::fmt;
use std::path::PathBuf;

/// A place in a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the schema belongs to, such as `command create_log`.
    pub of: String,
    /// The JSON pointer from there, such as `/args/properties/title`.
    pub pointer: String,
}

impl Place {
    /// A place in the description of a command.
    pub(crate) fn of_command(name: &str, pointer: &str) -> Place {
        Place { of: format!("command {name}"), pointer: pointer.to_owned() }
    }

    /// The schema of an event's data.
    pub(crate) fn of_event(name: &str) -> Place {
        Place { of: format!("event {name}"), pointer: "/data".to_owned() }
    }

    /// A place below this one.
    pub(crate) fn part(&self, pointer: &str) -> Place {
        Place { of: self.of.clone(), pointer: format!("{}{pointer}", self.pointer) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.of.escape_debug(), self.pointer.escape_debug())
    }
}

/// A part of a schema that a client cannot say: there it has any JSON value, or any object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What is there, and what the client has instead.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// Why no client is written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no description of a module.
    #[error("this is no description of a module: {text}")]
    NoDescription {
        /// What is wrong with it.
        text: String,
    },
    /// A schema in the description is broken.
    #[error("{place}: {text}")]
    Schema {
        /// Where.
        place: Place,
        /// What is wrong there.
        text: String,
    },
    /// The name for the client has no letter.
    #[error("\"{0}\" names no client: give letters of a-z")]
    Name(String),
    /// The description cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The client cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no OUT_DIR: the function is for build scripts.
    #[error("OUT_DIR is not set: call this from a build script, or use `rp client`")]
    NoOutDir,
}

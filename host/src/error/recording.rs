//! Why a recording cannot be read, or not be played again.

use super::fault::Fault::{Module, Operator};
use super::row::Help;
use super::row::faults;
use super::system::system_help;

faults! {
    /// Why a recording cannot be read, or not be played again.
    pub enum RecordingFault {
        /// The file cannot be read.
        #[error("it cannot be read: {}", error)]
        #[source(error)]
        Unreadable(error: std::io::Error) => (
            "rp::record::unreadable", Operator,
            system_help(error).unwrap_or("give a file that --record wrote; one that is compressed is decompressed first"),
        ),

        /// It does not begin as a recording does; the field says what it is.
        #[error("it is no recording: {}", what)]
        NotARecording(what: String) => (
            "rp::record::not_a_recording", Operator,
            "give a file that --record wrote, or HostBuilder::record: a trace has not what it takes",
        ),

        /// It is of a version that this host does not know.
        #[error("it is of version {found}, and this host reads version {read}")]
        Version {
            /// What its first line says.
            found: String,
            /// What this host can read.
            read: String,
        } => ("rp::record::version", Operator, "read it with the version of rp that wrote it, or record again"),

        /// A line is not as it was written.
        #[error("line {line} is not as it was written: {why}")]
        Malformed {
            /// The line, counted from 1.
            line: usize,
            /// What is wrong with it.
            why: String,
        } => ("rp::record::malformed", Operator, "record again; a recording is not meant to be edited"),

        /// It is longer than what is held in memory.
        #[error("it has more than {most} bytes, which is what is held in memory at most")]
        TooLarge {
            /// The most bytes, decompressed.
            most: u64,
        } => ("rp::record::too_large", Operator, "record less: a session of its own, or fewer instances"),

        /// There is nothing in it that could be played.
        #[error("it has no instance {wanted}; it has {}", listed(found))]
        NoInstance {
            /// The instance or the module.
            wanted: String,
            /// Those that it has.
            found: Vec<String>,
        } => ("rp::record::no_instance", Operator, "name one of those that it has"),

        /// What an instance did cannot be played again.
        #[error("{instance} cannot be played again: a thread of its own, which handled no message, {}", listed(did))]
        Unplaced {
            /// The instance.
            instance: String,
            /// What its thread did.
            did: Vec<String>,
        } => (
            "rp::record::unplaced", Module,
            "nobody can tell when such a thread acts again; let the module do it while it handles a message, or test it otherwise",
        ),
    }
}

/// The most names that an error lists.
const SHOWN: usize = 20;

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    match names {
        [] => "none".to_owned(),
        _ if more == 0 => names.join(", "),
        _ => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_list_has_an_end() {
        let names = |count: usize| (1..=count).map(|number| number.to_string()).collect::<Vec<_>>();
        assert_eq!([0, 1, 2].map(|count| listed(&names(count))), ["none", "1", "1, 2"]);
        assert!(listed(&names(20)).ends_with(", 20") && listed(&names(1000)).ends_with(", 20 and 980 more"));
    }
}

//! What a program cannot ask of a host, and what a host cannot do for it.

use super::fault::Fault::{Host, Operator};
use super::row::{Help, faults};
use super::system::system_help;

faults! {
    /// What a program cannot ask of a host, and what a host cannot do for it. Most arise only in the library for C, `rp_host.h`.
    pub enum HostFault {
        /// An argument is not what it must be.
        #[error("the argument {what}: {why}")]
        Argument {
            /// Its name.
            what: &'static str,
            /// What is wrong with it.
            why: String,
        } => ("rp::host::argument", Operator, "pass what rp_host.h says at this function, and in its rules"),

        /// Options in JSON cannot be read; the field says why.
        #[error("the options cannot be read: {}", why)]
        Options(why: String) => ("rp::host::options", Operator, "the comment at this function in rp_host.h has the keys"),

        /// The host panicked; the field is the panic's text.
        #[error("the host panicked: {}", text)]
        Panic(text: String) => (
            "rp::host::panic", Host,
            "this is a bug of the host, or the system refused what it needs; standard error has the place",
        ),

        /// This process was forked from that of the host.
        #[error("this process was forked, and the host belongs to its parent")]
        Forked => (
            "rp::host::forked", Operator,
            "make a host in the child, or start a program with posix_spawn in place of fork",
        ),

        /// The system refuses something.
        #[error("cannot {what}: {error}")]
        #[source(error)]
        System {
            /// What for.
            what: &'static str,
            /// The system's error.
            error: std::io::Error,
        } => ("rp::host::system", Host, system_help(error).map(str::to_owned)),

        /// A line of the recording could not be written.
        #[error("the recording cannot be written: {error}")]
        #[source(error)]
        Recording {
            /// The error of what it is written to.
            error: std::io::Error,
        } => (
            "rp::record::unwritable", Host,
            system_help(error).unwrap_or("check that its folder is there, may be written to, and has room"),
        ),

        /// What was waited for did not happen in time.
        #[error("it did not happen within the time that was given")]
        EventTimeout => ("rp::event::timeout", Operator, "allow more time"),

        /// The host is gone, and every event was taken.
        #[error("the host is gone, and every event was taken")]
        EventClosed => ("rp::event::closed", Operator, "free the subscription"),
    }
}

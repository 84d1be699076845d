//! The log lines of other crates, in the log of the host. Features `log` and `tracing`, for the crates of those names.
//!
//! A line goes to the instance whose handler runs on the thread, and counts as made for its message: with two instances
//! of a module, each gets its own. Install it where an instance is made; what comes after the first time does nothing.
//!
//! ```
//! # #[cfg(feature = "log")] {
//! use rp_sdk::{Level, bridge, module};
//!
//! struct Archive;
//!
//! #[module(entry = archive_v1)]
//! impl Archive {
//!     #[create]
//!     fn create() -> Self {
//!         bridge::install_log(Level::Info);
//!         Archive
//!     }
//!
//!     #[command]
//!     fn open(&self, path: String) {
//!         log::warn!("{path} is slow"); // as may any crate that the module uses
//!     }
//! }
//! # }
//! ```
//!
//! A thread that the module started itself serves no instance until [`serving`] says which one; its lines are dropped.
//!
//! A program that links modules statically has one logger for all of them: where it installed its own, that one keeps
//! the lines, and `install_log` and `install_tracing` give false.
#[cfg(feature = "log")]
mod log;
mod served;
#[cfg(feature = "tracing")]
mod tracing;

#[cfg(feature = "log")]
pub use self::log::install_log;
pub use self::served::serving;
#[cfg(feature = "tracing")]
pub use self::tracing::{Layer, install_tracing};

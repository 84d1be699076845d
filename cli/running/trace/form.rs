//! The lines of a trace file that are no records. A record is what `rp_host::TraceRecord` says.

use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 2;

/// The first line of a file.
#[derive(Serialize)]
#[cfg_attr(all(test, not(rp_sanitized)), derive(schemars::JsonSchema), schemars(inline))]
pub struct Head {
    /// What tells this line from a record.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(extend("const" = "trace")))]
    pub rp: &'static str,
    /// The version of the format.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(extend("const" = VERSION)))]
    pub version: u32,
    /// The program that wrote it.
    pub host: Program,
    /// What `start_ns` of every record counts from: microseconds since 1970, by the system's clock.
    pub origin_us: u64,
    /// What was loaded when the file was begun; a line tells of each instance that is loaded later.
    pub modules: Vec<Loaded>,
}

/// A program.
#[derive(Serialize)]
#[cfg_attr(all(test, not(rp_sanitized)), derive(schemars::JsonSchema), schemars(inline))]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The number of its process.
    pub pid: u32,
}

/// An instance.
#[derive(Clone, Serialize)]
#[cfg_attr(all(test, not(rp_sanitized)), derive(schemars::JsonSchema), schemars(inline))]
pub struct Loaded {
    /// Its name.
    pub instance: String,
    /// The name of its module.
    pub module: String,
    /// The version of its module.
    pub version: String,
    /// The profile of its module.
    pub profile: &'static str,
}

/// The line of an instance that was loaded after the file was begun.
#[derive(Serialize)]
#[cfg_attr(all(test, not(rp_sanitized)), derive(schemars::JsonSchema), schemars(inline))]
pub struct LoadedLine<'a> {
    /// What tells this line from a record.
    #[cfg_attr(all(test, not(rp_sanitized)), schemars(extend("const" = "module")))]
    pub rp: &'static str,
    /// The instance.
    #[serde(flatten)]
    pub loaded: &'a Loaded,
}

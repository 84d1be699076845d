//! What a module in a process of its own may reach.

use std::path::PathBuf;

use serde::Deserialize;

/// What a worker may reach of its system: nothing but the system's libraries, unless this says more.
///
/// Read by serde, it has the keys of `[module.NAME.isolated.sandbox]` in an `rp.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sandbox {
    /// Whether there is a sandbox at all.
    pub mode: SandboxMode,
    /// Files and folders that the module may read, beside the system's libraries.
    pub read: Vec<PathBuf>,
    /// Files and folders that the module may read and write.
    pub write: Vec<PathBuf>,
    /// Variables of the host's environment that the module sees.
    pub env: Vec<String>,
    /// Whether the module may make memory both writable and executable.
    pub jit: bool,
    /// Whether a crash may leave a core dump.
    pub core: bool,
}

/// Whether a worker is sandboxed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SandboxMode {
    /// Loading fails if this system cannot enforce all of the sandbox.
    #[default]
    Required,
    /// No sandbox: the worker protects from accidents only, since the module can do all that the user of the host can.
    Off,
}

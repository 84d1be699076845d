//! What a module in a process of its own may reach.

use std::path::PathBuf;

/// What a worker may reach of its system: nothing but the system's libraries, unless this says more.
///
/// ```
/// use rp_host::{Isolation, LoadOptions, Sandbox};
/// let sandbox = Sandbox { read: vec!["/usr/share/zoneinfo".into()], ..Sandbox::default() };
/// let options = LoadOptions::new().isolated(Isolation { sandbox, ..Isolation::default() });
/// ```
///
/// Read by serde (feature `serde`), it has the keys of `[module.NAME.isolated.sandbox]` in an `rp.toml`. Paths that are not absolute are relative
/// to the host's current folder when the module is loaded; in an `rp.toml`, to the folder of that file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        description = "What a module in a process of its own may reach of its system, beside the system's libraries."
    )
)]
pub struct Sandbox {
    /// Whether there is a sandbox: `required` by default, or `off`, which protects from accidents alone.
    pub mode: SandboxMode,
    /// Files and folders that the module may read, beside the system's libraries; by default, none.
    pub read: Vec<PathBuf>,
    /// Files and folders that the module may read and write, as far as `file_bytes` lets it; by default, none.
    pub write: Vec<PathBuf>,
    /// Variables of the host's environment that the module sees; by default, none.
    pub env: Vec<String>,
    /// Whether the module may make memory both writable and executable, as compilers at run time do; by default, it may not.
    pub jit: bool,
    /// Whether a crash may leave a core dump, which has the module's data; by default, it may not.
    pub core: bool,
}

/// Whether a worker is sandboxed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(description = "Whether there is a sandbox.")
)]
#[non_exhaustive]
pub enum SandboxMode {
    /// Loading fails if this system cannot enforce all of the sandbox.
    #[default]
    Required,
    /// No sandbox: the worker protects from accidents only, since the module can do all that the user of the host can.
    Off,
}

impl SandboxMode {
    /// `required` or `off`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SandboxMode::Required => "required",
            SandboxMode::Off => "off",
        }
    }
}

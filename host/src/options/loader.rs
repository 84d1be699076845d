//! The loader of a native module, as files name it.

use serde::Deserialize;

/// What runs a native module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Loader", description = "What runs a native module.")
)]
#[serde(rename_all = "lowercase")]
pub enum LoaderName {
    /// The process of the host.
    #[default]
    Native,
    /// A process of its own, its worker.
    Isolated,
}

//! The host as an embedder sees it: building one, loading modules, the lifecycle of its instances.

pub(crate) mod async_call;
pub(crate) mod builder;
mod checked;
// The host itself; the folder is named after it, too.
#[expect(clippy::module_inception, reason = "the type's own file in the floor of the same name")]
pub(crate) mod host;
pub(crate) mod instance_handle;
pub(crate) mod lifecycle;
mod metrics;
pub(crate) mod owner;
pub(crate) mod process_crash;
mod recorded;
mod replace;
pub(crate) mod succession;
pub(crate) mod turn;
mod typed;
pub(crate) mod with_options;
pub(crate) mod worker;

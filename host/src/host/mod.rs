//! The host as an embedder has it: building one, loading into it, the lifecycle of its instances.

pub(crate) mod builder;
// The host itself, which the folder is named after, too.
#[expect(clippy::module_inception, reason = "the type's own file in the floor of the same name")]
pub(crate) mod host;
pub(crate) mod instance_handle;
pub(crate) mod lifecycle;

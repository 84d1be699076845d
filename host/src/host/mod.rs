//! The host as an embedder has it: building one, loading into it, the life of its instances.

pub(crate) mod instance_handle;
pub(crate) mod lifecycle;

//! What modules learn about their host.

/// What modules learn about the host in `init`.
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) version: String,
}

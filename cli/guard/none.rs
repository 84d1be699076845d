//! For systems where the end of the process cannot be intercepted.

/// Intercepts nothing here.
pub struct Guard;

impl Guard {
    /// The same as without it.
    pub fn arm(_is_json: bool) -> Self {
        Self
    }
}

/// Does `work`.
pub fn waiting_for<R>(_whom: &str, work: impl FnOnce() -> R) -> R {
    work()
}

//! Where what is in the library, and the answer of its module.

/// Where the code begins in memory.
pub(super) const TEXT: u32 = 0x1000;
/// Where the data begins in memory.
pub(super) const DATA: u32 = 0x2000;

/// Where the functions begin, behind `TEXT`.
pub(super) const ENTRY: u32 = 0x10;
pub(super) const DESTROY: u32 = 0x20;
pub(super) const VALUE: u32 = 0x30;
pub(super) const HANDLE: u32 = 0x40;

/// What every message is answered with; a digit takes the place of the question mark.
pub(super) const ANSWER: &str = r#"{"status":"success","data":?}"#;

//! Names of modules and instances.

/// Whether a module or an instance may have that name: lower-case letters, digits and `-`, so that it leads out of no folder.
#[must_use]
pub const fn is_module_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    // A loop, since a constant is computed by nothing else: the SDK refuses a wrong name while it compiles.
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        at += 1;
    }
    at > 0
}

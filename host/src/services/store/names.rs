//! Which names and ids are valid.

use rp_protocol::code;

use crate::error::ServiceError;

/// The longest name of an entity and the longest id, in bytes.
const MAX_NAME_BYTES: usize = 128;

/// Checks the name of a kind of entity.
pub(super) fn check_entity(name: &str) -> Result<(), ServiceError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    check(name, allowed, "entity: expected 1 to 128 characters out of a-z 0-9 _ . -")
}

/// Checks an id from a request.
pub(super) fn check_id(id: &str) -> Result<(), ServiceError> {
    let allowed = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'/';
    check(id, allowed, "id: expected 1 to 128 printable ASCII characters without /")
}

fn check(name: &str, allowed: impl Fn(u8) -> bool, expected: &str) -> Result<(), ServiceError> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
        return Err(ServiceError::new(code::INVALID_PAYLOAD, expected));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let long = "a".repeat(128);
        let too_long = "a".repeat(129);
        for (name, entity, id) in [
            ("note", true, true),
            ("research_log.v2-x", true, true),
            (&*long, true, true),
            (&*too_long, false, false),
            ("", false, false),
            ("Note", false, true),
            ("a b", false, true),
            ("a/b", false, false),
            ("a\"';--", false, true),
            ("é", false, false),
            ("a\n", false, false),
            ("a\0", false, false),
        ] {
            assert_eq!((check_entity(name).is_ok(), check_id(name).is_ok()), (entity, id), "{name:?}");
        }
    }
}

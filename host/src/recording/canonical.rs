//! Texts of JSON that mean the same.

use std::borrow::Cow;

/// A form that all texts share which mean the same JSON: the order of keys and white space say nothing. What is no JSON is left as
/// it is.
pub(crate) fn canonical(text: &str) -> Cow<'_, str> {
    // The keys of an object are kept sorted.
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => Cow::Owned(value.to_string()),
        Err(_) => Cow::Borrowed(text),
    }
}

/// Whether two texts mean the same.
pub(crate) fn mean_the_same(one: &str, other: &str) -> bool {
    one == other || canonical(one) == canonical(other)
}

#[cfg(test)]
mod tests {
    use super::mean_the_same;

    #[test]
    fn only_order_and_white_space_say_nothing() {
        assert!(mean_the_same(r#"{"a":1,"b":[1,2]}"#, r#"{ "b" : [1, 2], "a":1 }"#));
        assert!(mean_the_same("{", "{"));
        for (one, other) in [("[1,2]", "[2,1]"), ("1", "1.5"), ("{", "[")] {
            assert!(!mean_the_same(one, other), "{one} {other}");
        }
    }
}

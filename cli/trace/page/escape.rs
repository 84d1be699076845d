//! JSON within HTML.

use serde::Serialize;

/// A value as JSON that stays text wherever it stands within a `<script>`: no tag and no comment begins in it, and no line ends
/// that only JavaScript knows.
pub fn json(value: &impl Serialize) -> String {
    // Texts and numbers can always be serialised.
    let text = serde_json::to_string(value).unwrap_or_default();
    if !text.contains(['<', '\u{2028}', '\u{2029}']) {
        return text;
    }
    // Outside of strings JSON has none of these.
    text.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_script() {
        let hostile = "</script><!--<script>\u{2028}\u{2029}";
        let json = json(&hostile);
        assert!(!json.contains('<') && !json.contains(['\u{2028}', '\u{2029}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), hostile);
    }
}

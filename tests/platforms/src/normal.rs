//! What differs from run to run and from platform to platform, and may: everything else is compared byte for byte.

use std::collections::BTreeMap;

use regex::{Captures, Regex};

/// One kind of text that is replaced before texts are compared.
struct Rule {
    pattern: &'static str,
    replacement: &'static str,
}

const RULES: &[Rule] = &[
    // Where a library lies, and what a platform puts around its name.
    Rule {
        pattern: r#"(?:[A-Za-z]:)?[^\s"':]*[/\\](?:lib)?(?<name>[a-z0-9_]+)\.(?:so|dylib|dll)\b"#,
        replacement: "[$name]",
    },
    // What a system says of its own error.
    Rule { pattern: r"[^:\n]*\(os error \d+\)", replacement: " [OS ERROR]" },
    // A line for people is cut where it is too long, which may be within an id.
    Rule { pattern: r"[0-9a-f-]* … \(", replacement: " … (" },
    // How long something took.
    Rule { pattern: r#""elapsed_(?<unit>ns|ms)":\d+"#, replacement: r#""elapsed_$unit":[TIME]"# },
    Rule { pattern: r"\b\d+(?:\.\d+)? (?:ns|us|ms|s)\b", replacement: "[TIME]" },
    // When something happened, in microseconds or for people.
    Rule { pattern: r#"_us\\?":\d+"#, replacement: "_us:[MOMENT]" },
    Rule { pattern: r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?", replacement: "[MOMENT]" },
];

/// The ids that the store gives begin with the time: each becomes the number of its first appearance.
const ID: &str = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b";

/// The text without what may differ.
pub fn normal(text: &str) -> String {
    let text = RULES.iter().fold(text.to_owned(), |text, rule| {
        regex(rule.pattern).replace_all(&text, rule.replacement).into_owned()
    });
    let mut numbers = BTreeMap::new();
    let number = |found: &Captures<'_>| {
        let next = numbers.len() + 1;
        format!("[ID {}]", *numbers.entry(found[0].to_owned()).or_insert(next))
    };
    regex(ID).replace_all(&text, number).into_owned()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn what_platforms_call_a_library() {
        let texts = [
            r#"{"file":"/a b/c/libtest_minimal.so","elapsed_ns":7}"#,
            r#"{"file":"target\\debug\\test_minimal.dll","elapsed_ns":81234}"#,
            r#"{"file":"Z:\\work\\test_minimal.dll","elapsed_ns":1}"#,
            r#"{"file":"out/libtest_minimal.dylib","elapsed_ns":0}"#,
        ];
        let expected = r#"{"file":"[test_minimal]","elapsed_ns":[TIME]}"#;
        for text in &texts[1..] {
            assert_eq!(normal(text), expected, "{text}");
        }
        assert_eq!(normal(texts[0]), r#"{"file":"/a [test_minimal]","elapsed_ns":[TIME]}"#);
    }

    #[test]
    fn moments_and_times() {
        assert_eq!(normal("load a 1.0 (abi) 74.8 ms"), "load a 1.0 (abi) [TIME]");
        assert_eq!(normal(r#"{"created_us":1795974291423674,"n":3}"#), r#"{"created_us:[MOMENT],"n":3}"#);
        assert_eq!(normal("on 2026-11-29 17:48 or 2026-11-29T17:48:01Z"), "on [MOMENT] or [MOMENT]");
        assert_eq!(normal("born on 1742-05-03"), "born on 1742-05-03");
    }

    #[test]
    fn errors_of_systems() {
        let [one, other] =
            ["s.jsonl: No such file (os error 2)\nx", "s.jsonl: File not found. (os error 2)\nx"];
        assert_eq!(normal(one), "s.jsonl: [OS ERROR]\nx");
        assert_eq!(normal(other), normal(one));
    }

    #[test]
    fn an_id_that_is_cut() {
        let [one, other] = ["note/01a22868-dfdb-7 … (499 bytes", "note/ … (499 bytes"];
        assert_eq!(normal(one), other);
    }

    /// Which ids are equal is not lost.
    #[test]
    fn ids() {
        let [one, other] = ["01a22868-dfdb-704e-a40b-923d2bfcd6a9", "01a22868-dfdf-7284-ab69-465229473d4d"];
        assert_eq!(normal(&format!("{one} {other} {one}")), "[ID 1] [ID 2] [ID 1]");
        assert_eq!(normal(&format!("{other} {other} {one}")), "[ID 1] [ID 1] [ID 2]");
    }
}

//! What is read of objects, word for word.
use std::fmt::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The members of a whole object.
pub type Members = Vec<(&'static str, String)>;

pub fn members(all: &[(&'static str, &str)]) -> Members {
    all.iter().map(|(key, value)| (*key, (*value).to_owned())).collect()
}

/// What becomes of every text that is a whole object, but for one thing.
pub fn verdicts<'a, T: Deserialize<'a> + Serialize>(
    out: &mut String,
    name: &str,
    whole: &[(&'static str, &str)],
) {
    let whole = members(whole);
    let all = object(&whole);
    let mut say = |case: &str, text: String| {
        let verdict = match serde_json::from_str::<T>(String::leak(text.clone())) {
            Ok(value) => serde_json::to_string(&value).expect("what was read has JSON"),
            Err(error) => error.to_string(),
        };
        let same = [(&all, "the whole"), (&text, "the same")].into_iter().find(|(text, _)| **text == verdict);
        writeln!(out, "{name}, {case}: {}", same.map_or(&*verdict, |(_, word)| word)).expect("it takes all");
    };
    say("whole", all.clone());
    for text in ["{}", "[]", "[0]", "7", "null"] {
        say(text, text.to_owned());
    }
    say("another key", object(&[whole.clone(), members(&[("another", "{}")])].concat()));
    for (at, (key, value)) in whole.iter().enumerate() {
        let with = |value: &str| {
            let mut changed = whole.clone();
            changed[at].1 = value.to_owned();
            object(&changed)
        };
        let mut without = whole.clone();
        without.remove(at);
        say(&format!("no {key}"), object(&without));
        for wrong in ["null", "true", "-1.5", "[0]"] {
            say(&format!("{key} {wrong}"), with(wrong));
        }
        say(&format!("two {key}"), with(&format!("{value},\"{key}\":{value}")));
        let escaped = format!("\"\\u{:04x}{}\"", key.as_bytes()[0], &key[1..]);
        say(&format!("{key} escaped"), all.replacen(&format!("\"{key}\""), &escaped, 1));
    }
}

pub fn object(members: &[(&'static str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// Compares with what is in git, which `RP_BLESS=1` writes anew. It may go on where a feature is missing.
pub fn compare(found: &str, path: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path);
    if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&path, found).expect("it can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("it is in git");
    assert!(
        expected.starts_with(found) && !found.is_empty(),
        "{} differs; it would be\n{found}",
        path.display()
    );
}

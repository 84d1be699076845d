//! The quick reading of one JSON object: what it accepts is JSON, what it does not know for sure is left to serde_json.
//!
//! It runs over the text once, a block of bytes at a time inside strings, and builds nothing. `None` means that the text is
//! wrong or unusual (equal keys, escapes in a key that counts, deep nesting): whoever asked then asks serde_json, which
//! knows the fault too. So only what is accepted here must be right, and tests hold that against serde_json.

use crate::block;

/// What is open has a bit each, above this one.
const BOTTOM: u64 = 1;

/// The values of the keys in `names`, in that order, as they stand in the text; other keys are skipped.
pub(crate) fn fields<'a, const N: usize>(text: &'a str, names: &[&str; N]) -> Option<[Option<&'a str>; N]> {
    let mut found = [None; N];
    find(text, names, &mut found).then_some(found)
}

/// The same, put where the caller wants it; false where it is left to serde_json, and what was found does not count.
pub(crate) fn find<'a, const N: usize>(
    text: &'a str,
    names: &[&str; N],
    found: &mut [Option<&'a str>; N],
) -> bool {
    let bytes = text.as_bytes();
    let start = space(bytes, 0);
    if byte(bytes, start) != b'{' {
        return false;
    }
    let first = space(bytes, start + 1);
    let end = match byte(bytes, first) {
        b'}' => Some(first + 1),
        _ => key(bytes, first, names).and_then(|value| members(text, value, names, found)),
    };
    end.is_some_and(|end| space(bytes, end) == bytes.len())
}

/// The same from the value of the key `known` on, for a text whose beginning is known.
pub(crate) fn find_from<'a, const N: usize>(
    text: &'a str,
    start: usize,
    known: usize,
    names: &[&str; N],
    found: &mut [Option<&'a str>; N],
) -> bool {
    let end = members(text, (start, Some(known)), names, found);
    end.is_some_and(|end| space(text.as_bytes(), end) == text.len())
}

/// Reads the members of the object, from the first value to behind the closing brace.
fn members<'a, const N: usize>(
    text: &'a str,
    (mut start, mut known): (usize, Option<usize>),
    names: &[&str; N],
    found: &mut [Option<&'a str>; N],
) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        let end = value(bytes, start)?;
        if let Some(known) = known
            && found[known].replace(text.get(start..end)?).is_some()
        {
            return None;
        }
        let at = space(bytes, end);
        match byte(bytes, at) {
            b',' => (start, known) = key(bytes, space(bytes, at + 1), names)?,
            b'}' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Reads a key and its colon: where its value starts, and which of `names` it is.
#[inline]
fn key<const N: usize>(bytes: &[u8], at: usize, names: &[&str; N]) -> Option<(usize, Option<usize>)> {
    if N == 0 {
        return Some((colon(bytes, at)?, None));
    }
    if byte(bytes, at) != b'"' {
        return None;
    }
    let mut end = short(bytes, at + 1);
    if end - at > block::LEN {
        end = plain(bytes, end);
    }
    // An escape may spell one of the names.
    if byte(bytes, end) != b'"' {
        return None;
    }
    let name = bytes.get(at + 1..end)?;
    let known = names.iter().position(|known| known.as_bytes() == name);
    Some((behind_colon(bytes, end + 1)?, known))
}

/// Skips a key and its colon.
#[inline(always)]
fn colon(bytes: &[u8], at: usize) -> Option<usize> {
    if byte(bytes, at) != b'"' {
        return None;
    }
    behind_colon(bytes, string(bytes, at + 1)?)
}

#[inline(always)]
fn behind_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let at = space(bytes, at);
    (byte(bytes, at) == b':').then(|| space(bytes, at + 1))
}

/// Skips one value: where it ends.
fn value(bytes: &[u8], mut at: usize) -> Option<usize> {
    // The lowest bit says of what is open innermost whether it is an object.
    let mut open = BOTTOM;
    loop {
        match byte(bytes, at) {
            b'"' => at = string(bytes, at + 1)?,
            b'{' => {
                at = space(bytes, at + 1);
                if byte(bytes, at) != b'}' {
                    open = push(open, 1)?;
                    at = colon(bytes, at)?;
                    continue;
                }
                at += 1;
            }
            b'[' => {
                at = space(bytes, at + 1);
                if byte(bytes, at) != b']' {
                    open = push(open, 0)?;
                    continue;
                }
                at += 1;
            }
            b'-' => at = number(bytes, at + 1)?,
            b'0'..=b'9' => at = number(bytes, at)?,
            b't' => at = word(bytes, at, b"true")?,
            b'f' => at = word(bytes, at, b"false")?,
            b'n' => at = word(bytes, at, b"null")?,
            _ => return None,
        }
        // Behind a value: the next one, or the ends of what it is in.
        loop {
            if open == BOTTOM {
                return Some(at);
            }
            at = space(bytes, at);
            let is_object = open & 1 == 1;
            match byte(bytes, at) {
                b',' => {
                    at = space(bytes, at + 1);
                    if is_object {
                        at = colon(bytes, at)?;
                    }
                    break;
                }
                b'}' if is_object => at += 1,
                b']' if !is_object => at += 1,
                _ => return None,
            }
            open >>= 1;
        }
    }
}

#[inline]
fn push(open: u64, kind: u64) -> Option<u64> {
    (open >> 63 == 0).then_some(open << 1 | kind)
}

/// Skips a string from behind its first quote: where it ends, behind the last one.
#[inline(always)]
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let end = short(bytes, at);
    if byte(bytes, end) == b'"' { Some(end + 1) } else { long_string(bytes, end) }
}

/// The same for a string that is long or has escapes, or is none.
#[inline(never)]
fn long_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(wide) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        match in_wide(bytes, at, block::special(wide))? {
            Stop::Closed(end) => return Some(end),
            Stop::Open(next) => at = next,
        }
    }
    // The last wide block begins before what is left.
    if let Some(wide) = bytes.last_chunk() {
        let start = bytes.len() - block::WIDE;
        let left = u64::MAX.checked_shl((at - start) as u32)?;
        return match in_wide(bytes, start, block::special(wide) & left)? {
            Stop::Closed(end) => Some(end),
            Stop::Open(_) => None,
        };
    }
    loop {
        at = plain(bytes, at);
        match byte(bytes, at) {
            b'"' => return Some(at + 1),
            b'\\' => at = escape(bytes, at + 1)?,
            _ => return None,
        }
    }
}

/// Where the reading of a string is behind a wide block.
enum Stop {
    /// It has ended here, behind its quote.
    Closed(usize),
    /// It goes on here.
    Open(usize),
}

/// Reads a string through the wide block at `start`, of whose bytes `special` has a bit for each that does not stand for itself:
/// the bytes behind an escape are not looked at once more.
#[inline(always)]
fn in_wide(bytes: &[u8], start: usize, mut special: u64) -> Option<Stop> {
    while special != 0 {
        let at = start + special.trailing_zeros() as usize;
        match byte(bytes, at) {
            b'"' => return Some(Stop::Closed(at + 1)),
            b'\\' => {
                let next = escape(bytes, at + 1)?;
                let Some(rest) = u64::MAX.checked_shl((next - start) as u32) else {
                    return Some(Stop::Open(next));
                };
                special &= rest;
            }
            _ => return None,
        }
    }
    Some(Stop::Open(start + block::WIDE))
}

/// Skips what stands for itself in a string: to the next quote, backslash or control character, or the end.
fn plain(bytes: &[u8], mut at: usize) -> usize {
    // By a branch and not by a sum, so that a block need not wait for what the one before it came to.
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let len = block::plain(block);
        if len != block::LEN {
            return at + len;
        }
        at += block::LEN;
    }
    last(bytes, at)
}

/// The same, but at most one block of it.
#[inline(always)]
fn short(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(block) => at + block::plain(block),
        None => last(bytes, at),
    }
}

/// The same for the last bytes of the text, of which there are less than a block.
#[inline]
fn last(bytes: &[u8], at: usize) -> usize {
    let Some(rest) = bytes.len().checked_sub(at) else { return at };
    match bytes.last_chunk() {
        // The block begins before them.
        Some(block) => at + block::plain_behind(block, block::LEN - rest).min(rest),
        None => tiny(bytes, at),
    }
}

/// The same in a text that is shorter than a block.
#[cold]
fn tiny(bytes: &[u8], mut at: usize) -> usize {
    while !matches!(byte(bytes, at), 0..b' ' | b'"' | b'\\') {
        at += 1;
    }
    at
}

/// Skips an escape from behind its backslash. Half a surrogate pair is valid JSON.
#[inline]
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match byte(bytes, at) {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => {
            let digits = bytes.get(at + 1..at + 5)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(at + 5)
        }
        _ => None,
    }
}

/// Skips a number from its first digit.
#[inline]
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = match byte(bytes, at) {
        b'0' => at + 1,
        b'1'..=b'9' => digits(bytes, at + 1),
        _ => return None,
    };
    if byte(bytes, at) == b'.' {
        at = some_digits(bytes, at + 1)?;
    }
    if matches!(byte(bytes, at), b'e' | b'E') {
        at += 1;
        if matches!(byte(bytes, at), b'+' | b'-') {
            at += 1;
        }
        at = some_digits(bytes, at)?;
    }
    Some(at)
}

#[inline]
fn some_digits(bytes: &[u8], at: usize) -> Option<usize> {
    byte(bytes, at).is_ascii_digit().then(|| digits(bytes, at + 1))
}

#[inline]
fn digits(bytes: &[u8], mut at: usize) -> usize {
    while byte(bytes, at).is_ascii_digit() {
        at += 1;
    }
    at
}

#[inline]
fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

#[inline(always)]
fn space(bytes: &[u8], at: usize) -> usize {
    if byte(bytes, at) > b' ' { at } else { some_space(bytes, at) }
}

#[inline(never)]
fn some_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(byte(bytes, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

/// The byte there; 0, which is nothing in JSON, behind the end.
#[inline(always)]
fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    const NAMES: &[&str; 2] = &["a", "data"];

    /// What serde_json finds: it knows no equal keys here, so those count as "leave it to serde_json".
    fn by_serde(text: &str) -> Option<[Option<String>; 2]> {
        let found: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        Some(NAMES.map(|name| found.get(name).map(|raw| raw.get().to_owned())))
    }

    fn quickly(text: &str) -> Option<[Option<String>; 2]> {
        Some(fields(text, NAMES)?.map(|value| value.map(str::to_owned)))
    }

    /// Whatever is accepted here, serde_json accepts, and finds the same.
    #[track_caller]
    fn check(text: &str) {
        if let Some(found) = quickly(text) {
            assert_eq!(Some(found), by_serde(text), "{text}");
        }
        let (start, mut found) = ("{\"data\":", [None; 2]);
        if text.starts_with(start) && find_from(text, start.len(), 1, NAMES, &mut found) {
            assert_eq!(Some(found), fields(text, NAMES), "{text}");
        }
        if fields(text, &[]).is_some() {
            let json = serde_json::from_str::<serde_core::de::IgnoredAny>(text);
            assert!(json.is_ok() && text.trim_start().starts_with('{'), "{text}");
        }
    }

    /// Texts that must be read here: the slow way would be right and slow.
    const USUAL: &[&str] = &[
        "{}",
        " \t\r\n{ \t} \n",
        r#"{"a":1}"#,
        r#"{"b":"c"}"#,
        r#"{"data":{"a":[1,2.5e3,-0,0.1E-2,1e+9],"b":[[],{},[{}]]},"a":null}"#,
        r#"{ "a" : [ true , false , null , "x" ] , "c" : { "d" : { } , "e" : [ ] } }"#,
        r#"{"a":"\" \\ \/ \b\f\n\r\t \u0000 \uD83D\uDE00 \ud800","data":"aé€😀\u00e9"}"#,
        r#"{"a":"exactly 7","data":"exactly 16 bytes and more, so that all of the loops run: é, 32 bytes at once, 8, and 1"}"#,
        r#"{"x":{"\u0061":1},"a":"short","data":"0123456789abcdef0123456789abcdef0123456789abcdef\n0123456789"}"#,
    ];

    #[test]
    fn usual_texts_are_read_here() {
        for text in USUAL {
            assert_eq!(quickly(text), by_serde(text), "{text}");
            assert!(quickly(text).is_some() && fields(text, &[]).is_some(), "{text}");
        }
    }

    #[test]
    fn every_edit_of_a_usual_text_is_judged_as_serde_json_does() {
        const PUT: &[&str] = &[
            "", "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "1", "-", "+", ".", "e", "u", "t", "null",
            " ", "\n", "\0", "\u{1f}", "\u{7f}", "é",
        ];
        for text in USUAL {
            let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for at in places {
                let next = text[at..].chars().next().map_or(at, |next| at + next.len_utf8());
                for put in PUT {
                    check(&format!("{}{put}{}", &text[..at], &text[at..]));
                    check(&format!("{}{put}{}", &text[..at], &text[next..]));
                }
                check(&text[..at]);
            }
        }
    }

    #[test]
    fn random_texts_are_judged_as_serde_json_does() {
        const PIECES: &[&str] = &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"data\"",
            "\"b\"",
            "\"",
            "\\",
            "\\u00",
            "1",
            "0",
            "-",
            ".5",
            "e",
            "E+1",
            "true",
            "false",
            "null",
            " ",
            "\n",
            "x",
            "é",
            "\"0123456789abcdef0123456789abcdef0123456789\"",
            "\u{1}",
            "{\"a\":",
            "[1,",
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            // xorshift: the same texts in every run.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize % below
        };
        for _ in 0..100_000 {
            let mut text = String::from("{");
            for _ in 0..random(12) {
                text += PIECES[random(PIECES.len())];
            }
            check(&text);
            text.push('}');
            check(&text);
        }
    }

    /// Any JSON value, with space where it may be.
    fn json() -> impl Strategy<Value = String> {
        let space = || "[ \t\r\n]{0,2}";
        let leaf = prop_oneof![
            any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
            r#""(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|[ !#-\[\]-~é€😀]){0,40}""#,
            r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
            "true|false|null",
        ];
        leaf.prop_recursive(5, 40, 5, move |inner| {
            let member = (space(), any_key(), space(), space(), inner.clone(), space())
                .prop_map(|(a, key, b, c, value, d)| format!("{a}{key}{b}:{c}{value}{d}"));
            let element = (space(), inner, space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
            prop_oneof![
                vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
                vec(element, 0..5).prop_map(|elements| format!("[{}]", elements.join(","))),
            ]
        })
    }

    fn any_key() -> impl Strategy<Value = String> {
        prop_oneof![r#""(a|data)""#, r#""[ -!#-\[\]-~é]{0,20}""#]
    }

    proptest! {
        #[test]
        fn every_object_is_read_and_no_edit_of_it_is_taken_for_another(
            value in json(), at: prop::sample::Index, put in ".{0,2}"
        ) {
            let text = format!("{{\"data\":{value}}}");
            prop_assert!(fields(&text, &[]).is_some(), "{}", text);
            check(&text);
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = *at.get(&places);
            check(&format!("{}{put}{}", &text[..at], &text[at..]));
            let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
            check(&format!("{}{put}{}", &text[..at], &text[next..]));
        }
    }

    #[test]
    fn every_byte_of_a_string_is_found_wherever_it_stands() {
        // The last ones reach over several wide blocks.
        for len in (0..80).chain([130, 200]) {
            for at in 0..=len {
                for put in [
                    "\"",
                    "\\\"",
                    "\\\\\\u00e9",
                    "\\u00g",
                    "\\",
                    "\n",
                    "\0",
                    "\u{1f}",
                    " ",
                    "!",
                    "#",
                    "[",
                    "]",
                    "\u{7f}",
                    "\u{80}",
                    "ÿ",
                ] {
                    let text = format!("{}{put}{}", "x".repeat(at), "y".repeat(len - at));
                    check(&format!("{{\"a\":\"{text}\"}}"));
                    check(&format!("{{\"{text}\":1}}"));
                }
            }
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_serde_json() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(fields(&nested(60), NAMES).is_some());
        for text in [r#"{"\u0061":1}"#, r#"{"a":1,"a":2}"#, &nested(70), &nested(5000)] {
            assert!(fields(text, NAMES).is_none(), "{text}");
            assert!(by_serde(text).is_some() || text.len() > 200, "{text}");
        }
    }
}

//! Strings, written and read.

use super::cases::{Case, Expected, NOT_TEXT, WRONG_KIND, operation};

pub fn cases(random: &mut fastrand::Rng) -> Vec<Case> {
    let mut cases = Vec::new();
    let texts: Vec<String> = fixed().into_iter().chain((0..1500).map(|_| random_text(random))).collect();
    for text in texts {
        let json = serde_json::to_string(&text).expect("text is JSON");
        cases.push(Case::new(
            "written",
            operation::WRITE_STRING,
            text.clone(),
            Expected::Bytes(json.clone().into()),
        ));
        cases.push(Case::new("read", operation::READ_STRING, json, Expected::Bytes(text.clone().into())));
        cases.push(Case::new(
            "read from escapes",
            operation::READ_STRING,
            escaped(&text, random),
            Expected::Bytes(text.into()),
        ));
    }
    cases.extend((0..1500).map(|_| bytes_case(random)));
    cases.extend((0..500).map(|_| units_case(random)));
    cases.push(Case::new("no string", operation::READ_STRING, "1", Expected::Result(WRONG_KIND)));
    cases
}

/// Every character that is short or on the border of a length, and all the small ones at once.
fn fixed() -> Vec<String> {
    let borders = [
        '\u{7f}',
        '\u{80}',
        '\u{7ff}',
        '\u{800}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10000}',
        '\u{10ffff}',
    ];
    let mut texts = vec![String::new(), (0..=0x7f).map(char::from).collect(), borders.iter().collect()];
    texts.extend(borders.iter().map(char::to_string));
    texts.extend((0..=0x7f).map(|byte| char::from(byte).to_string()));
    texts
}

fn random_text(random: &mut fastrand::Rng) -> String {
    (0..random.usize(..20))
        .map(|_| match random.u8(..4) {
            0 => random.char('\0'..'\u{80}'),
            1 => random.char('\u{80}'..'\u{800}'),
            2 => random.char('\u{800}'..'\u{10000}'),
            _ => random.char('\0'..=char::MAX),
        })
        .collect()
}

/// The same text in the long form, with letters of both cases; some characters stay as they are.
fn escaped(text: &str, random: &mut fastrand::Rng) -> String {
    let escape =
        |unit: &u16, upper: bool| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    let body: String = text
        .chars()
        .map(|c| match c {
            '/' => "\\/".to_owned(),
            ' '..='!' | '#'..='[' | ']'.. if random.bool() => c.to_string(),
            _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| escape(unit, random.bool())).collect(),
        })
        .collect();
    format!("\"{body}\"")
}

/// Bytes that are UTF-8 or not: Rust is the oracle.
fn bytes_case(random: &mut fastrand::Rng) -> Case {
    const LEADS: &[u8] = &[
        0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x90, 0x8f,
    ];
    let bytes: Vec<u8> = (0..random.usize(1..6)).map(|_| LEADS[random.usize(..LEADS.len())]).collect();
    let expected = match str::from_utf8(&bytes) {
        Ok(text) => Expected::Bytes(serde_json::to_vec(text).expect("text is JSON")),
        Err(_) => Expected::Result(NOT_TEXT),
    };
    Case::new("bytes", operation::WRITE_STRING, bytes, expected)
}

/// Escapes of surrogates in any order.
fn units_case(random: &mut fastrand::Rng) -> Case {
    const UNITS: &[u16] = &[0x0041, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000];
    let units: Vec<u16> = (0..random.usize(1..5)).map(|_| UNITS[random.usize(..UNITS.len())]).collect();
    let body: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let expected = match String::from_utf16(&units) {
        Ok(text) => Expected::Bytes(text.into()),
        Err(_) => Expected::Result(NOT_TEXT),
    };
    Case::new("surrogates", operation::READ_STRING, format!("\"{body}\""), expected)
}

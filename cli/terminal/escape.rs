//! Keeps foreign text from controlling the terminal.
//!
//! Foreign text comes from modules and their manifests, responses, logs and descriptions; from files and their names; from
//! the command line, an rp.toml or a session; from other programs, and from error texts of the system. It goes through
//! [`escaped`], [`escaped_lines`] or [`escaped_json`] when it is put into a line, and every line through [`sanitized`] when
//! it is written.
//!
//! These characters are shown as escapes, such as `\u{1b}`:
//! - Unicode's general categories Cc (C0, DEL, C1), Cf (direction marks, zero width, soft hyphen, tags), Co (private
//!   use) and Cn (unassigned to this table, noncharacters), Zl and Zp (separators of lines and paragraphs);
//! - characters of other categories that are invisible by default (Default_Ignorable_Code_Point): fillers and variation
//!   selectors.
//!
//! Everything else stays: letters of all scripts, combining marks, emoji, spaces. Emoji that are joined from others are
//! therefore shown in their parts. A native module can still write to the terminal itself; a process cannot prevent its
//! own code from doing that.

use std::fmt::Write as _;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text in one line, with escapes for characters that control the terminal or that reorder, hide or break the text.
pub fn escaped(text: &str) -> String {
    escape_unless(text, is_visible)
}

/// The same for text whose lines stay lines. The later ones begin with `mark`, so that none is taken for a line from
/// elsewhere.
pub fn escaped_lines(text: &str, mark: &str) -> String {
    let lines: Vec<String> = text.trim_end_matches(['\n', '\r']).lines().map(escaped).collect();
    lines.join(&format!("\n{mark}"))
}

/// The same JSON value in one line, with JSON escapes. Only its strings contain such characters; between tokens there are
/// only spaces and line ends.
pub fn escaped_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_visible(c) => out.push(c),
            c => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| push(&mut out, format_args!("\\u{unit:04x}"))),
        }
    }
    out
}

/// One or more lines about to be written: of all control characters, only our colours, line ends and tabs pass.
pub fn sanitized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out += &escape_unless(&rest[..at], is_layout);
        let colour = colour_len(&rest[at..]);
        out += &rest[at..at + colour];
        rest = &rest[at + colour..];
        if colour == 0 {
            out += "\\u{1b}";
            rest = &rest[1..];
        }
    }
    out + &escape_unless(rest, is_layout)
}

/// The width of escaped text in columns, counted character by character, as the frames around sources do.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text, padded with spaces.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{:1$}", "", columns.saturating_sub(text.width()))
}

fn is_visible(c: char) -> bool {
    use GeneralCategory as G;
    c.is_ascii_graphic()
        || c == ' '
        || !matches!(
            c.general_category(),
            G::Control
                | G::Format
                | G::PrivateUse
                | G::Unassigned
                | G::Surrogate
                | G::LineSeparator
                | G::ParagraphSeparator
        ) && !is_ignorable(c)
}

/// Characters that are Default_Ignorable_Code_Point and in none of the categories above. Unicode extends this set only with
/// characters that were unassigned before.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{34F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180D}' | '\u{180F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0100}'..='\u{E01EF}')
}

/// Characters that may be in a text of several lines.
fn is_layout(c: char) -> bool {
    c == '\n' || c == '\t' || is_visible(c)
}

fn escape_unless(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_kept(c) {
            out.push(c);
        } else {
            push(&mut out, format_args!("\\u{{{:x}}}", u32::from(c)));
        }
    }
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A String takes whatever is written.
    let _ = out.write_fmt(text);
}

/// The length in bytes of the escape sequence for colour and weight that the text begins with; 0 if it begins with another.
fn colour_len(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else { return 0 };
    match parameters.find(|c: char| !c.is_ascii_digit() && c != ';') {
        Some(end) if parameters[end..].starts_with('m') => "\u{1b}[".len() + end + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ranges of characters that are escaped, both ends included.
    const ESCAPED: &[(u32, u32)] = &[
        (0x00, 0x1F),
        (0x7F, 0x9F),
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xE000, 0xF8FF),
        (0xFDD0, 0xFDEF),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB),
        (0xFFFE, 0xFFFF),
        (0x1_D173, 0x1_D17A),
        (0x1_FFFE, 0x1_FFFF),
        (0xE_0000, 0x10_FFFF),
    ];

    #[test]
    fn the_set_is_as_stated() {
        for c in ESCAPED.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32) {
            assert_eq!(escaped(&c.to_string()), format!("\\u{{{:x}}}", u32::from(c)));
        }
        let texts = [
            (' '..='~').collect(),
            "Zürich Łódź Ελλάδα Москва עברית العربية हिन्दी ไทย 한국어 日本語　中文 e\u{301} 😀 ½ € 🇮🇪 \u{a0}\u{fffd}".to_owned(),
        ];
        for text in texts {
            assert_eq!(escaped(&text), text);
            assert_eq!(escaped_json(&text), text);
        }
    }

    #[test]
    fn a_text_of_several_lines_marks_the_later_ones() {
        assert_eq!(escaped("a\nb\tc\r"), "a\\u{a}b\\u{9}c\\u{d}");
        assert_eq!(
            escaped_lines("a\r\nerror host: b\u{85}c\u{2028}d\rx\u{b}\u{c}\n\n", "  | "),
            "a\n  | error host: b\\u{85}c\\u{2028}d\\u{d}x\\u{b}\\u{c}"
        );
        assert_eq!(escaped_lines("", "| "), "");
    }

    #[test]
    fn only_colours_go_out() {
        let cases = [
            ("\u{1b}[1ma\u{1b}[0m\n\t\u{1b}[38;5;1m", None),
            ("\u{1b}[2J", Some("\\u{1b}[2J")),
            ("\u{1b}", Some("\\u{1b}")),
            ("\u{1b}[", Some("\\u{1b}[")),
            ("\u{1b}[31\u{1b}[31m", Some("\\u{1b}[31\u{1b}[31m")),
            ("\u{1b}]0;t\u{7}", Some("\\u{1b}]0;t\\u{7}")),
            ("\u{1b}[?25l\u{9b}1m\u{202e}\r", Some("\\u{1b}[?25l\\u{9b}1m\\u{202e}\\u{d}")),
        ];
        for (text, expected) in cases {
            assert_eq!(sanitized(text), expected.unwrap_or(text));
        }
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let cases = [("", 0), ("a", 1), ("日本", 4), ("e\u{301}", 1), ("😀", 2)];
        for (text, expected) in cases {
            assert_eq!((columns(text), padded(text, 5).width()), (expected, 5), "{text}");
        }
        assert_eq!(padded("too long", 3), "too long");
    }

    proptest! {
        #[test]
        fn nothing_that_steers_is_left(text in any::<String>(), more in "[\\x00-\\x7f\u{80}-\u{9f}\u{200b}-\u{206f}a]{0,20}") {
            let text = text + &more;
            for shown in [escaped(&text), escaped_json(&text), escaped_lines(&text, "| ").replace('\n', "")] {
                prop_assert!(shown.chars().all(is_visible), "{shown:?}");
                prop_assert_eq!(super::escaped(&shown), shown.clone());
                prop_assert_eq!(sanitized(&shown), shown);
            }
            let out = sanitized(&text);
            prop_assert!(out.chars().all(|c| c == '\x1b' || is_layout(c)), "{out:?}");
        }

        #[test]
        fn json_stays_the_same_value(text in any::<String>()) {
            let written = serde_json::json!({"a": [text.as_str(), 1.5], text.as_str(): null});
            let pretty = format!("{written:#}");
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped_json(&pretty)).unwrap(), written);
        }
    }
}

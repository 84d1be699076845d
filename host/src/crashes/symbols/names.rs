//! Names of functions as people write them.

use std::fmt::{self, Write};

use cpp_demangle::{DemangleOptions, Symbol};

/// The longest name that is shown.
const LONGEST: usize = 160;

/// A name as the source has it, if it is a mangled one of Rust or C++.
pub(super) fn demangled(name: &str) -> Option<String> {
    rust(name).or_else(|| cpp(name))
}

/// A text of the file for people: without control characters, and not too long.
pub(super) fn plain(text: &[u8]) -> String {
    let mut short = Short::default();
    let _full = short.write_str(&String::from_utf8_lossy(&text[..text.len().min(4 * LONGEST)]));
    short.finish()
}

fn rust(name: &str) -> Option<String> {
    let name = rustc_demangle::try_demangle(name).ok()?;
    let mut short = Short::default();
    // Without the hash of the old mangling.
    let _full = write!(short, "{name:#}");
    Some(short.finish())
}

fn cpp(name: &str) -> Option<String> {
    // So many characters may be the name of a thousand times as many, and take as long.
    const LONGEST_MANGLED: usize = 4096;
    if name.len() > LONGEST_MANGLED || !name.starts_with("_Z") {
        return None;
    }
    let symbol = Symbol::new(name).ok()?;
    let mut short = Short::default();
    let options = DemangleOptions::new().no_params().no_return_type();
    let is_whole = symbol.structured_demangle(&mut short, &options).is_ok();
    (is_whole || short.is_full).then(|| short.finish())
}

/// Takes so much of a text, and stops its writer then: a short mangled name may stand for gigabytes.
#[derive(Default)]
struct Short {
    text: String,
    is_full: bool,
}

impl Short {
    fn finish(self) -> String {
        if self.is_full { self.text + "…" } else { self.text }
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.text.len() >= LONGEST {
                self.is_full = true;
                return Err(fmt::Error);
            }
            self.text.push(if character.is_control() { '\u{fffd}' } else { character });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_source() {
        for (mangled, expected) in [
            ("_ZN5dates5parseEPKc", Some("dates::parse")),
            ("_ZNSt6vectorIiSaIiEE2atEm", Some("std::vector<int, std::allocator<int> >::at")),
            ("_ZN3log5dates17h0123456789abcdefE", Some("log::dates")),
            ("_RNvCs1234_7mycrate3foo", Some("mycrate::foo")),
            ("parse_date", None),
            ("_Zno", None),
        ] {
            assert_eq!(demangled(mangled).as_deref(), expected, "{mangled}");
        }
    }

    /// Each `pair` of the last name is twice as long as the one before.
    #[test]
    fn a_name_of_gigabytes_is_cut() {
        let mut name = String::from("_Z1f4pairIiiE");
        for level in 0..30_u32 {
            let seen = if level == 0 { "S0_".to_owned() } else { format!("S{}_", base_36(level)) };
            name = format!("{name}S_I{seen}{seen}E");
        }
        let cut = demangled(&name);
        assert!(cut.is_none_or(|name| name.len() <= LONGEST + 3));
    }

    fn base_36(number: u32) -> String {
        let digit = |value: u32| char::from_digit(value, 36).unwrap().to_ascii_uppercase();
        if number < 36 {
            digit(number).into()
        } else {
            format!("{}{}", digit(number / 36), digit(number % 36))
        }
    }

    #[test]
    fn texts_of_a_file_are_harmless_on_a_terminal() {
        assert_eq!(plain(b"a\x1b[2Jb\n\xff"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}");
        assert_eq!(plain(&[b'a'; 1000]).chars().count(), LONGEST + 1);
    }
}

//! Backslashes of paths, which begin an escape between the double quotes of TOML: `"C:\modules"` is none, and `"C:\new"` has a
//! line break.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::fault::ConfigFault;

const HELP: &str =
    "between \" a backslash begins an escape; write '…', in which it is itself, or / instead of it";

/// The fault of a text whose parser stopped at `span`, if it stopped in an escape.
pub(super) fn no_escape(text: &str, span: &Range<usize>) -> Option<ConfigFault> {
    let before = text.get(..span.start)?;
    let begin = before.rfind('\\')?;
    let mut behind = before[begin + 1..].chars();
    let is_escape = matches!(behind.next(), None | Some('x' | 'u' | 'U'))
        && behind.all(|digit| digit.is_ascii_hexdigit())
        && !text[begin + 1..].starts_with(['\n', '\r']);
    let letter = text[begin + 1..].chars().next().filter(|_| is_escape)?;
    let end = begin + 1 + letter.len_utf8();
    Some(ConfigFault::new(begin..end, format!(r"`\{letter}` is no escape of TOML"), HELP))
}

/// Fails if a path has a control character, as escapes make them.
pub(super) fn check(path: &Spanned<PathBuf>) -> Result<(), ConfigFault> {
    check_path(path.get_ref(), || path.span())
}

/// The same for a path that lies at `span`.
pub(super) fn check_path(path: &Path, span: impl FnOnce() -> Range<usize>) -> Result<(), ConfigFault> {
    let text = path.to_string_lossy();
    match text.chars().find(|c| c.is_control()) {
        Some(found) => {
            let what = format!("the path has the control character `{}`", found.escape_default());
            Err(ConfigFault::new(span(), what, HELP))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::config;

    #[test]
    fn a_backslash_between_double_quotes_is_told_of() {
        for (path, text, marked) in [
            (r"C:\modules\x.dll", r"`\m` is no escape of TOML", r"\m"),
            (r"C:\Users\x.dll", r"`\U` is no escape of TOML", r"\U"),
            (r"C:\abc\xyz.dll", r"`\a` is no escape of TOML", r"\a"),
            (r"\\?\É:\x", r"`\É` is no escape of TOML", r"\É"),
            (r"C:\new", r"the path has the control character `\n`", r#""C:\new""#),
            (r"b\b", r"the path has the control character `\u{8}`", r#""b\b""#),
        ] {
            for (head, tail) in [
                ("[module.a]\npath = ", "\n[instance.a]\n"),
                ("[store]\npath = ", ""),
                ("folders = [", "]"),
                ("[wasm]\ncache = ", ""),
                ("[module.a]\nloader = 'isolated'\nisolated.sandbox.write = ['/', ", "]\n"),
            ] {
                let whole = format!("{head}\"{path}\"{tail}");
                let fault = config(&whole, Path::new("")).unwrap_err();
                assert_eq!((fault.text.as_str(), &whole[fault.span.clone()]), (text, marked), "{whole}");
                assert!(fault.help.contains("write '…'"), "{}", fault.help);
                config(&format!("{head}'{path}'{tail}"), Path::new("")).unwrap();
            }
        }
    }

    #[test]
    fn other_errors_behind_a_backslash_keep_their_words() {
        for text in ["x = 'a\\\n'", "x = 'C:\\'\ny"] {
            let fault = config(text, Path::new("")).unwrap_err();
            assert!(!fault.text.contains("escape of TOML"), "{text}: {}", fault.text);
        }
    }
}

//! The line that is being typed, as the shell hands it over, and what may be inserted into it.

use std::ffi::OsString;

use crate::terminal::escaped;

/// The variable with the word at the cursor as it was typed, where the shell's own words lack its quote.
pub const WORD: &str = "RP_COMPLETE_WORD";
/// The variable with the place of the word at the cursor, of clap's scripts for the shells that hand over the later words too.
const INDEX: &str = "_CLAP_COMPLETE_INDEX";

/// A line in a shell.
pub struct Line {
    shell: String,
    /// All words but the one at the cursor, without the quotes of the shell.
    pub others: Vec<OsString>,
    /// The word at the cursor, as it was typed.
    pub word: String,
}

impl Line {
    /// The line that is in the arguments and variables of this process.
    pub fn read(shell: &str) -> Self {
        let mut others: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
        let index = std::env::var(INDEX).ok().and_then(|text| text.parse().ok());
        let index: usize = index.unwrap_or(others.len().saturating_sub(1));
        let current = if index < others.len() { others.remove(index) } else { OsString::new() };
        let word = std::env::var_os(WORD).filter(|_| shell == "bash").unwrap_or(current);
        let is_raw = matches!(shell, "bash" | "zsh");
        let others = if is_raw { others.iter().map(unquoted).collect() } else { others };
        Self { shell: shell.to_owned(), others, word: word.to_string_lossy().into_owned() }
    }

    /// Whether an option is being typed.
    pub fn is_option(&self) -> bool {
        self.word.starts_with('-')
    }

    /// What was typed of the word at the cursor, without the quotes of the shell.
    pub fn typed(&self) -> String {
        match self.word.strip_prefix(['\'', '"']) {
            // It hands over the words as they are meant, and `\` is a part of paths.
            _ if self.shell == "powershell" => self.word.clone(),
            Some(typed) => typed.to_owned(),
            None => self.word.replace('\\', ""),
        }
    }

    /// A value as it is inserted into the line; nothing if the shell could take it for anything but this value.
    pub fn insertable(&self, value: &str) -> Option<String> {
        match self.shell.as_str() {
            _ if escaped(value) != value => None,
            // Its quote would take the meaning from the `~` of a home folder.
            "zsh" if value.starts_with('~') => None,
            "zsh" | "fish" | "elvish" => Some(value.to_owned()),
            "bash" => self.insertable_in_bash(value),
            "powershell" => in_powershell(value),
            _ => plain(value),
        }
    }

    fn insertable_in_bash(&self, value: &str) -> Option<String> {
        match self.word.chars().next() {
            // bash keeps the quote, and closes it.
            Some('\'') => (!value.contains('\'')).then(|| value.to_owned()),
            Some('"') => plain(value),
            None if value.starts_with('{') => shlex::try_quote(value).ok().map(Into::into),
            _ => Some(with_backslashes(value)),
        }
    }
}

/// A value that means itself in every shell.
fn plain(value: &str) -> Option<String> {
    shlex::try_quote(value).is_ok_and(|quoted| quoted == value).then(|| value.to_owned())
}

/// A value for PowerShell. One with `"` is none: before version 7.3 it does not hand those over.
fn in_powershell(value: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || r"_-./\:+%~".contains(c);
    // All of these end a text in `'`.
    let is_odd = |c: char| "\"\u{2018}\u{2019}\u{201a}\u{201b}".contains(c);
    match value {
        _ if value.chars().all(is_plain) => Some(value.to_owned()),
        _ if value.contains(is_odd) => None,
        _ => Some(format!("'{}'", value.replace('\'', "''"))),
    }
}

/// A value for bash, which begins as what was typed of it does.
fn with_backslashes(value: &str) -> String {
    let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "_-./,+%@~".contains(c);
    value.chars().flat_map(|c| (!is_plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// A word without quotes, and with the folder that `~` stands for.
fn unquoted(word: &OsString) -> OsString {
    let Some(text) = word.to_str() else { return word.clone() };
    if let (Some(rest), Some(home)) = (text.strip_prefix("~/"), std::env::home_dir()) {
        return home.join(rest).into();
    }
    match shlex::split(text).as_deref() {
        Some([one]) => one.into(),
        _ => word.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powershell_gets_what_it_takes_for_one_word() {
        let line =
            |word: &str| Line { shell: "powershell".to_owned(), others: Vec::new(), word: word.to_owned() };
        assert_eq!(line(r".\modules\he").typed(), r".\modules\he");
        let cases = [
            (r"C:\modules\hello.dll", Some(r"C:\modules\hello.dll")),
            (r"my modules\it's.dll", Some(r"'my modules\it''s.dll'")),
            ("a;b", Some("'a;b'")),
            (r#"{"a":1}"#, None),
            ("it\u{2019}s", None),
        ];
        for (value, expected) in cases {
            assert_eq!(line("").insertable(value).as_deref(), expected, "{value}");
        }
    }
}

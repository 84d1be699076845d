//! Names: from what a module calls things to identifiers.

use std::collections::BTreeSet;

/// The words of a name, in small letters. Whatever is neither a letter of a-z nor a digit ends a word, and so does a capital
/// letter after a small one. A name without any is `unnamed`; one that begins with a digit gets an `n` before it.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            let is_hump = letter.is_ascii_uppercase() && (last.is_ascii_lowercase() || last.is_ascii_digit());
            if !last.is_ascii_alphanumeric() || is_hump {
                words.push(String::new());
            }
            let word = words.last_mut().expect("a word was begun");
            word.push(letter.to_ascii_lowercase());
        }
        last = letter;
    }
    if words.is_empty() {
        words.push("unnamed".to_owned());
    }
    if words[0].starts_with(|first: char| first.is_ascii_digit()) {
        words.insert(0, "n".to_owned());
    }
    words
}

/// `create_log`
pub fn snake(words: &[String]) -> String {
    words.join("_")
}

/// `CREATE_LOG`
pub fn upper(words: &[String]) -> String {
    snake(words).to_ascii_uppercase()
}

/// `CreateLog`
pub fn pascal(words: &[String]) -> String {
    words.iter().map(|word| capitalised(word)).collect()
}

/// `createLog`
pub fn camel(words: &[String]) -> String {
    let mut name = words[0].clone();
    name.extend(words[1..].iter().map(|word| capitalised(word)));
    name
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// The names of one scope.
#[derive(Default)]
pub struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which some names are taken.
    pub fn with<'a>(taken: impl IntoIterator<Item = &'a str>) -> Scope {
        Scope { taken: taken.into_iter().map(str::to_owned).collect() }
    }

    /// The name, or, where that is taken, the name with a number after it, in the case of the name.
    pub fn take(&mut self, name: &str) -> String {
        let has_humps = !name.contains('_') && name.contains(|letter: char| letter.is_ascii_uppercase());
        let joint = if has_humps { "" } else { "_" };
        let numbered = (2..).map(|number| format!("{name}{joint}{number}"));
        let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !self.taken.contains(name));
        let free = free.unwrap_or_default();
        self.taken.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_case() {
        for (name, expected) in [
            ("create_log", "create_log CreateLog createLog CREATE_LOG"),
            ("research-log", "research_log ResearchLog researchLog RESEARCH_LOG"),
            ("createdAt", "created_at CreatedAt createdAt CREATED_AT"),
            ("log.entryAdded", "log_entry_added LogEntryAdded logEntryAdded LOG_ENTRY_ADDED"),
            ("HTTPServer2Go", "httpserver2_go Httpserver2Go httpserver2Go HTTPSERVER2_GO"),
            ("2fa", "n_2fa N2fa n2fa N_2FA"),
            ("größe", "gr_e GrE grE GR_E"),
            ("", "unnamed Unnamed unnamed UNNAMED"),
            ("*/", "unnamed Unnamed unnamed UNNAMED"),
        ] {
            let words = words(name);
            let all = [snake(&words), pascal(&words), camel(&words), upper(&words)].join(" ");
            assert_eq!(all, expected, "{name}");
        }
    }

    #[test]
    fn a_name_is_given_once() {
        let mut scope = Scope::with(["self"]);
        let names = ["a", "a", "self", "a", "AbC", "AbC"].map(|name| scope.take(name));
        assert_eq!(names, ["a", "a_2", "self_2", "a_3", "AbC", "AbC2"]);
    }
}

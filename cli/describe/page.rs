//! The help of one command as a page.

use super::command::Described;
use super::schema::{Property, Schema};
use crate::terminal::escaped;
use crate::terminal::{FAINT, STRONG, styled};

/// How deep the properties of properties are shown.
const SHOWN_DEPTH: usize = 3;
/// The indentation of the text about a property.
const INDENT: usize = 6;

/// The page, at most `width` columns wide unless a word is longer. `call` is how the module is called, up to the command.
pub fn of(command: &Described<'_>, call: &str, width: usize) -> String {
    let name = escaped(&command.name);
    let mut page = Page { lines: Vec::new(), width };
    page.paragraphs(0, &command.description);
    page.heading("Usage:");
    page.lines.push(format!("  {call} {name} {}", usage(command.args)));
    page.heading("Arguments:");
    page.schema(command.args, "required", |property| property.is_required);
    page.heading("Returns:");
    page.schema(command.returns, "may be absent", |property| !property.is_required);
    page.heading("Example:");
    page.lines.push(format!("  {}", escaped(&example(command, call))));
    page.lines.join("\n")
}

fn usage(args: Option<Schema<'_>>) -> &'static str {
    match args {
        Some(args) if args.properties().iter().any(|property| property.is_required) => "JSON",
        _ => "[JSON]",
    }
}

/// A call that the module accepts, if its schema is complete.
fn example(command: &Described<'_>, call: &str) -> String {
    let args = command.args.map_or("{}".to_owned(), |args| args.example(&command.name));
    if args == "{}" {
        return format!("{call} {}", command.name);
    }
    format!("{call} {} '{}'", command.name, args.replace('\'', r"'\''"))
}

/// The first sentence of a description, without its full stop.
pub fn first_sentence(text: &str) -> String {
    let text = paragraphs(text).into_iter().next().unwrap_or_default();
    let sentence = text.split_once(". ").map_or(text.as_str(), |(sentence, _)| sentence);
    sentence.trim_end_matches('.').to_owned()
}

struct Page {
    lines: Vec<String>,
    width: usize,
}

impl Page {
    fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(styled(STRONG, text));
    }

    fn text(&mut self, indent: usize, text: &str) {
        let lines = wrapped(text, self.width.saturating_sub(indent));
        self.lines.extend(lines.into_iter().map(|line| format!("{:indent$}{line}", "")));
    }

    fn paragraphs(&mut self, indent: usize, text: &str) {
        for paragraph in paragraphs(text) {
            self.text(indent, &escaped(&paragraph));
        }
    }

    /// An object with its properties, or what else it is. `word` marks the properties that `is_marked`.
    fn schema(
        &mut self,
        schema: Option<Schema<'_>>,
        word: &str,
        is_marked: impl Fn(&Property<'_>) -> bool + Copy,
    ) {
        let Some(schema) = schema else {
            return self.text(2, "not described");
        };
        match schema.nested() {
            Some((".", object)) => self.properties(object, "", SHOWN_DEPTH, word, is_marked),
            _ if schema.is_closed() => self.text(2, "none"),
            None if schema.type_words() == "object" && schema.description().is_none() => {
                self.text(2, "any JSON object")
            }
            nested => {
                self.value("", schema, None);
                if let Some((joint, element)) = nested {
                    self.properties(element, joint, SHOWN_DEPTH, word, is_marked);
                }
            }
        }
    }

    fn properties(
        &mut self,
        object: Schema<'_>,
        path: &str,
        depth: usize,
        word: &str,
        is_marked: impl Fn(&Property<'_>) -> bool + Copy,
    ) {
        for property in object.properties() {
            let name = format!("{path}{}", property.name);
            self.value(&name, property.schema, is_marked(&property).then_some(word));
            if let (Some((joint, inner)), true) = (property.schema.nested(), depth > 1) {
                self.properties(inner, &format!("{name}{joint}"), depth - 1, word, is_marked);
            }
        }
    }

    /// Name and type in one line, and below it everything else about the value.
    fn value(&mut self, name: &str, schema: Schema<'_>, mark: Option<&str>) {
        let words = escaped(&schema.type_words());
        let words = mark.map_or(words.clone(), |mark| format!("{words}, {mark}"));
        let name = if name.is_empty() { String::new() } else { styled(STRONG, &escaped(name)) + "  " };
        self.lines.push(format!("  {name}{}", styled(FAINT, &words)));
        self.paragraphs(INDENT, &schema.description().unwrap_or_default());
        self.choices(schema);
        let limits = schema.limits();
        if !limits.is_empty() {
            self.text(INDENT, &escaped(&limits.join(", ")));
        }
        if let Some(default) = schema.default() {
            self.text(INDENT, &escaped(&format!("default {default}")));
        }
    }

    fn choices(&mut self, schema: Schema<'_>) {
        let choices = schema.choices();
        if choices.is_empty() {
            return;
        }
        if choices.iter().all(|choice| choice.description.is_none()) {
            let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
            return self.text(INDENT, &escaped(&format!("one of {}", values.join(", "))));
        }
        self.text(INDENT, "one of");
        for choice in choices {
            let text =
                choice.description.map_or(String::new(), |text| format!("  {}", text.replace('\n', " ")));
            self.text(INDENT + 2, &escaped(&format!("{}{text}", choice.value)));
        }
    }
}

/// The paragraphs of a text, each as one line, however its source was wrapped. Indented lines and list items stay lines of
/// their own.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.trim().lines() {
        let stands_alone = line.starts_with([' ', '\t', '-', '*']);
        match found.last_mut() {
            Some(last) if is_open && !stands_alone && !line.trim().is_empty() => {
                *last = format!("{last} {}", line.trim())
            }
            _ if line.trim().is_empty() => {}
            _ => found.push(line.trim_end().to_owned()),
        }
        is_open = !line.trim().is_empty();
    }
    found
}

/// Broken between words; a word that is too long stays whole, so that it can be copied.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(20)).break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_put_together() {
        let text = "One\nstill one.\n\nTwo:\n- a point\n  code\n";
        assert_eq!(paragraphs(text), ["One still one.", "Two:", "- a point", "  code"]);
        assert!(paragraphs(" \n ").is_empty());
    }
}

//! The comments of the ABI, taken apart: text, parameters, result, tags. Their form is fixed; see TAGS in the header.

use super::form::{Ownership, Signature, Type};

/// A comment without its last label, `Since ABI n.`, its lines joined; indented lines stay as they are.
pub fn text(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        let continues =
            !(text.is_empty() || text.ends_with('\n') || line.is_empty() || line.starts_with(' '));
        text += if continues {
            " "
        } else if line.is_empty() || line.starts_with(' ') {
            "\n"
        } else {
            ""
        };
        text += line;
        text += if line.is_empty() { "\n" } else { "" };
    }
    without_label(text.trim())
}

/// The label is a field of its own.
fn without_label(text: &str) -> String {
    let Some((before, after)) = text.split_once("Since ABI ") else { return text.to_owned() };
    let after = after.split_once(|c: char| c.is_whitespace()).map_or("", |(_, rest)| rest);
    let gap = if after.is_empty() { "" } else { "\n\n" };
    format!("{}{gap}{}", before.trim_end(), after.trim_start())
}

/// Puts what a function's comment says into its signature, and gives back what it says of the function itself.
pub fn explain(lines: &[String], signature: &mut Signature) -> String {
    let names: Vec<String> = signature.parameters.iter().map(|parameter| parameter.name.clone()).collect();
    let is_slot = |line: &String| slot(line, &names).is_some() || line.trim().starts_with('[');
    let start = lines.iter().position(is_slot).unwrap_or(lines.len());
    for (name, doc) in slots(&lines[start..], &names) {
        match signature.parameters.iter_mut().find(|parameter| parameter.name == name) {
            Some(parameter) => {
                parameter.ownership = ownership(&parameter.of, &doc);
                parameter.doc = doc;
            }
            None => {
                signature.returns.ownership = ownership(&signature.returns.of, &doc);
                signature.returns.doc = doc;
            }
        }
    }
    signature.tags = tags(lines.last().map_or("", String::as_str));
    text(&lines[..start])
}

/// The name and the text of a line such as `host  the instance's own`.
fn slot<'a>(line: &'a str, names: &[String]) -> Option<(&'a str, &'a str)> {
    let (name, doc) = line.trim_start().split_once("  ")?;
    let is_known = name == "returns" || names.iter().any(|known| known == name);
    (is_known && !line.starts_with("  ")).then_some((name, doc.trim()))
}

fn slots(lines: &[String], names: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = vec![];
    for line in lines.iter().filter(|line| !line.trim().starts_with('[')) {
        match (slot(line, names), found.last_mut()) {
            (Some((name, doc)), _) => found.push((name.to_owned(), doc.to_owned())),
            (None, Some((_, doc))) => *doc = format!("{doc} {}", line.trim()),
            (None, None) => panic!("a comment whose slots do not come last: {line}"),
        }
    }
    found
}

fn tags(line: &str) -> Vec<String> {
    let words = line.split(['[', ']']).map(str::trim).filter(|word| !word.is_empty());
    if line.trim().starts_with('[') { words.map(str::to_owned).collect() } else { vec![] }
}

/// Whose the pointer of a parameter or a result is, as far as its text says.
fn ownership(of: &Type, doc: &str) -> Ownership {
    match of {
        Type::Pointer { .. } => {
            Ownership { owner: owner(doc), valid: valid(doc), nullable: Some(is_nullable(doc)) }
        }
        _ => Ownership::default(),
    }
}

/// Whose a struct is: `The host owns it; …`
pub fn ownership_of_struct(doc: &str) -> Ownership {
    let owns =
        doc.split_once(" owns ").map(|(before, _)| before.rsplit(['\n', '.']).next().unwrap_or(before));
    let owner = owns.map(|owner| owner.trim().trim_start_matches("The ").to_owned());
    Ownership { owner, valid: valid(doc), nullable: None }
}

/// Who, out of `owned by the caller; …`
fn owner(doc: &str) -> Option<String> {
    let (_, owner) = doc.split_once("owned by the ")?;
    Some(owner.split([',', ';', '.']).next().unwrap_or(owner).to_owned())
}

/// How the comments say for how long something is valid.
const VALID: [&str; 4] = [
    "until this call returns",
    "until the call that passed",
    "for the life of the process",
    "while the library is mapped",
];

fn valid(doc: &str) -> Option<String> {
    let at = VALID.iter().find_map(|phrase| doc.find(phrase))?;
    let text = doc[at..].split([';', '.', ',']).next().expect("a first part");
    Some(text.split(" (").next().expect("a first part").to_owned())
}

/// Whether a text allows NULL. What is private to the other side may be anything.
pub fn is_nullable(doc: &str) -> bool {
    let doc = doc.to_lowercase();
    doc.contains("may be null") || doc.contains("null:") || doc.starts_with("private to")
}

#[test]
fn a_comment_is_taken_apart() {
    let lines = [" Makes room. Never NULL. Since ABI 1.", "", " Two", " lines:", "     code", "", " more"];
    assert_eq!(text(&lines.map(str::to_owned)), "Makes room. Never NULL.\n\nTwo lines:\n    code\n\nmore");
    assert_eq!(owner("owned by the caller; borrowed until this call returns").as_deref(), Some("caller"));
    assert_eq!(
        valid("they are valid until the call that passed them returns (rule 2).").as_deref(),
        Some("until the call that passed them returns")
    );
    assert!(
        is_nullable("NULL: out of memory")
            && is_nullable("may be NULL when len is 0")
            && !is_nullable("never NULL")
    );
}

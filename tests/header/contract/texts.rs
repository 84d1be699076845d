//! What the header says in text: rules, tags, sections, macros, and the prototypes that `host/src/abi.rs` does not have.

use super::docs;
use super::form::{Data, Definer, Function, Macro, Rule, Section, Tag, Type};
use super::types::of_prototype;
use crate::symbols::{code_lines, versions};

/// The rules, with the lines on top of the header.
pub fn rules(header: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = vec![];
    for line in section(header, "RULES").lines().skip(1).filter(|line| !line.is_empty()) {
        match (
            line.split_once(". ").and_then(|(number, rest)| Some((number.trim().parse().ok()?, rest))),
            rules.last_mut(),
        ) {
            (Some((number, rest)), _) => {
                let (title, text) = rest.split_once(". ").expect("a rule begins with its title");
                let (title, text) = (title.to_owned(), text.to_owned());
                rules.push(Rule { number, title, summary: summary(header, number), text });
            }
            (None, Some(rule)) => rule.text = format!("{} {}", rule.text, line.trim()),
            (None, None) => panic!("a rule without a number: {line}"),
        }
    }
    rules
}

/// The line of a rule on top of the header.
fn summary(header: &str, number: u32) -> String {
    let start = format!("//  {number:>2}  ");
    let line = header.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("rule {number} has no line on top of the header")).to_owned()
}

/// The words in brackets.
pub fn tags(header: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = vec![];
    for line in section(header, "TAGS").lines().skip(2).take_while(|line| !line.is_empty()) {
        match line.trim().strip_prefix('[').and_then(|line| line.split_once(']')) {
            Some((name, doc)) => tags.push(Tag { name: name.to_owned(), doc: doc.trim().to_owned() }),
            None => {
                let tag = tags.last_mut().expect("the first line is a tag");
                tag.doc = format!("{} {}", tag.doc, line.trim());
            }
        }
    }
    tags
}

/// The sections that nothing else here is made of.
pub fn sections(header: &str) -> Vec<Section> {
    let text = |name: &str| {
        let text = section(header, name);
        let (_, text) = text.split_once("\n\n").expect("a section has a headline");
        Section { name: name.to_owned(), text: text.trim_end().to_owned() }
    };
    ["MESSAGES", "MANIFEST", "WEBASSEMBLY"].map(text).into()
}

/// A section without its slashes, from its headline to the next one.
fn section(header: &str, name: &str) -> String {
    let lines: Vec<&str> = header.lines().collect();
    let start = (1..lines.len()).find(|at| headline(&lines, *at) == Some(name));
    let start = start.unwrap_or_else(|| panic!("the header has no section {name}"));
    let end =
        (start + 1..lines.len()).find(|at| !lines[*at].starts_with("//") || headline(&lines, *at).is_some());
    let text =
        lines[start..end.unwrap_or(lines.len())].iter().map(|line| line[2..].strip_prefix(' ').unwrap_or(""));
    text.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
}

/// The word in capitals that a section begins with; nothing stands above and below it.
fn headline<'a>(lines: &[&'a str], at: usize) -> Option<&'a str> {
    let is_empty = |line: Option<&&str>| line.is_none_or(|line| matches!(*line, "//" | ""));
    let word = lines[at].strip_prefix("// ")?.split([',', ' ']).next()?;
    let is_capital = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_capital && is_empty(lines.get(at - 1)) && is_empty(lines.get(at + 1))).then_some(word)
}

/// The comment above a line of the header, past what the preprocessor reads between the two.
fn comment_above(header: &str, declaration: &str) -> Vec<String> {
    let lines: Vec<&str> = header.lines().collect();
    let is_whole = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    let at = lines.iter().position(|line| line.strip_prefix(declaration).is_some_and(is_whole));
    let above = lines[..at.unwrap_or_else(|| panic!("the header does not say {declaration}"))].iter().rev();
    let comment = above.skip_while(|line| line.starts_with('#')).take_while(|line| line.starts_with("//"));
    let mut comment: Vec<_> = comment.map(|line| line[2..].to_owned()).collect();
    comment.reverse();
    comment
}

fn since(kind: &str, name: &str) -> String {
    let versions = versions();
    versions.get(&format!("{kind} {name}")).unwrap_or_else(|| panic!("no version of {kind} {name}")).clone()
}

/// The functions whose only declaration is in the fragments of the header.
pub fn functions(header: &str) -> Vec<Function> {
    let definers = [
        ("RP_EXPORT void *RP_CALL rp_alloc", Definer::WebassemblyModule),
        ("RP_EXPORT void RP_CALL rp_free", Definer::WebassemblyModule),
        ("static inline rp_status rp_reply_write", Definer::Header),
    ];
    let function = |(start, defined_by): (&str, Definer)| {
        let line =
            code_lines(header).into_iter().find(|line| line.starts_with(start)).expect("its prototype");
        let (name, mut signature) = of_prototype(line);
        let doc = docs::explain(&comment_above(header, start), &mut signature);
        Function { since: since("function", &name), name, defined_by, signature, doc }
    };
    definers.map(function).into()
}

/// The manifest.
pub fn data(header: &str) -> Vec<Data> {
    let declaration = "RP_EXPORT extern const char rp_manifest[]";
    let doc = docs::text(&comment_above(header, declaration));
    let element = Type::Primitive { name: "char".into() };
    vec![Data { name: "rp_manifest".into(), element, since: since("data", "rp_manifest"), doc }]
}

/// The macros and options, in the order of the table of symbols.
pub fn macros(header: &str) -> Vec<Macro> {
    let named = versions().into_iter().filter_map(|(symbol, since)| {
        let (kind, name) = symbol.split_once(' ')?;
        let is_option = kind == "option";
        (is_option || kind == "macro").then(|| (name.to_owned(), is_option, since))
    });
    named
        .map(|(name, is_option, since)| {
            let comment = if is_option {
                paragraph(header, &name)
            } else {
                comment_above(header, &format!("#define {name}"))
            };
            Macro { doc: docs::text(&comment), name, is_option, since }
        })
        .collect()
}

/// The paragraph of a comment that names an option.
fn paragraph(header: &str, name: &str) -> Vec<String> {
    let lines: Vec<&str> = header.lines().collect();
    let at =
        lines.iter().position(|line| line.starts_with("//") && line.contains(name)).expect("it is explained");
    let is_text = |line: &&&str| line.len() > "//".len() && line.starts_with("//");
    let before = lines[..at].iter().rev().take_while(is_text).count();
    lines[at - before..].iter().take_while(is_text).map(|line| line[2..].to_owned()).collect()
}

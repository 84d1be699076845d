//! Every code has its entry; those of the host are written from the source, `RP_BLESS=1` writes them anew.
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};

use super::names::sources;
use super::{root, source};

#[test]
fn of_error_responses() {
    let page = std::fs::read_to_string(source().join("codes.md")).unwrap();
    let entries: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(entries, rp_protocol::code::ALL.iter().copied().collect());
}

/// The codes of the command itself, and of rp.toml, are those that their sources have, beside what they pass on from the host.
#[test]
fn of_the_command() {
    let mut sources = sources(&root().join("cli"), "rs");
    sources.extend(super::names::sources(&root().join("host/src/config"), "rs"));
    let of_the_host = ["rp::load::", "rp::call::", "rp::store::"];
    let used: BTreeSet<&str> =
        sources.iter().flat_map(|text| text.split('"')).filter(|word| is_code(word)).collect();
    let own = used.into_iter().filter(|code| !of_the_host.iter().any(|prefix| code.starts_with(prefix)));
    let page = std::fs::read_to_string(source().join("errors.md")).unwrap();
    let table =
        page.split("## Of the command and of rp.toml").nth(1).expect("the table").split(MARK).next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<BTreeSet<_>>(), own.collect(), "in errors.md");
}

const MARK: &str = "<!-- codes -->\n";

#[test]
fn of_the_host() {
    let path = source().join("errors.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let head = page.split(MARK).next().unwrap();
    let groups = [
        ("Loading", "load.rs"),
        ("Calling", "call.rs"),
        ("The store", "store.rs"),
        ("The host itself", "host.rs"),
    ];
    let tables: String = groups.map(|(title, file)| format!("\n## {title}\n\n{}", table(file))).concat();
    let written = format!("{head}{MARK}{tables}");
    if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(path, written).unwrap();
    } else {
        assert!(
            page == written,
            "errors.md differs from the source: RP_BLESS=1 cargo test --test packages book"
        );
    }
}

/// Each code of a table of faults with the texts of its variants.
fn table(file: &str) -> String {
    let text = std::fs::read_to_string(root().join("host/src/error").join(file)).unwrap();
    let rows = rows(&text);
    let all: BTreeSet<&str> = text.split('"').filter(|word| is_code(word)).collect();
    assert_eq!(rows.keys().map(String::as_str).collect::<BTreeSet<_>>(), all, "{file}");
    let row = |(code, texts): (&String, &Vec<String>)| {
        format!("| `{code}` | {} |\n", unnumbered(&texts.join("; ")).replace('|', "\\|"))
    };
    format!("| code | text |\n| --- | --- |\n{}", rows.iter().map(row).collect::<String>())
}

/// The texts by code, out of `faults! { … #[error("text")] Variant => ("code", …), … }`.
fn rows(source: &str) -> BTreeMap<String, Vec<String>> {
    let parsed = syn::parse_file(source).unwrap();
    let faults = parsed.items.into_iter().find_map(|item| match item {
        syn::Item::Macro(found) if found.mac.path.is_ident("faults") => Some(found.mac.tokens),
        _ => None,
    });
    let body = faults.expect("faults!").into_iter().last();
    let Some(TokenTree::Group(body)) = body else { panic!("the body of the enum") };
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut text = String::new();
    for group in groups(body.stream()) {
        if let Some(found) = text_of(group.clone()) {
            text = found;
        }
        for code in literals(group).into_iter().filter(|word| is_code(word)) {
            rows.entry(code).or_default().push(text.clone());
        }
    }
    rows
}

/// What stands in brackets, in the order of the source.
fn groups(tokens: TokenStream) -> impl Iterator<Item = TokenStream> {
    tokens.into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    })
}

/// The text, where the brackets are those of `#[error("text")]`.
fn text_of(tokens: TokenStream) -> Option<String> {
    let mut tokens = tokens.into_iter();
    let is_error = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "error");
    let Some(TokenTree::Group(arguments)) = tokens.next().filter(|_| is_error) else { return None };
    literals(arguments.stream()).into_iter().next()
}

/// The string literals, inside brackets too.
fn literals(tokens: TokenStream) -> Vec<String> {
    let of_token = |token| match token {
        TokenTree::Group(group) => literals(group.stream()),
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => vec![text.value()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    tokens.into_iter().flat_map(of_token).collect()
}

/// Names in braces stay, since they tell something; numbers and formats do not.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (field, rest) = part.split_once('}').expect("a brace is closed");
        let name = field.split(':').next().unwrap();
        match name.parse::<usize>().is_ok() || name.is_empty() {
            true => out.push('…'),
            false => out.push_str(&format!("{{{name}}}")),
        }
        out.push_str(rest);
    }
    out.replace("……", "…")
}

fn is_code(word: &str) -> bool {
    word.starts_with("rp::") && word.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:8".contains(&byte))
}

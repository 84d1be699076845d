//! Names in the text are names of something: methods of the crates, and what headers, CMake and the command know.
use std::collections::BTreeSet;
use std::path::Path;

use syn::{Attribute, ImplItem, Item, Type, Visibility};

use super::{pages, root};

/// What stands between backticks, outside of blocks.
pub(super) fn spans(text: &str) -> Vec<String> {
    let mut is_block = false;
    let mut spans = Vec::new();
    for line in text.lines() {
        is_block ^= line.starts_with("```");
        if !is_block {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

#[test]
fn methods_are_there() {
    let mut methods = BTreeSet::new();
    for folder in ["host/src", "sdk/src"] {
        for text in sources(&root().join(folder), "rs") {
            collect(&syn::parse_file(&text).unwrap().items, &mut methods);
        }
    }
    let types: BTreeSet<&str> = methods.iter().filter_map(|name| Some(name.split_once("::")?.0)).collect();
    let mut seen = 0;
    for (page, text) in pages() {
        for span in spans(&text) {
            let is_one = |(owner, method): &(&str, &str)| types.contains(owner) && *method != "*";
            let Some((owner, _)) = span.split_once("::").filter(is_one) else { continue };
            seen += 1;
            let name = span.split('(').next().unwrap();
            assert!(methods.contains(name), "{}: there is no {span} of {owner}", page.display());
        }
    }
    assert!(seen > 10, "{seen}");
}

/// `Type::method` of each public method that readers of the crate's docs see.
pub(super) fn collect(items: &[Item], methods: &mut BTreeSet<String>) {
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    for block in blocks {
        let Type::Path(path) = &*block.self_ty else { continue };
        let owner = &path.path.segments.last().expect("a name").ident;
        for item in &block.items {
            if let ImplItem::Fn(method) = item
                && matches!(method.vis, Visibility::Public(_))
                && !method.attrs.iter().any(is_hidden)
            {
                methods.insert(format!("{owner}::{}", method.sig.ident));
            }
        }
    }
}

fn is_hidden(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc")
        && attribute.parse_args::<syn::Path>().is_ok_and(|it| it.is_ident("hidden"))
}

#[test]
fn names_of_c_are_there() {
    let folders = ["include", "cmake", "cli", "dev.d", "tests", "templates", "host/src/observe/metrics"];
    let all: String = folders.iter().flat_map(|folder| sources(&root().join(folder), "")).collect();
    let words: BTreeSet<&str> = all.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut seen = 0;
    for (page, text) in pages() {
        let is_name = |span: &String| {
            let rest = span.strip_prefix("rp_").or_else(|| span.strip_prefix("RP_"));
            rest.is_some_and(|rest| rest.chars().all(|c| c.is_alphanumeric() || c == '_'))
        };
        for span in spans(&text).into_iter().filter(is_name) {
            seen += 1;
            // The format of metrics puts an end to the names of counters.
            let name = span.strip_suffix("_total").unwrap_or(&span);
            assert!(words.contains(name), "{}: nothing is named {span}", page.display());
        }
    }
    assert!(seen > 20, "{seen}");
}

/// The texts of the files below a folder that end so; what is not UTF-8 is none.
pub fn sources(folder: &Path, end: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
    texts
}

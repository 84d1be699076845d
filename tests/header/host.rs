//! Makes `include/rp_host.h`: what cbindgen makes of `capi/src/`, between the fragments of `capi/src/header/`.

use std::fs;
use std::path::PathBuf;

use crate::generate::{read_fragment, run_cbindgen, tidy, watch_warnings};
use support::root;

/// The files with functions, in the order of the header, and what their part of it is called.
const NOUNS: [(&str, &str); 14] = [
    ("library", "THE LIBRARY"),
    ("error", "ERRORS"),
    ("builder", "BUILDING A HOST"),
    ("load", "LOADING MODULES"),
    ("files", "FILES OF MODULES"),
    ("host", "A HOST"),
    ("services", "SERVICES"),
    ("instance", "INSTANCES"),
    ("call", "CALLS"),
    ("turn", "MANY CALLS IN ONE TURN"),
    ("async_call", "CALLS THAT ARE AWAITED"),
    ("reply", "REPLIES"),
    ("cancel", "TAKING CALLS BACK"),
    ("subscription", "EVENTS FOR THE PROGRAM"),
];

/// The longest line of a declaration.
const WIDTH: usize = 100;

/// The header, or what cbindgen warned about.
pub fn header() -> Result<String, Vec<String>> {
    let types = ["capi/src/constants.rs", "capi/src/abi.rs", "host/src/abi.rs"].map(|path| root().join(path));
    let nouns = NOUNS.map(|(noun, _)| source(noun));
    let sources: Vec<PathBuf> = types.into_iter().chain(nouns).collect();
    let (text, warnings) = watch_warnings(|| run_cbindgen("capi/cbindgen.toml", &sources));
    if !warnings.is_empty() {
        return Err(warnings);
    }
    let items = own_items(&text);
    let (functions, types): (Vec<&String>, Vec<&String>) =
        items.iter().partition(|item| item.contains("RPH_API "));
    let fragment = |name: &str| read_fragment(&root().join("capi/src/header").join(name));
    let mut parts = vec![fragment("top.h"), fragment("start.h"), declared(&types)];
    parts.extend(NOUNS.map(|noun| part(noun, &functions)));
    parts.push(fragment("end.h"));
    Ok(tidy(&parts.join("\n")))
}

fn source(noun: &str) -> PathBuf {
    root().join(format!("capi/src/{noun}.rs"))
}

/// What `rp_module.h` declares is left to it. cbindgen parts its items by an empty line, and has none inside one.
fn own_items(text: &str) -> Vec<String> {
    // Types go by their typedef; only that itself names the struct.
    let text = text.replace("struct rp", "rp").replace("typedef rph_", "typedef struct rph_");
    let is_own = |item: &&str| {
        let code = item.lines().find(|line| !line.trim_start().starts_with("//"));
        code.is_some_and(|code| code.contains("rph_") || code.contains("RPH_"))
    };
    text.trim().split("\n\n").filter(is_own).map(polished).collect()
}

/// Functions in C are called as C calls them, and an error is to be looked at.
fn polished(item: &str) -> String {
    let called = item.replacen("(*rph_", "(RP_CALL *rph_", 1);
    let called = called.replacen("rp_module *(*entry)", "rp_module *(RP_CALL *entry)", 1);
    let joined = called.replace("RPH_API\n", "RPH_API ");
    laid_out(&joined.replacen("RPH_API rph_error *", "RPH_API RPH_CHECK rph_error *", 1))
}

/// A declaration in as few lines as hold it, with its parameters below each other.
fn laid_out(item: &str) -> String {
    let is_open = |line: &str| !line.starts_with("//") && line.ends_with(',') && line.contains('(');
    let Some(start) = item.lines().position(is_open) else {
        return item.to_owned();
    };
    let lines: Vec<_> = item.lines().collect();
    let words = lines[start..].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let (before, parameters) = words.rsplit_once("(void *context").map_or_else(
        || words.split_once('(').expect("a list of parameters"),
        |(before, _)| (before, &words[before.len() + 1..]),
    );
    let indent = before.len() + 1;
    let mut text: Vec<String> = lines[..start].iter().map(ToString::to_string).collect();
    let mut line = format!("{before}(");
    for parameter in parameters.split_inclusive(", ") {
        if line.len() + parameter.trim_end().len() > WIDTH {
            text.push(std::mem::replace(&mut line, " ".repeat(indent)));
        }
        line += parameter;
    }
    text.push(line);
    text.join("\n")
}

/// The constants close together, then the opaque types, the structs and the callbacks.
fn declared(types: &[&String]) -> String {
    let is = |item: &str, of: &str| item.lines().any(|line| line.starts_with(of));
    let of_kind = |kind: usize| {
        let chosen = types.iter().filter(move |item| {
            let is_struct = item.contains('{');
            match kind {
                0 => is(item, "#define"),
                1 => is(item, "typedef struct") && !is_struct,
                2 => is_struct,
                _ => is(item, "typedef") && !is(item, "typedef struct"),
            }
        });
        chosen.map(|item| item.as_str()).collect::<Vec<_>>()
    };
    let parts =
        [of_kind(0).join("\n"), of_kind(1).join("\n"), of_kind(2).join("\n\n"), of_kind(3).join("\n")];
    parts.join("\n\n")
}

/// The functions of one file.
fn part((noun, title): (&str, &str), functions: &[&String]) -> String {
    let path = source(noun);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let is_here = |item: &&&String| text.contains(&format!(" fn {}(", name(item)));
    let own: Vec<&str> = functions.iter().filter(is_here).map(|item| item.as_str()).collect();
    assert!(!own.is_empty(), "{} has no function", path.display());
    format!("\n// {title}\n\n{}\n", own.join("\n\n"))
}

/// The code of the header without its comments, a declaration in a line: what was released of it never changes.
pub fn declarations(header: &str) -> String {
    let code = header.lines().filter(|line| !line.contains("extern \"C\""));
    let code = code.map(|line| line.split("//").next().unwrap_or_default());
    let (mut text, mut open) = (String::new(), 0);
    for line in code.filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        text += line.trim();
        open += line.matches(['(', '{']).count();
        open -= line.matches([')', '}']).count();
        text.push(if open == 0 { '\n' } else { ' ' });
    }
    let has_number = |line: &&str| line.split(' ').nth(2).is_some_and(|value| value.parse::<i64>().is_ok());
    let constants = header.lines().filter(|line| line.starts_with("#define RPH_")).filter(has_number);
    constants.map(|line| format!("{line}\n")).collect::<String>() + &text
}

/// The name of the function that an item declares.
fn name(item: &str) -> &str {
    let declared = item.lines().find(|line| line.starts_with("RPH_API ")).expect("a function");
    let before = declared.split('(').next().expect("a list of parameters");
    before.rsplit([' ', '*']).next().expect("a name")
}

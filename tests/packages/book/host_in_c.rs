//! The table of Rust beside C has every public method of `rp-host`, and every function of `rp_host.h`.
use std::collections::BTreeSet;

use super::names::{collect, sources, spans};
use super::{root, source};

/// What is between backticks in the table, and `Type::*`.
fn told() -> BTreeSet<String> {
    let page = std::fs::read_to_string(source().join("host-in-c.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ")).collect::<Vec<_>>().join("\n");
    spans(&rows).into_iter().collect()
}

/// `Type::method` of each public method of what the host exports, and its functions.
fn exported() -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    for text in sources(&root().join("host/src"), "rs") {
        collect(&syn::parse_file(&text).unwrap().items, &mut methods);
    }
    let exports = ["lib.rs", "config/mod.rs"].map(|file| {
        let text = std::fs::read_to_string(root().join("host/src").join(file)).unwrap();
        let uses = text.split(';').filter_map(|item| item.split("pub use ").nth(1).map(str::to_owned));
        uses.collect::<Vec<_>>().join(" ")
    });
    let names: BTreeSet<&str> =
        exports.iter().flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || c == '_'))).collect();
    let is_exported = |name: &String| names.contains(name.split("::").next().unwrap_or_default());
    let functions = [
        "scan",
        "inspect",
        "inspect_with",
        "at_work",
        "on_crash",
        "with_thread_name",
        "write_at_end",
        "isolation_support",
        "library_file_name",
        "system_help",
    ];
    assert!(functions.iter().all(|name| names.contains(name)), "{names:?}");
    methods.into_iter().filter(is_exported).chain(functions.map(str::to_owned)).collect()
}

#[test]
fn rust_beside_c_has_no_gap() {
    let told = told();
    let is_told = |name: &String| {
        let all = name.split_once("::").map(|(owner, _)| format!("{owner}::*"));
        told.contains(name) || all.is_some_and(|all| told.contains(&all))
    };
    let exported = exported();
    assert!(exported.len() > 150, "{}", exported.len());
    let missing: Vec<_> = exported.iter().filter(|name| !is_told(name)).collect();
    assert!(missing.is_empty(), "not in docs/src/host-in-c.md: {missing:?}");
}

#[test]
fn rust_beside_c_has_every_function_and_no_other() {
    let header = std::fs::read_to_string(root().join("include/rp_host.h")).unwrap();
    let declared = header.lines().filter_map(|line| line.strip_prefix("RPH_API ")?.split_once('('));
    let functions: BTreeSet<&str> =
        declared.filter_map(|(before, _)| before.rsplit([' ', '*']).next()).collect();
    assert!(functions.len() > 60, "{}", functions.len());
    let told = told();
    let told: BTreeSet<&str> =
        told.iter().filter(|name| name.starts_with("rph_")).map(String::as_str).collect();
    let types = ["rph_host *", "rph_call_options"];
    let told: BTreeSet<&str> = told.into_iter().filter(|name| !types.contains(name)).collect();
    assert_eq!(told, functions);
}

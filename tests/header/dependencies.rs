//! Licences and registries of everything that is depended on, against `deny.toml`.
//!
//! `./dev deny` has cargo-deny look, at advisories too; building that takes minutes, so this asks cargo alone.

use std::collections::BTreeSet;
use std::process::Command;
use support::root;

use serde_json::Value;
use toml::Table;

fn rules() -> Table {
    std::fs::read_to_string(root().join("deny.toml")).expect("a file").parse().expect("TOML")
}

fn texts(list: &toml::Value) -> BTreeSet<String> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// Every package of a workspace's lock file but its own.
fn foreign_packages(manifest: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--all-features", "--manifest-path", manifest])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list").iter();
    packages.filter(|package| !package["source"].is_null()).cloned().collect()
}

/// What is wrong with a package; None where nothing is.
fn fault(package: &Value, rules: &Table) -> Option<String> {
    let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
    let source = package["source"].as_str().unwrap();
    let registries = texts(&rules["sources"]["allow-registry"]);
    if !registries.iter().any(|registry| source.strip_prefix("registry+") == Some(registry)) {
        return Some(format!("{name} {version} comes from {source}"));
    }
    let mut allowed = texts(&rules["licenses"]["allow"]);
    for exception in rules["licenses"]["exceptions"].as_array().expect("a list") {
        if exception["crate"].as_str() == Some(name) {
            allowed.extend(texts(&exception["allow"]));
        }
    }
    match package["license"].as_str() {
        Some(license) if is_satisfied(license, &allowed) => None,
        license => Some(format!("{name} {version} is licensed under {license:?}")),
    }
}

/// An SPDX expression, as far as crates write them: OR binds less than AND, and `/` is an old OR.
fn is_satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ");
    let any = |text: &str| split(text, " OR ").iter().any(|part| all(part, allowed));
    any(&expression)
}

fn all(text: &str, allowed: &BTreeSet<String>) -> bool {
    split(text, " AND ").iter().all(|part| {
        match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
            Some(inner) => is_satisfied(inner, allowed),
            None => allowed.contains(part),
        }
    })
}

/// Parts between separators that stand in no brackets.
fn split(text: &str, separator: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text.trim();
    let mut depth = 0;
    while let Some(first) = rest.chars().next() {
        if depth == 0
            && let Some(after) = rest.strip_prefix(separator)
        {
            parts.push(String::new());
            rest = after;
            continue;
        }
        depth += i32::from(first == '(') - i32::from(first == ')');
        parts.last_mut().expect("one at least").push(first);
        rest = &rest[first.len_utf8()..];
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[test]
fn licences_and_registries_are_allowed() {
    let rules = rules();
    let packages = foreign_packages("Cargo.toml");
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let faults: Vec<_> = packages.iter().filter_map(|package| fault(package, &rules)).collect();
    assert!(faults.is_empty(), "against deny.toml:\n{}", faults.join("\n"));
}

#[test]
fn what_is_not_allowed_is_named() {
    let rules = rules();
    let package = |license: Value, source: &str| serde_json::json!({"name": "some", "version": "1.0.0", "license": license, "source": source});
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let refused = |license: &str| fault(&package(license.into(), registry), &rules).is_some();
    for license in ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR (MIT AND Zlib)", "(MIT OR GPL-3.0) AND ISC"] {
        assert!(!refused(license), "{license}");
    }
    for license in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND MPL-2.0", "MITx", ""] {
        assert!(refused(license), "{license}");
    }
    assert!(fault(&package(Value::Null, registry), &rules).is_some_and(|fault| fault.contains("None")));
    let git = fault(&package("MIT".into(), "git+https://example.org/some"), &rules);
    assert_eq!(git.as_deref(), Some("some 1.0.0 comes from git+https://example.org/some"));
}

//! The JSON test files of the crate trivet, a dev-dependency for them.

use std::path::PathBuf;
use std::process::Command;

/// Their folder, where cargo unpacked the crate.
///
/// `target` is what the tests are built for: cargo looks at the dependencies of no other.
pub fn json_texts(target: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version=1", "--locked", "--filter-platform", target]);
    // Under the sanitizers' flags it is no dependency.
    cargo.env_remove("RUSTFLAGS").current_dir(crate::root());
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let package = packages.iter().find(|package| package["name"] == "trivet").expect("a dev-dependency");
    let manifest = package["manifest_path"].as_str().expect("a path");
    PathBuf::from(manifest).with_file_name("test").join("json_test_cases")
}

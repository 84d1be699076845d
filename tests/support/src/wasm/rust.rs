//! Rust modules as WebAssembly, all of them by one run of cargo.
//!
//! The short form shares the macros and build scripts of the build that it is part of, which are half of the work; RP_FULL=1
//! has them as their users do, built for release.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::build::{Missing, succeed};
use crate::{deps, is_full, root, rust_modules};

const TARGET: &str = "wasm32-unknown-unknown";

/// The file of a module, up to date.
pub fn module(name: &str) -> Result<PathBuf, Missing> {
    let profile = if is_full() { "release" } else { "debug" };
    let file = target_dir().join(TARGET).join(profile).join(name.replace('-', "_")).with_extension("wasm");
    if !is_fresh(&file) {
        has_target()?;
        build();
    }
    Ok(file)
}

/// Of the outer cargo, which is done with it when tests run.
fn target_dir() -> PathBuf {
    deps().ancestors().nth(2).expect("<target>/<profile>/deps").to_owned()
}

/// Asked of the files themselves, since a run of cargo for each of a thousand test processes takes minutes.
fn is_fresh(file: &Path) -> bool {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified());
    let Ok(built) = changed(file) else { return false };
    let is_older = |path: &Path| changed(path).is_ok_and(|time: SystemTime| time <= built);
    let settings = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|name| root().join(name));
    let sources = std::fs::read_to_string(file.with_extension("d")).unwrap_or_default();
    // `file: source source ...`, with a \ before each space of a name.
    let sources =
        sources.split_once(": ").map(|(_, sources)| sources.replace("\\ ", "\0")).unwrap_or_default();
    let sources: Vec<PathBuf> =
        sources.split_whitespace().map(|name| PathBuf::from(name.replace('\0', " "))).collect();
    let manifests = sources.iter().filter_map(|source| manifest_of(source));
    !sources.is_empty()
        && settings.into_iter().chain(manifests).chain(sources.clone()).all(|path| is_older(&path))
}

/// The Cargo.toml of the package that a source is part of.
fn manifest_of(source: &Path) -> Option<PathBuf> {
    source.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file())
}

fn has_target() -> Result<(), Missing> {
    let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let libraries = libraries.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    if libraries.is_some_and(|path| Path::new(path.trim()).is_dir()) {
        return Ok(());
    }
    Err(Missing(format!("Rust's {TARGET} is missing: rustup target add {TARGET}")))
}

fn build() {
    let mut cargo = Command::new(env!("CARGO"));
    // What the outer cargo builds with is meant for this machine.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER"] {
        cargo.env_remove(name);
    }
    cargo.current_dir(root()).args(["build", "--quiet", "--locked", "--target", TARGET]);
    if is_full() {
        cargo.arg("--release");
    } else {
        // Interpreted code takes ten times as long where it is not optimised at all.
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "false");
    }
    for name in rust_modules() {
        cargo.args(["-p", name]);
    }
    succeed(cargo.arg("--target-dir").arg(target_dir()));
}

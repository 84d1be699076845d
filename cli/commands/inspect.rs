//! `rp inspect FILE`

use std::path::PathBuf;

use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::indent;
use crate::output::Output;
use crate::terminal::escaped;
use crate::terminal::{STRONG, styled};

/// Show what the file of a module says about it, without running any of its code
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file
    file: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  rp inspect target/debug/libtest_minimal.so
  rp inspect libtest_minimal.so --json | jq .manifest";

/// Inspects.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let found = rp_host::inspect(&options.file)?;
    let mut output = Output::new();
    if global.json {
        output.json(&found)?
    } else {
        print(&found, &mut output)?
    }
    Ok(0)
}

fn print(found: &rp_host::Inspection, output: &mut Output) -> Result<(), Fault> {
    let mut rows = vec![
        ("file", found.path.display().to_string()),
        ("size", format!("{} bytes", found.size)),
        ("format", format!("{}, {}", found.format.as_str(), found.machine)),
        ("profile", found.profile.as_str().to_owned()),
    ];
    if let Some(version) = found.abi_version {
        rows.push(("abi version", version.to_string()));
    }
    if let Some(manifest) = &found.manifest {
        rows.push(("name", manifest.name.clone()));
        rows.push(("version", manifest.version.to_string()));
    }
    rows.push(("symbols", symbols(&found.symbols)));
    for (name, value) in rows {
        output.line(&format!("{} {}", styled(STRONG, &format!("{name:<12}")), escaped(&value)))?;
    }
    let manifest = match &found.manifest_text {
        Some(text) => indent(text),
        None => "none in the file; a plain module may return one when it runs".to_owned(),
    };
    output.line(&format!("{} {manifest}", styled(STRONG, "manifest    ")))
}

/// The names that people wrote; those that a C++ compiler mangled are only counted.
fn symbols(all: &[String]) -> String {
    let is_mangled =
        |name: &&String| name.starts_with("_Z") || name.starts_with("__Z") || name.starts_with('?');
    let written: Vec<_> = all.iter().filter(|name| !is_mangled(name)).map(String::as_str).collect();
    let text = written.join(" ");
    match all.len() - written.len() {
        0 => text,
        count => format!("{text} (and {count} mangled C++ names; --json has them)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compiler_made_of_names_is_counted() {
        let all = |names: &[&str]| symbols(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(all(&["_init", "rp_module_v1"]), "_init rp_module_v1");
        let shown = "rp_module_v1 (and 2 mangled C++ names; --json has them)";
        assert_eq!(all(&["_ZN1aE", "_ZdlPv", "rp_module_v1"]), shown);
    }
}

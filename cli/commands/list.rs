//! `rp list [DIR]`

use std::path::{Path, PathBuf};

use rp_host::Scan;
use rp_host::config::SearchPath;
use serde_json::json;

use crate::arguments::global::Global;
use crate::fault::{EXIT_DATA, Fault};
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::escaped;
use crate::terminal::{BAD, FAINT, styled, table};

/// List the modules in a folder, without running any of their code
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The folder; by default, the folder of this program and its `deps`
    dir: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  rp list
  rp list target/debug/deps --json

Shared libraries that are not modules are skipped; -v and --json say how many. A
broken module is listed with its error, and the exit code is 1.";

/// Lists.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let folders = SearchPath::new(options.dir.as_slice())?;
    let found = Scan::of(folders.libraries()?);
    let mut output = Output::new();
    if global.json {
        print_json(&found, &mut output)?
    } else {
        print(&found, &folders, global, &mut output)?
    }
    Ok(if found.refused.is_empty() { 0 } else { EXIT_DATA })
}

fn print(found: &Scan, folders: &SearchPath, global: &Global, output: &mut Output) -> Result<(), Fault> {
    if found.modules.is_empty() {
        output.line(&escaped(&format!("no modules in {folders}")))?;
    } else {
        let rows: Vec<Vec<String>> = found.modules.iter().map(row).collect();
        output.line(&table(&["NAME", "VERSION", "PROFILE", "FILE"], &rows))?;
    }
    for error in &found.refused {
        let text = escaped(&format!("{} {error}", path_of(error).display()));
        output.line(&format!("{} {text}", styled(BAD, "broken")))?;
        output.line(&format!("       {}", styled(FAINT, error.code())))?;
    }
    if global.verbose > 0 {
        output.line(&format!("skipped {} shared libraries that are not modules", found.skipped.len()))?;
    }
    Ok(())
}

/// The file that was refused.
fn path_of(error: &rp_host::Error) -> &Path {
    error.path().unwrap_or(Path::new("?"))
}

/// A plain module may have no manifest outside its code.
fn row(inspection: &rp_host::Inspection) -> Vec<String> {
    let manifest = inspection.manifest.as_ref();
    vec![
        manifest.map_or("-".to_owned(), |manifest| manifest.name.clone()),
        manifest.map_or("-".to_owned(), |manifest| manifest.version.to_string()),
        inspection.profile.as_str().to_owned(),
        inspection.path.display().to_string(),
    ]
}

fn print_json(found: &Scan, output: &mut Output) -> Result<(), Fault> {
    let module = |inspection: &rp_host::Inspection| {
        let manifest = inspection.manifest.as_ref();
        json!({
            "name": manifest.map(|manifest| &manifest.name),
            "version": manifest.map(|manifest| manifest.version.to_string()),
            "profile": inspection.profile.as_str(),
            "file": JsonPath(&inspection.path),
        })
    };
    let broken = |error: &rp_host::Error| json!({"file": JsonPath(path_of(error)), "code": error.code(), "error": error.to_string(), "help": error.help()});
    output.json(&json!({
        "modules": found.modules.iter().map(module).collect::<Vec<_>>(),
        "broken": found.refused.iter().map(broken).collect::<Vec<_>>(),
        "passed_over": found.skipped.len(),
    }))
}

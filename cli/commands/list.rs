//! `rp list [DIR]`

use std::path::PathBuf;

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

/// What a folder holds.
#[derive(Default)]
struct Found {
    modules: Vec<rp_host::Inspection>,
    broken: Vec<(PathBuf, rp_host::Error)>,
    passed_over: usize,
}

/// Lists.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let folders = SearchPath::new(options.dir.as_slice())?;
    let found = look(&folders)?;
    let mut output = Output::new();
    if global.json {
        print_json(&found, &mut output)?
    } else {
        print(&found, &folders, global, &mut output)?
    }
    Ok(if found.broken.is_empty() { 0 } else { EXIT_DATA })
}

fn look(folders: &SearchPath) -> Result<Found, Fault> {
    let mut found = Found::default();
    for path in folders.libraries()? {
        match rp_host::inspect(&path) {
            Ok(inspection) => found.modules.push(inspection),
            Err(error) if error.code() == "rp::load::no_entry" => found.passed_over += 1,
            Err(error) => found.broken.push((path, error)),
        }
    }
    Ok(found)
}

fn print(found: &Found, folders: &SearchPath, global: &Global, output: &mut Output) -> Result<(), Fault> {
    if found.modules.is_empty() {
        output.line(&escaped(&format!("no modules in {folders}")))?;
    } else {
        let rows: Vec<Vec<String>> = found.modules.iter().map(row).collect();
        output.line(&table(&["NAME", "VERSION", "PROFILE", "FILE"], &rows))?;
    }
    for (path, error) in &found.broken {
        let text = escaped(&format!("{} {error}", path.display()));
        output.line(&format!("{} {text}", styled(BAD, "broken")))?;
        output.line(&format!("       {}", styled(FAINT, error.code())))?;
    }
    if global.verbose > 0 {
        output.line(&format!("skipped {} shared libraries that are not modules", found.passed_over))?;
    }
    Ok(())
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

fn print_json(found: &Found, output: &mut Output) -> Result<(), Fault> {
    let module = |inspection: &rp_host::Inspection| {
        let manifest = inspection.manifest.as_ref();
        json!({
            "name": manifest.map(|manifest| &manifest.name),
            "version": manifest.map(|manifest| manifest.version.to_string()),
            "profile": inspection.profile.as_str(),
            "file": JsonPath(&inspection.path),
        })
    };
    let broken = |(path, error): &(PathBuf, rp_host::Error)| json!({"file": JsonPath(path), "code": error.code(), "error": error.to_string(), "help": error.help()});
    output.json(&json!({
        "modules": found.modules.iter().map(module).collect::<Vec<_>>(),
        "broken": found.broken.iter().map(broken).collect::<Vec<_>>(),
        "passed_over": found.passed_over,
    }))
}

//! `rp list [DIR]`

use std::path::{Path, PathBuf};

use rp_host::Scan;
use rp_host::config::SearchPath;

use crate::arguments::global::Global;
use crate::fault::{EXIT_DATA, Fault};
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
        output.json(&found)?
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

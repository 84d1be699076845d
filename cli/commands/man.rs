//! `rp man DIR`

use std::path::PathBuf;

use clap_mangen::Man;
use serde_json::json;

use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::files;
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::escaped;

/// Write the manual pages: rp.1 and one for each subcommand
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The folder; it is created if it does not exist
    dir: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  rp man ~/.local/share/man/man1
  rp man man1 && man ./man1/rp-call.1";

/// Writes; `command` is the whole command line.
pub fn run(options: &Options, global: &Global, mut command: clap::Command) -> Result<u8, Fault> {
    command.build();
    let mut output = Output::new();
    for page in pages(&command) {
        let page = Man::new(page).source(concat!("rp ", env!("CARGO_PKG_VERSION")));
        let path = options.dir.join(page.get_filename());
        files::write(&path, &rendered(&page))?;
        if global.json {
            output.json(&json!({ "file": JsonPath(&path) }))?;
        } else {
            output.line(&escaped(&path.display().to_string()))?;
        }
    }
    Ok(0)
}

/// A command, and all below it.
fn pages(command: &clap::Command) -> Vec<clap::Command> {
    let below = command.get_subcommands().filter(|one| one.get_name() != "help");
    std::iter::once(command.clone()).chain(below.flat_map(pages)).collect()
}

fn rendered(page: &Man) -> String {
    let mut text = Vec::new();
    // A Vec takes whatever is written.
    let _ = page.render(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

//! `rp header [NAME]`

mod single;

use std::path::PathBuf;

use serde_json::json;

use crate::arguments::global::Global;
use crate::bindings::Binding;
use crate::embedded::{CONTRACT, HEADERS, Header};
use crate::fault::Fault;
use crate::files;
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::{STRONG, escaped, styled};

/// Print a header of rp, or install all headers
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The header; by default rp_module.h, the whole contract
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// List the headers
    #[arg(long, conflicts_with_all = ["name", "install"])]
    list: bool,
    /// Print the header NAME, by default rp_sdk.h, as one file that includes no other of rp, with the licence on top
    #[arg(long, conflicts_with_all = ["list", "install"])]
    single: bool,
    /// Print rp_module.h and the JSON functions of rp_sdk.h as declarations in another language
    #[arg(long, value_name = "LANGUAGE", conflicts_with_all = ["name", "list", "single", "install"])]
    bindings: Option<Binding>,
    /// Write the header NAME, or by default all headers, into the folder DIR; files of the same names are replaced
    #[arg(long, value_name = "DIR")]
    install: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  rp header > rp_module.h
  rp header rp_plain.h
  rp header --install include
  rp header --list
  rp header --single > rp_sdk.h
  rp header --bindings nim > rp.nim
  rp header --json > rp_module.json

With --json, rp_module.h is printed as data, for programs that generate bindings: types, offsets and sizes on each
kind of platform, functions, constants, rules and texts. Its schema is spec/schemas/contract.json.

The headers are those of this version of rp; they are built into the command.";

/// Prints or installs.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    if options.list {
        list(global, &mut output)?;
    } else if let Some(folder) = &options.install {
        let named = options.name.as_deref().map(find).transpose()?;
        install(named.map_or(HEADERS.to_vec(), |header| vec![header]), folder, global, &mut output)?;
    } else if options.single && global.json {
        return Err(no_data("a single file"));
    } else if let Some(binding) = options.bindings {
        if global.json {
            return Err(no_data("a file of declarations"));
        }
        output.line(binding.text().trim_end())?;
    } else if options.single {
        let header = find(options.name.as_deref().unwrap_or("rp_sdk.h"))?;
        output.line(single::text(header).trim_end())?;
    } else {
        let header = find(options.name.as_deref().unwrap_or("rp_module.h"))?;
        output.line(if global.json { as_data(header)? } else { header.1 }.trim_end())?;
    }
    Ok(0)
}

/// The contract as data. The other headers are code, of which there is none.
fn as_data((name, _): Header) -> Result<&'static str, Fault> {
    if name == "rp_module.h" {
        return Ok(CONTRACT);
    }
    Err(no_data(name))
}

fn no_data(what: &str) -> Fault {
    Fault::environment("rp::header::no_data", format!("{what} is not there as JSON"))
        .help("only rp_module.h is: leave out the name, --single and --bindings, or leave out --json")
}

fn find(name: &str) -> Result<Header, Fault> {
    let found = HEADERS.iter().find(|(known, _)| *known == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = HEADERS.iter().map(|(name, _)| *name).collect();
        Fault::environment("rp::header::unknown", format!("there is no header {name}"))
            .help(format!("the headers are {}", names.join(", ")))
    })
}

fn list(global: &Global, output: &mut Output) -> Result<(), Fault> {
    let width = HEADERS.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, text) in HEADERS {
        if global.json {
            output.json(&json!({"name": name, "bytes": text.len(), "about": about(name, text)}))?;
        } else {
            let name_column = styled(STRONG, &format!("{name:<width$}"));
            output.folded(&format!("{name_column}  {}", about(name, text)), width + 2)?;
        }
    }
    Ok(())
}

/// The first sentence of a header, without the name that some begin with.
fn about(name: &str, text: &str) -> String {
    let comment = text.lines().map_while(|line| line.strip_prefix("//")).map(str::trim);
    let comment: Vec<&str> = comment.take_while(|line| !line.is_empty()).collect();
    let comment = comment.join(" ");
    let sentence = comment.split_once(". ").map_or(comment.as_str(), |(first, _)| first);
    let about =
        sentence.strip_prefix(name).map_or(sentence, |about| about.trim_start_matches([':', ',', ' ']));
    about.trim_end_matches('.').to_owned()
}

fn install(
    headers: Vec<Header>,
    folder: &std::path::Path,
    global: &Global,
    output: &mut Output,
) -> Result<(), Fault> {
    for (name, text) in headers {
        let path = folder.join(name);
        files::write(&path, text)?;
        if global.json {
            output.json(&json!({ "file": JsonPath(&path) }))?;
        } else {
            output.line(&escaped(&path.display().to_string()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_says_what_it_is() {
        for name in ["rp_module.h", "rp_module_layout.h", "rp_plain.h", "rp_sdk.h", "rp_sdk.hpp"] {
            assert!(find(name).is_ok(), "{name}");
        }
        for (name, text) in HEADERS {
            let about = about(name, text);
            assert!(about.len() > 10 && !about.starts_with("rp_"), "{name}: {about}");
        }
    }
}

//! Measures what the cost of work does as the work grows: `./dev bench growth` writes docs/src/growth.md.
//!
//! Every answer is asserted. Arguments: `--write` puts the report into docs/src, `--quick` stops early in each part, `--only WORD`
//! runs the parts whose name holds the word.

mod events;
mod instances;
#[path = "../harness/machine.rs"]
#[allow(dead_code, unexpected_cfgs, reason = "the peers are of the other benchmark")]
mod machine;
mod payloads;
mod rounds;
mod store;
mod table;
#[path = "../harness/text.rs"]
mod text;
mod threads;

use std::path::Path;

use table::Table;

/// How far a part goes, and what it found.
type Part = fn(u64) -> Table;

/// Name, the largest size, the largest with `--quick`.
const PARTS: &[(&str, Part, u64, u64)] = &[
    ("instances", instances::measure, 10_000, 1_000),
    ("threads", threads::measure, 64, 8),
    ("subscribers", events::measure, 1_000, 100),
    ("rows", store::measure, 10_000_000, 10_000),
    ("payloads", payloads::measure, 64 << 20, 1 << 20),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut write, mut quick, mut only) = (false, false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--write" => write = true,
            "--quick" => quick = true,
            "--only" => only = arguments.next(),
            other => usage(other),
        }
    }
    if write && (quick || only.is_some()) {
        usage("--write beside --quick or --only");
    }
    let busy_percent = machine::busy_percent();
    let mut page = head(&machine::facts(busy_percent), machine::is_quiet(busy_percent));
    for (name, part, whole, little) in PARTS {
        if only.as_ref().is_none_or(|only| name.contains(only.as_str())) {
            let text = part(if quick { *little } else { *whole }).text();
            println!("{text}");
            page += &text;
        }
    }
    if write {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/growth.md");
        let text = format!("{}\n", page.trim_end());
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

fn usage(unknown: &str) -> ! {
    eprintln!("growth: {unknown}: expected --write, or --quick and --only WORD");
    std::process::exit(2)
}

fn head(facts: &[(&str, String)], is_quiet: bool) -> String {
    let mut text = String::from(
        "# Growth\n\n<!-- Written by `./dev bench growth`. Do not edit it here. -->\n\n\
         What one of many costs when there are more of them. *Growth* is the exponent of the cost of one: 0 says that each \
         costs what it cost among few, 1 that it costs ten times as much among ten times as many. It is the slope from the \
         first row to the last, both scales logarithmic.\n\n",
    );
    if !is_quiet {
        text += "**The machine was busy with something else when this run began: do not go by these numbers.**\n\n";
    }
    text += "Measured on:\n\n";
    for (name, value) in facts {
        text += &format!("- {name}: {value}\n");
    }
    text + "\n"
}

//! The `rp` command: lists, inspects, calls and runs modules.

use clap::Parser;

/// Loads modules through one C header and talks with them in JSON.
#[derive(Parser)]
#[command(name = "rp", version)]
struct Arguments {}

fn main() {
    Arguments::parse();
}

//! `rp completions SHELL`

use clap_complete::Shell;

use crate::fault::Fault;
use crate::output::Output;

/// Print the completion script for a shell
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The shell
    shell: Shell,
}

const AFTER_HELP: &str = "\
Examples:
  rp completions bash > ~/.local/share/bash-completion/completions/rp
  rp completions zsh > ~/.zfunc/_rp
  rp completions fish > ~/.config/fish/completions/rp.fish";

/// Prints; `command` is the whole command line.
pub fn run(options: &Options, mut command: clap::Command) -> Result<u8, Fault> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut command, "rp", &mut text);
    Output::new().line(String::from_utf8_lossy(&text).trim_end())?;
    Ok(0)
}

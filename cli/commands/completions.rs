//! `rp completions SHELL`

use clap_complete::Shell;

use crate::completion::script;
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
  rp completions fish > ~/.config/fish/completions/rp.fish
  rp completions powershell > rp-completion.ps1

The script asks `rp` at each TAB; write it anew when you update rp. After
`rp call FILE` it offers the commands of the module, after a command its
arguments as JSON, and with --config the instances of the rp.toml. Commands and
arguments are what the module answers to `describe`, so TAB after FILE runs code
of the module: in a process of its own, with a store in memory, and for at most
two seconds. A module that crashes or hangs offers nothing.";

/// Prints.
pub fn run(options: &Options) -> Result<u8, Fault> {
    Output::new().line(&script(options.shell))?;
    Ok(0)
}

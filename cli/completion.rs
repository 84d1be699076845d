//! Completion in shells: the scripts of `rp completions`, and the answers that they ask `rp` for with each TAB.
//!
//! A script starts `rp` with [`VARIABLE`] and, after `--`, the words of the line that is being typed.

mod asked;
mod candidates;
mod line;
mod module;

use std::sync::Arc;

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use asked::Asked;
use line::WORD;

/// Names the shell that asks.
const VARIABLE: &str = "RP_COMPLETE";

/// What a shell reads so that it asks `rp` for completions.
pub fn script(shell: Shell) -> String {
    let (shells, mut script) = (Shells::builtins(), Vec::new());
    let completer = shells.completer(&shell.to_string()).expect("each shell of clap has one");
    completer
        .write_registration(VARIABLE, "rp", "rp", "rp", &mut script)
        .expect("a Vec takes whatever is written");
    let script = String::from_utf8_lossy(&script).trim().to_owned();
    match shell {
        // Which quote a word began with is not in the words that bash hands over.
        Shell::Bash => {
            let variable = format!("{VARIABLE}=\"bash\"");
            script.replace(&variable, &format!("{variable} {WORD}=\"${{COMP_WORDS[COMP_CWORD]}}\""))
        }
        // A file in $fpath is read at the first TAB, and has to answer that too.
        Shell::Zsh => script + "\n[[ ${funcstack[1]-} = _rp ]] && _clap_dynamic_completer_rp \"$@\" || true",
        _ => script,
    }
}

/// If a shell asks for completions, answers and ends the process. Nothing is written to standard error: it would end up in the
/// line that is being typed.
pub fn serve_if_asked(command: fn() -> Command) {
    let Some(shell) = std::env::var_os(VARIABLE) else { return };
    let asked = Arc::new(Asked::read(&shell.to_string_lossy(), command()));
    let answer =
        CompleteEnv::with_factory(|| completing(command(), &asked)).var(VARIABLE).bin("rp").completer("rp");
    match answer.try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref()) {
        Ok(false) => {}
        Ok(true) => std::process::exit(0),
        Err(_) => std::process::exit(1),
    }
}

/// The command line, with what is looked up where the words are those of `asked`.
fn completing(command: Command, asked: &Arc<Asked>) -> Command {
    let command = if asked.line.is_option() { command } else { without_options(command) };
    let values = |candidates: fn(&Asked) -> Vec<CompletionCandidate>| {
        let asked = Arc::clone(asked);
        ArgValueCompleter::new(move |_: &std::ffi::OsStr| candidates(&asked))
    };
    let (files, commands, arguments) =
        (values(candidates::files), values(candidates::commands), values(candidates::arguments));
    command.mut_subcommand("call", |call| {
        call.mut_arg("file", |arg| arg.add(files))
            .mut_arg("command", |arg| arg.add(commands))
            .mut_arg("args", |arg| arg.add(arguments))
    })
}

/// Options are offered to a word that begins with `-`, and where there is nothing else.
fn without_options(command: Command) -> Command {
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(|arg| arg.hide(true))
        .mut_subcommands(without_options)
}

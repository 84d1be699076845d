//! What a shell asks.

use std::path::PathBuf;

use super::line::Line;

/// The line, and what it says of the call that it will be.
pub struct Asked {
    pub line: Line,
    /// FILE: a module, or with a configuration an instance.
    pub file: Option<PathBuf>,
    pub command: Option<String>,
    pub config: Option<PathBuf>,
    /// The configuration of the module, as JSON.
    pub init: Option<String>,
    /// Whether something else than a command is sent.
    pub is_typed: bool,
}

impl Asked {
    /// Reads the line, as far as it goes. `command` is the whole command line.
    pub fn read(shell: &str, command: clap::Command) -> Self {
        let line = Line::read(shell);
        let matches = command.ignore_errors(true).try_get_matches_from(&line.others).ok();
        let call = matches.as_ref().and_then(|matches| matches.subcommand_matches("call"));
        let path = |id: &str| call.and_then(|call| call.get_one::<PathBuf>(id)).cloned();
        let text = |id: &str| call.and_then(|call| call.get_one::<String>(id)).cloned();
        Self {
            file: path("file"),
            command: text("command"),
            config: path("config"),
            init: text("init"),
            is_typed: text("message_type").is_some(),
            line,
        }
    }
}

//! The command line of `rp run`.

use std::path::PathBuf;

use crate::arguments::host::HostOptions;

/// Play a session of messages and check what is expected of the responses
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP, allow_missing_positional = true)]
pub struct Options {
    /// The configuration: store, modules, instances, grants, limits
    #[arg(value_name = "RP.TOML", conflicts_with_all = ["config", "grants", "wasm_limits"])]
    pub config_file: Option<PathBuf>,
    /// The session file; `-` reads standard input
    #[arg(required = true)]
    pub session: PathBuf,
    /// The same as RP.TOML before SESSION
    #[arg(long, value_name = "RP.TOML", conflicts_with_all = ["grants", "wasm_limits"])]
    pub config: Option<PathBuf>,
    /// A folder with modules; may be repeated; without it, the `folders` of the configuration, or the folder of this
    /// program and its `deps`
    #[arg(long = "modules", value_name = "DIR")]
    pub modules: Vec<PathBuf>,
    /// Go on after a failure
    #[arg(long)]
    pub keep_going: bool,
    #[command(flatten)]
    pub host: HostOptions,
}

const AFTER_HELP: &str = r#"Each line of SESSION is one JSON object; blank lines are allowed:
  module   the instance; without RP.TOML the module, whose file is looked for by
           this name and loaded at its first line
  type     the message's type: command, query, describe, one of your own
  payload  the message's payload, an object; {} without it
  expect   what the response must hold: objects may hold more, arrays have the
           same length
  as       a name for the response; later lines write "${name.data.key.0}" for a
           value of it, and $${ for a plain ${
  note     text for people
Before the next line, every event that the line led to has been handled.

A file is read through before anything is sent, so a line that is wrong stops all
of it. Standard input and pipes are played line by line as they come: what stands
before a wrong line was sent. Of lines played only the responses named with `as`
are kept. A line has at most 64 MiB.

The last line of the output counts messages, and expectations met; with --json it
has kind "summary". Scripts do well to demand it: a module that calls _exit ends
rp without it and without an error.

RP.TOML says what is loaded before the first line, and what it may do; paths are
relative to it:
  [store]
  path = "research.sqlite"       # or memory = true; no store without it
  [module.research-log]          # named as in its manifest
  path = "libresearch_log.so"    # without it, looked for by its name
  version = ">=1.2, <2"          # another one is refused; also sha256 = "..."
  wasm.memory_bytes = 67108864   # and call_ms, stack_bytes, ...
  [instance.archive]             # there may be others of the same module
  module = "research-log"        # not needed where the names are equal
  config = { language = "de" }   # what init hands to it
  grants.read = ["person.*"]     # also write, emit, subscribe, call, provide
  limits.deadline_ms = 5000      # for its answers to the session
spec/schemas/rp.toml.json lists every key.

Examples:
  rp run examples/session.jsonl
  rp run examples/rp.toml examples/services.jsonl
  rp run session.jsonl --modules build --json
  echo '{"module":"test-minimal","type":"describe"}' | rp run -
  rp run session.jsonl --keep-going --trace messages.jsonl
  rp run session.jsonl --grant call=test-minimal

Grants of the command line are given to every module of the session. Exit code
1: an expectation failed, or a module or the session file is at fault."#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::ConfigFile;

    /// The configuration that the help shows is one.
    #[test]
    fn the_help_is_true() {
        let (_, shown) = AFTER_HELP.split_once("relative to it:\n").expect("a configuration");
        let (shown, _) = shown.split_once("spec/").expect("its end");
        let file = ConfigFile::parse(Path::new("rp.toml"), shown.to_owned()).expect("a configuration");
        assert_eq!(file.config.instances[0].name, "archive");
    }
}

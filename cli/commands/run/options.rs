//! The command line of `rp run`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::arguments::host::HostOptions;
use crate::fault::Fault;
#[cfg(feature = "otlp")]
use crate::running::otlp::endpoint;
use crate::running::trace::limit::TraceLimits;
use crate::trace::live::address::{self, DEFAULT};

/// Send the messages of a session and check the responses
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP, allow_missing_positional = true)]
pub struct Options {
    /// The configuration: store, modules, instances, grants, limits
    #[arg(value_name = "RP.TOML", conflicts_with_all = ["config", "store", "grants", "wasm_limits", "isolated"])]
    pub config_file: Option<PathBuf>,
    /// The session file; `-` reads standard input
    #[arg(required = true)]
    pub session: PathBuf,
    /// The same as RP.TOML before SESSION
    #[arg(long, value_name = "RP.TOML", conflicts_with_all = ["store", "grants", "wasm_limits", "isolated"])]
    pub config: Option<PathBuf>,
    /// A folder with modules; may be given more than once; by default, the `folders` of the configuration, or the folder
    /// of this program and its `deps`
    #[arg(long = "modules", value_name = "DIR")]
    pub modules: Vec<PathBuf>,
    /// Continue after a failure
    #[arg(long)]
    pub keep_going: bool,
    /// Rewrite what SESSION expects and does not get, in place, and show it; `${…}` stays
    #[arg(long)]
    pub update: bool,
    /// Count an error response that its step does not expect as a failure, and a session without messages too
    #[arg(long)]
    pub strict: bool,
    /// Write how many messages there were, what failed and what they took to FILE, for Prometheus; it is replaced as a whole
    /// now and then, and before the modules are unloaded
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub metrics: Option<PathBuf>,
    /// How often the file of --metrics is replaced
    #[arg(long, value_name = "SECONDS", default_value = "5", requires = "metrics")]
    pub metrics_interval: NonZeroU32,
    /// Show the session while it runs: the address of a page for a browser of this machine is printed on standard error; by
    /// default at any port that is free; ADDR is PORT, or IP:PORT with an address of this machine
    #[arg(
        long,
        value_name = "ADDR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = DEFAULT,
        value_parser = address::parse
    )]
    pub page: Option<SocketAddr>,
    /// Send the messages as spans of OpenTelemetry to a collector while the session runs: OTLP/JSON, to URL/v1/traces unless
    /// URL has a path; http only, as in http://localhost:4318
    #[cfg(feature = "otlp")]
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub otlp: Option<String>,
    #[command(flatten)]
    pub host: HostOptions,
}

impl Options {
    /// Where spans are sent. A trace that forgets its oldest messages may forget some that were not sent.
    pub fn otlp(&self) -> Result<Option<String>, Fault> {
        #[cfg(feature = "otlp")]
        let url = self.otlp.clone();
        #[cfg(not(feature = "otlp"))]
        let url = None::<String>;
        if url.is_some() && TraceLimits::of(&self.host.trace_limits).file_bytes.is_some() {
            let text = "--otlp sends what the trace has, and --trace-limit file_bytes has it forget messages";
            return Err(Fault::environment("rp::usage", text).help("leave out one of them"));
        }
        Ok(url)
    }
}

const AFTER_HELP: &str = r#"SESSION holds steps, each one JSON object, mostly on a line of its own. As in
JSONC files, an object may go over several lines, // and /* */ begin comments,
trailing commas are allowed, and the steps may be the elements of one array. A {
in the first column always begins a step:
  module   the instance; without RP.TOML the module, whose file is searched by
           this name and loaded at its first step; or host, see below
  type     the type of the message: command, query, describe, or your own
  payload  the payload of the message, an object; by default {}
  expect   what the response must contain: objects may have more keys, arrays
           have the same length
  events   [{"event":"a.b","data":{},"from":"INSTANCE"}, ...]: the events that
           are published meanwhile, all of them, compared as in expect
  log      [{"level":"info","instance":"INSTANCE","text":"..."}, ...]: the same
           for the lines of the log, of level info and above
  as       a name for the response; later steps, and events and log of this one,
           write "${name.data.key.0}" for a value of it, and $${ for a plain ${
  note     text for people
All events that a step causes are handled before the next one is sent.

The module host is what modules send to, and speaks with every right:
  {"module":"host","type":"mutation","payload":{"entity":"note",
    "operation":"create","data":{}}}      also query: the module that provides
                                          the entity, or the store
  {"module":"host","type":"event","payload":{"event":"a.b","data":{}}}
  {"module":"host","type":"wait_for","payload":{"pattern":"a.*","data":{},
    "timeout_ms":5000}}                   the first such event that no earlier
                                          step waited for; it is the response

A file is checked as a whole before anything is sent, so one wrong step stops
the whole session. Standard input and pipes are sent step by step as they
arrive: the steps before a wrong one have been sent. Only the responses named
with `as` are kept. A step has at most 64 MiB.

--update rewrites the values in expect, events and log that are not what came,
and removes keys that did not come; it adds none, and leaves everything else as
it is. A `${...}` that no longer holds is not rewritten, and fails.

The last line of the output counts the messages, the expectations that were met
and the error responses that no step expected; --strict makes those a failure.
With --json it has kind "summary". Scripts should require it: a module that
calls _exit ends rp without that line and without an error.

RP.TOML says what is loaded before the first line, and what it may do; paths are
relative to that file:
  [store]
  path = "research.sqlite"       # or memory = true; no store without it
  [module.research-log]          # the name in its manifest
  path = "libresearch_log.so"    # without it, searched by its name
  version = ">=1.2, <2"          # others are refused; also sha256 = "..."
  wasm.memory_bytes = 67108864   # and call_ms, stack_bytes, ...
  [instance.archive]             # a module may have several instances
  module = "research-log"        # not needed if the names are equal
  config = { language = "de" }   # what it gets with init
  grants.read = ["person.*"]     # also write, emit, subscribe, call, provide
  limits.deadline_ms = 5000      # for its answers to the session
spec/schemas/rp.toml.json lists every key, spec/schemas/step.json those of a step.

Examples:
  rp run examples/session.jsonl
  rp run examples/rp.toml examples/services.jsonl
  rp run session.jsonl --modules build --json
  echo '{"module":"test-minimal","type":"describe"}' | rp run -
  rp run session.jsonl --strict
  rp run session.jsonl --store memory --grant requested
  rp run session.jsonl --update
  rp run session.jsonl --keep-going --trace messages.jsonl
  rp run session.jsonl --grant call=test-minimal

Grants on the command line hold for every module of the session. The exit code
is 1 when an expectation fails or when a module or the session file is at fault."#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rp_host::config::ConfigFile;

    use super::*;

    /// The configuration that the help shows is one.
    #[test]
    fn the_help_is_true() {
        let (_, shown) = AFTER_HELP.split_once("relative to that file:\n").expect("a configuration");
        let (shown, _) = shown.split_once("spec/").expect("its end");
        let file = ConfigFile::parse(Path::new("rp.toml"), shown.to_owned()).expect("a configuration");
        assert_eq!(file.instance_names().next(), Some("archive"));
    }
}

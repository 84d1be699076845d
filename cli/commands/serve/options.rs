//! The command line of `rp serve`.

use std::path::PathBuf;

use clap::value_parser;

use crate::arguments::host::HostOptions;

/// Let scripts and other programs use modules: JSON lines in, JSON lines out
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// An rp.toml, or the library files of modules; without any, modules are searched by the names that requests have
    #[arg(value_name = "RP.TOML|FILE")]
    pub files: Vec<PathBuf>,
    /// A folder with modules; may be given more than once; by default, the `folders` of the configuration, or the folder
    /// of this program and its `deps`
    #[arg(long = "modules", value_name = "DIR")]
    pub modules: Vec<PathBuf>,
    /// Serve many clients at a Unix socket, on Windows a pipe such as \\.\pipe\NAME, instead of one at standard input and output;
    /// only you may connect
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// How many requests of a client are at work at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = value_parser!(u16).range(1..))]
    pub requests: u16,
    /// How many clients a socket serves at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u16).range(1..))]
    pub clients: u16,
    /// For how many milliseconds requests may go on when rp is told to stop; then they are cancelled
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    pub stop_ms: u64,
    #[command(flatten)]
    pub host: HostOptions,
}

const AFTER_HELP: &str = r#"A request is one line, and so is its response, which repeats the id:
  {"id":1,"module":"log","type":"command","payload":{"name":"x","args":{}}}
  {"id":1,"status":"success","data":{}}
  {"id":2,"status":"error","error":"text","code":"not_found"}
Requests with an id, a string or a number, are answered in any order; one
without is answered before the next line is read. "deadline_ms" says for how
long the answer is wanted. Where a module brings no response, the error has a
code that begins with rp:: and "fault": module, host or operator.

"module":"host" speaks as the owner: query, mutation, event. Its type subscribe,
with {"pattern":"note.*"}, brings lines like
  {"event":"note.added","data":{},"from":"log","cause":7}
A client that does not read them misses some; "missed" counts those. Its type
instances tells what is loaded and, of isolated modules, process, state,
restarts and sandbox; metrics what their messages took, by type and name.

A client that goes away cancels its requests. SIGTERM, Ctrl-C and the end of
standard input let them finish; then the modules are shut down. A second signal
ends rp at once. Lines are at most 64 MiB; spec/schemas has their schemas.

With --socket, rp says "serving at PATH" when clients may connect, and removes
the socket at its end. One that a killed rp left is replaced.

Examples:
  rp serve rp.toml < session.jsonl
  echo '{"module":"hello","type":"describe"}' | rp serve libhello.so"#;

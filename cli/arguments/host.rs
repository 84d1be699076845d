//! The options of the subcommands that run modules.

use std::path::PathBuf;
use std::rc::Rc;

use rp_host::config::ConfigFile;
use rp_host::{Grants, LoadOptions, Right};

use super::engine::EngineOptions;
use super::global::Global;
use super::isolation::IsolationOptions;
use crate::fault::Fault;
use crate::running::loadable::Loadable;
use crate::running::log_filter::LogFilter;
use crate::running::plan::HostPlan;
use crate::running::store::StoreAt;
use crate::running::trace::limit::{TraceLimit, TraceLimits};
use crate::trace::trace_parent::TraceParent;
use crate::wasm::limit::Limit;

/// The options of every subcommand that runs modules.
#[derive(Clone, clap::Args)]
pub struct HostOptions {
    /// Write every message and response, in both directions, to FILE as JSON lines; its old content is lost; a name that
    /// ends with .gz has it compressed
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Limit the trace: file_bytes=N begins a new file, of which files=N are kept (5), payload_bytes=N cuts payloads and
    /// responses; may be given more than once
    #[arg(long = "trace-limit", value_name = "KEY=N", requires = "trace", value_parser = TraceLimit::parse)]
    pub trace_limits: Vec<TraceLimit>,
    /// The span under which the messages stand, as W3C Trace Context writes it: 00-TRACE-SPAN-FLAGS; by default that of the
    /// variable TRACEPARENT; the trace notes it, and spans of OpenTelemetry belong to it
    #[arg(long, value_name = "PARENT", value_parser = TraceParent::parse)]
    pub traceparent: Option<TraceParent>,
    /// Record to FILE what it takes to play each module again with `rp replay`; it is a trace, too; its old content is lost
    #[arg(long, value_name = "FILE", conflicts_with = "trace")]
    pub record: Option<PathBuf>,
    /// Keep entities in FILE, which is created if need be, or in `memory`; an rp.toml names its own store
    #[arg(long, value_name = "FILE", value_parser = StoreAt::parse, value_hint = clap::ValueHint::AnyPath)]
    pub store: Option<StoreAt>,
    /// Grant a right: read=, write=, emit=, subscribe=, call= or provide=NAME; `*` and `prefix.*` are allowed; `requested`
    /// grants all that the module's manifest requests; may be given more than once
    #[arg(long = "grant", value_name = "KIND=NAME", value_parser = parse_grant)]
    pub grants: Vec<Grant>,
    /// Limit what a WebAssembly module may use: memory_bytes=, table_entries=, call_ms=, stack_bytes=, reply_bytes=,
    /// module_bytes=, code_bytes=, functions= or function_bytes=N; may be given more than once
    #[arg(long = "wasm-limit", value_name = "KEY=N", conflicts_with = "isolated", value_parser = Limit::parse)]
    pub wasm_limits: Vec<Limit>,
    /// Which lines of the modules' log are shown: off, error, warn, info, debug or trace; INSTANCE=LEVEL sets one instance,
    /// commas separate several
    #[arg(long, value_name = "LEVEL", env = "RP_LOG", hide_env_values = true)]
    pub log: Option<LogFilter>,
    #[command(flatten)]
    pub isolation: IsolationOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
}

/// What an option grants.
#[derive(Clone, Debug)]
pub enum Grant {
    /// All that the manifest requests.
    Requested,
    /// One right.
    Right(Right, String),
}

fn parse_grant(text: &str) -> Result<Grant, String> {
    if text == "requested" {
        return Ok(Grant::Requested);
    }
    let (word, name) =
        text.split_once('=').ok_or("write KIND=NAME, as in call=test-minimal, or requested")?;
    let right = Right::ALL.into_iter().find(|right| right.as_str() == word);
    let right = right
        .ok_or_else(|| format!("`{word}` is not one of {}", Right::ALL.map(Right::as_str).join(", ")))?;
    if name.is_empty() {
        return Err("the name is missing; `*` stands for every name".to_owned());
    }
    Ok(Grant::Right(right, name.to_owned()))
}

impl HostOptions {
    /// What they ask of the host. `quiet` is the log to show where nobody says how much of it.
    pub fn plan(&self, global: &Global, config: Option<Rc<ConfigFile>>, quiet: LogFilter) -> HostPlan {
        let is_verbose = global.verbose > 0;
        let of_verbosity = is_verbose.then(|| LogFilter::of_verbosity(global.verbose));
        HostPlan {
            config,
            store: self.store.clone(),
            inputs: Vec::new(),
            trace: self.trace.clone(),
            trace_limits: TraceLimits::of(&self.trace_limits),
            trace_parent: self.traceparent,
            record: self.record.clone(),
            has_metrics: false,
            log: self.log.clone().or(of_verbosity).unwrap_or(quiet),
            is_verbose,
        }
    }

    /// The instances of a configuration. `folders` are those named on the command line.
    pub fn instances(&self, config: &ConfigFile, folders: &[PathBuf]) -> Result<Vec<Loadable>, Fault> {
        let mut instances: Vec<_> = config.locate(folders)?.into_iter().map(Loadable::from).collect();
        for one in &mut instances {
            one.options = self.engine.apply(one.options.clone());
        }
        Ok(instances)
    }

    /// How modules are loaded that no configuration names: with the rights granted, within the limits, and isolated if asked.
    pub fn load_options(&self) -> LoadOptions {
        let (mut options, mut grants) = (LoadOptions::new(), Grants::default());
        for grant in &self.grants {
            match grant {
                Grant::Requested => options = options.grant_requested(),
                Grant::Right(right, name) => grants.grant(*right, name),
            }
        }
        options = options.grants(grants).wasm_limits(Limit::all(&self.wasm_limits));
        self.engine.apply(self.isolation.apply(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants() {
        let options = |texts: &[&str]| HostOptions {
            trace: None,
            trace_limits: Vec::new(),
            traceparent: None,
            record: None,
            store: None,
            log: None,
            wasm_limits: Vec::new(),
            isolation: IsolationOptions::default(),
            engine: EngineOptions::default(),
            grants: texts.iter().map(|text| parse_grant(text).expect("a grant")).collect(),
        };
        assert_eq!(options(&["call=a", "requested", "call=b"]).grants.len(), 3);
        for (text, expected) in
            [("call", "KIND=NAME"), ("own=x", "not one of"), ("read=", "the name is missing")]
        {
            let fault = parse_grant(text).expect_err(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
    }
}

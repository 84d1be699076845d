//! The host as the command line asks for it: trace, grants, the modules' log on standard error.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::ProgressBar;
use rp_host::{Grants, Host, Level, LoadOptions, LogRecord};

use crate::Common;
use crate::fault::Fault;
use crate::output::{BAD, FAINT, GOOD, KIND, WARN, printable, styled};
use crate::trace::Trace;

/// What every subcommand that runs modules takes.
#[derive(clap::Args)]
pub struct HostOptions {
    /// Write every message and response, both directions, to FILE as JSON lines; FILE is emptied first
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Grant a right: read=, write=, emit=, subscribe= or call=NAME; `*` and `prefix.*` are allowed; may be repeated
    #[arg(long = "grant", value_name = "KIND=NAME", value_parser = parse_grant)]
    pub grants: Vec<Grant>,
}

/// One right.
#[derive(Clone, Debug)]
pub struct Grant {
    kind: Kind,
    name: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Read,
    Write,
    Emit,
    Subscribe,
    Call,
}

fn parse_grant(text: &str) -> Result<Grant, String> {
    let (kind, name) = text.split_once('=').ok_or("write KIND=NAME, as in call=test-minimal")?;
    let kind = match kind {
        "read" => Kind::Read,
        "write" => Kind::Write,
        "emit" => Kind::Emit,
        "subscribe" => Kind::Subscribe,
        "call" => Kind::Call,
        _ => return Err(format!("`{kind}` is none of read, write, emit, subscribe, call")),
    };
    if name.is_empty() {
        return Err("the name is missing; `*` stands for every name".to_owned());
    }
    Ok(Grant { kind, name: name.to_owned() })
}

/// A host and the trace that it writes.
pub struct Setup {
    /// The host.
    pub host: Host,
    /// The trace, where one was asked for.
    pub trace: Option<Arc<Trace>>,
}

impl HostOptions {
    /// Builds the host. `input` is what the command reads; `progress` is cleared while a log line is written.
    pub fn host(&self, common: &Common, input: &Path, progress: &ProgressBar) -> Result<Setup, Fault> {
        let mut builder = Host::builder();
        let trace = self.trace.as_ref().map(|path| Trace::create(path, input)).transpose()?;
        if let Some(trace) = trace.clone() {
            builder = builder.trace(move |record| trace.write(record));
        }
        let verbose = common.verbose;
        let progress = progress.clone();
        builder = builder.on_log(move |record| {
            if is_shown(record.level, verbose) {
                progress.suspend(|| write_log(record));
            }
        });
        Ok(Setup { host: builder.build(), trace })
    }

    /// How modules are loaded: with the rights granted.
    pub fn load_options(&self) -> LoadOptions {
        let mut grants = Grants::default();
        for grant in &self.grants {
            let names = match grant.kind {
                Kind::Read => &mut grants.read,
                Kind::Write => &mut grants.write,
                Kind::Emit => &mut grants.emit,
                Kind::Subscribe => &mut grants.subscribe,
                Kind::Call => &mut grants.call,
            };
            names.push(grant.name.clone());
        }
        LoadOptions::new().grants(grants)
    }
}

impl Setup {
    /// Fails where the trace could not be written.
    pub fn check_trace(&self) -> Result<(), Fault> {
        self.trace.as_ref().map_or(Ok(()), |trace| trace.check())
    }
}

fn is_shown(level: Level, verbose: u8) -> bool {
    match level {
        Level::Error | Level::Warn | Level::Info => true,
        Level::Debug => verbose >= 1,
        _ => verbose >= 2,
    }
}

fn write_log(record: &LogRecord<'_>) {
    let style = match record.level {
        Level::Error => BAD,
        Level::Warn => WARN,
        Level::Info => GOOD,
        Level::Debug => KIND,
        _ => FAINT,
    };
    let word = styled(style, &format!("{:<5}", record.level.as_str()));
    // A log that nobody reads is no reason to stop.
    let _ =
        writeln!(anstream::stderr(), "{} {}: {}", word, printable(record.instance), printable(record.text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants() {
        let options = |texts: &[&str]| HostOptions {
            trace: None,
            grants: texts.iter().map(|text| parse_grant(text).expect("a grant")).collect(),
        };
        assert_eq!(options(&["call=a", "read=x.*", "call=b"]).grants.len(), 3);
        for (text, expected) in
            [("call", "KIND=NAME"), ("own=x", "none of"), ("read=", "the name is missing")]
        {
            let fault = parse_grant(text).expect_err(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
    }
}

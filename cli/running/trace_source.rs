//! The trace as others read it while it is written: a page, an exporter of spans. No message waits for them.

use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::plan::HostPlan;
use crate::fault::Fault;

/// A file of the messages of a host. One that is there for its readers alone goes with this.
pub struct TraceSource {
    path: PathBuf,
    temporary: Option<TempPath>,
}

impl TraceSource {
    /// The trace or the recording of a host that is to be started; where it has none, it gets a trace.
    pub fn of(host: &mut HostPlan) -> Result<Self, Fault> {
        if let Some(path) = host.trace.as_ref().or(host.record.as_ref()) {
            refuse_compression(path)?;
            return Ok(Self { path: path.clone(), temporary: None });
        }
        let made = tempfile::Builder::new().prefix("rp-trace-").suffix(".jsonl").tempfile();
        let temporary = made.map(tempfile::NamedTempFile::into_temp_path).map_err(|error| {
            let text = format!("the trace that is read while the session runs cannot be written: {error}");
            Fault::environment("rp::trace::unwritable", text)
                .help_with(&error, "name its file with --trace FILE")
        })?;
        host.trace = Some(temporary.to_path_buf());
        Ok(Self { path: temporary.to_path_buf(), temporary: Some(temporary) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is there after the session.
    pub fn is_kept(&self) -> bool {
        self.temporary.is_none()
    }
}

fn refuse_compression(path: &Path) -> Result<(), Fault> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) {
        return Ok(());
    }
    let text =
        format!("{} cannot be read while it is written: its lines come block by block", path.display());
    Err(Fault::environment("rp::usage", text)
        .help("give --trace a name that does not end with .gz, or leave out --page and --otlp"))
}

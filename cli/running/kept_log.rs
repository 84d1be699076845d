//! Log lines that are kept while somebody wants them.

use std::sync::{Arc, Mutex, PoisonError};

use rp_host::{Level, LogRecord};
use serde::Serialize;

/// The most lines that are kept.
const MOST: usize = 10_000;

/// A line as it is compared.
#[derive(Clone, Debug, Serialize)]
pub struct LogLine {
    pub level: &'static str,
    pub instance: String,
    pub text: String,
}

/// The lines of level info and above, from [`start`](KeptLog::start) to [`take`](KeptLog::take). Clones share them.
#[derive(Clone, Default)]
pub struct KeptLog(Arc<Mutex<Option<Vec<LogLine>>>>);

impl KeptLog {
    /// Keeps lines from now on.
    pub fn start(&self) {
        *self.lines() = Some(Vec::new());
    }

    /// The lines that were kept; none is any more.
    pub fn take(&self) -> Vec<LogLine> {
        self.lines().take().unwrap_or_default()
    }

    /// Receives a line of the log.
    pub fn hear(&self, record: &LogRecord<'_>) {
        let is_wanted = record.level <= Level::Info;
        if let Some(lines) = &mut *self.lines()
            && is_wanted
            && lines.len() < MOST
        {
            lines.push(LogLine {
                level: record.level.as_str(),
                instance: record.instance.to_owned(),
                text: record.text.to_owned(),
            });
        }
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Option<Vec<LogLine>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

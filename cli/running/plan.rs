//! What a command asks of the host, as data: nothing is opened, built or loaded yet.

use std::path::PathBuf;
use std::rc::Rc;

use rp_host::config::ConfigFile;

use super::log_filter::LogFilter;
use super::store::StoreAt;
use super::trace::limit::TraceLimits;
use crate::trace::trace_parent::TraceParent;

/// A host that is to be started.
pub struct HostPlan {
    /// The configuration, if there is one.
    pub config: Option<Rc<ConfigFile>>,
    /// The store, where no configuration names one.
    pub store: Option<StoreAt>,
    /// What the command reads beside the configuration; no trace and no recording may overwrite it.
    pub inputs: Vec<PathBuf>,
    /// Where the trace is written.
    pub trace: Option<PathBuf>,
    /// How large it may become.
    pub trace_limits: TraceLimits,
    /// The span of another program under which the messages stand; none: what the environment says.
    pub trace_parent: Option<TraceParent>,
    /// Where the recording is written.
    pub record: Option<PathBuf>,
    /// Whether messages are counted and timed.
    pub has_metrics: bool,
    /// Which lines of the modules' log are shown.
    pub log: LogFilter,
    /// Whether messages that modules send, message ids and, without a terminal, progress are shown.
    pub is_verbose: bool,
}

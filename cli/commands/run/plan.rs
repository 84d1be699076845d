//! What a run is to do, from its command line, its configuration and its session. Nothing is started or loaded yet.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use rp_host::config::{ConfigFile, SearchPath};

use super::heard::asks_for_events;
use super::instances::SessionInstances;
use super::options::Options;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::running::log_filter::LogFilter;
use crate::running::plan::HostPlan;
use crate::running::trace_source::TraceSource;
use crate::session::{HOST, Session, Sources};

/// One run of a session.
pub struct Plan {
    /// The name of the session.
    pub session: String,
    pub sources: Sources,
    /// How long it is; unknown for a stream.
    pub extent: Option<Extent>,
    pub instances: SessionInstances,
    pub host: HostPlan,
    /// Where metrics are written, and how often.
    pub metrics: Option<(PathBuf, Duration)>,
    /// Where a page is served.
    pub page: Option<SocketAddr>,
    /// Where spans are sent.
    #[cfg(feature = "otlp")]
    pub otlp: Option<String>,
    /// What page and spans are made of.
    pub source: Option<TraceSource>,
    pub keep_going: bool,
    pub is_strict: bool,
    /// The file whose expectations are rewritten.
    pub updated: Option<PathBuf>,
    pub is_json: bool,
}

/// How long a session is.
#[derive(Default)]
pub struct Extent {
    pub messages: usize,
    /// The number of the line where the last step begins.
    pub last: usize,
    /// Whether a step asks for events.
    pub hears: bool,
}

/// Reads the configuration and, where it is a file, the whole session.
pub fn plan(options: &Options, global: &Global) -> Result<Plan, Fault> {
    let config = options.config_file.as_ref().or(options.config.as_ref());
    let config = config.map(ConfigFile::read).transpose()?.map(Rc::new);
    let session = options.session.display().to_string();
    let mut sources = Sources::open(&options.session)?;
    if options.update && matches!(sources, Sources::Stream(_)) {
        return Err(Fault::environment(
            "rp::usage",
            format!("--update cannot rewrite {session}, which is no file"),
        )
        .help("save the session in a file"));
    }
    let mut instances = match &config {
        Some(file) => {
            let all = options.host.instances(file, &options.modules)?;
            SessionInstances::configured(&session, Rc::clone(file), all)
        }
        None => {
            let (load, limits) = (options.host.load_options(), options.host.wasm_limits.clone());
            SessionInstances::in_folders(&session, SearchPath::new(&options.modules)?, load, limits)
        }
    };
    let extent = check(&mut sources, &session, &mut instances)?;
    let mut host = options.host.plan(global, config, LogFilter::default());
    host.inputs.push(options.session.clone());
    host.inputs.extend(instances.paths()?);
    host.has_metrics = options.metrics.is_some();
    let otlp = options.otlp()?;
    let is_read = options.page.is_some() || otlp.is_some();
    let source = is_read.then(|| TraceSource::of(&mut host)).transpose()?;
    let interval = Duration::from_secs(options.metrics_interval.get().into());
    Ok(Plan {
        session,
        sources,
        extent,
        instances,
        host,
        metrics: options.metrics.clone().map(|path| (path, interval)),
        page: options.page,
        #[cfg(feature = "otlp")]
        otlp,
        source,
        keep_going: options.keep_going,
        is_strict: options.strict,
        updated: options.update.then(|| options.session.clone()),
        is_json: global.json,
    })
}

/// Checks a whole file, so that nothing is sent from one that is wrong further down. A stream cannot be read ahead.
fn check(
    sources: &mut Sources,
    name: &str,
    instances: &mut SessionInstances,
) -> Result<Option<Extent>, Fault> {
    let (mut session, mut extent) = (Session::default(), Extent::default());
    sources.check(|source| {
        let step = session.read(source).map_err(|fault| fault.malformed(name, &source.text))?;
        if step.module != HOST {
            instances.find(&step)?;
        }
        let hears = extent.hears || asks_for_events(&step);
        extent = Extent { messages: extent.messages + 1, last: source.line, hears };
        Ok(())
    })?;
    Ok(matches!(sources, Sources::File(_)).then_some(extent))
}

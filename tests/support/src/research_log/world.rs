//! A host in which every run is the same: its clock stands, its random bytes count.
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Error, Grants, Host, HostBuilder, Instance, LoadOptions, Message, Reply, Right};
use serde_json::{Value, json};

use super::table::Case;

/// 2024-01-01 00:00 UTC.
pub const START_US: i64 = 1_704_067_200_000_000;

const ALL: &str = "read=research_log.* write=research_log.* emit=research_log.* subscribe=research_session.* \
    provide=research_log provide=research_log_entry";
/// In place of grants: all of them, and a host that has no store.
const NO_STORE: &str = "nostore";

/// Where the module keeps its state.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    /// In its own memory.
    Instance,
    /// In the host's store.
    Store,
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            State::Instance => "instance",
            State::Store => "store",
        })
    }
}

/// One host with one instance.
pub struct World {
    host: Host,
    instance: Result<Instance, Error>,
    library: PathBuf,
    options: LoadOptions,
    config: Value,
    grants: Grants,
    time_us: Arc<AtomicI64>,
    /// How far the clock goes on whenever somebody asks it.
    step_us: Arc<AtomicI64>,
    /// What the module emitted and logged since it was looked at.
    observed: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// A host for one case, with the module loaded.
    pub fn new(library: &Path, state: State, case: &Case) -> World {
        World::with(library, state, case, LoadOptions::new())
    }

    /// As [`new`](Self::new), with more to say of how the module is loaded.
    pub fn with(library: &Path, state: State, case: &Case, options: LoadOptions) -> World {
        World::built(Host::builder(), library, state, case, options)
    }

    /// As [`with`](Self::with), in a host that does more.
    pub fn built(
        builder: HostBuilder,
        library: &Path,
        state: State,
        case: &Case,
        options: LoadOptions,
    ) -> World {
        let (time_us, step_us) = (Arc::new(AtomicI64::new(START_US)), Arc::<AtomicI64>::default());
        let observed = Arc::<Mutex<Vec<String>>>::default();
        let (clock, step) = (time_us.clone(), step_us.clone());
        let (numbers, events, lines) = (AtomicU64::new(0), observed.clone(), observed.clone());
        let mut builder = builder
            .worker_program(crate::worker_program())
            .clock(move || clock.fetch_add(step.load(Ordering::Relaxed), Ordering::Relaxed))
            .random(move |bytes| count_into(bytes, numbers.fetch_add(1, Ordering::Relaxed) + 1))
            .trace(move |record| {
                if record.to == "host" && record.message_type == "event" {
                    events.lock().unwrap().push(format!("event {}", record.payload));
                }
            })
            .on_log(move |record| {
                let level = format!("{:?}", record.level).to_lowercase();
                lines.lock().unwrap().push(format!("{level} {}", record.text));
            });
        let config = case
            .config
            .as_ref()
            .map_or_else(|| json!({ "state": state.to_string() }), |text| text.parse().unwrap());
        let granted = case.grants.as_deref().unwrap_or(ALL);
        if granted != NO_STORE {
            builder = builder.store(Arc::new(SqliteStore::in_memory().unwrap()));
        }
        let (host, grants) = (builder.build(), grants(granted));
        let instance = load(&host, library, &config, &grants, &options);
        World {
            host,
            instance,
            library: library.to_owned(),
            options,
            config,
            grants,
            time_us,
            step_us,
            observed,
        }
    }

    /// Lets the clock go on by this much whenever it is asked.
    pub fn set_step(&self, step_us: i64) {
        self.step_us.store(step_us, Ordering::Relaxed);
    }

    /// Sets the clock: microseconds since 1970.
    pub fn set_time(&self, time_us: i64) {
        self.time_us.store(time_us, Ordering::Relaxed);
    }

    /// Loads the module that opens and closes sessions.
    pub fn load_desk(&self, library: &Path, options: LoadOptions) {
        let desk = "read=research_log read=research_log_entry emit=research_session.* call=log subscribe=research_log.*";
        let options = options.instance("desk").grants(grants(desk));
        self.host.load_with(library, options).unwrap();
    }

    /// As [`ask`](Self::ask), but of an instance by name, until all events that this led to were heard.
    pub fn ask_of(&mut self, instance: &str, message_type: &str, payload: &str) -> Vec<String> {
        self.observed.lock().unwrap().clear();
        let instance = self.host.instance(instance).unwrap();
        let mut outcome = vec![ask(&instance, message_type, payload)];
        assert!(self.host.drain_events(Duration::from_secs(20)), "events are still pending");
        let mut observed = std::mem::take(&mut *self.observed.lock().unwrap());
        // Each subscriber hears on a thread of its own, so between subscribers there is no order.
        observed.sort();
        outcome.append(&mut observed);
        outcome
    }

    /// Sends a message: the response, then what the module emitted and logged.
    pub fn ask(&mut self, message_type: &str, payload: &str) -> Vec<String> {
        self.observed.lock().unwrap().clear();
        let instance = self.instance.as_ref().unwrap_or_else(|error| panic!("{error}"));
        let mut outcome = vec![ask(instance, message_type, payload)];
        outcome.append(&mut self.observed.lock().unwrap());
        outcome
    }

    /// Whether the instance was loaded.
    pub fn take_loaded(&self) -> String {
        let Err(error) = &self.instance else { return "done".to_owned() };
        let text = error.to_string();
        // Before that stands where the library lies.
        text.split_once("init failed: ").map_or(text.clone(), |(_, why)| format!("failed: {why}"))
    }

    /// A state in the store is there again for the next instance.
    pub fn survives_a_restart(self) {
        let (true, Ok(instance)) = (self.config["state"] == "store", self.instance) else { return };
        let kept = |instance: &Instance| {
            let queries = ["research_log", "research_log_entry"].map(|entity| {
                ask(instance, "query", &json!({ "entity": entity, "sort": ["number"] }).to_string())
            });
            let listed = ask(instance, "command", r#"{"name":"list_entries"}"#);
            (queries, listed)
        };
        let before = kept(&instance);
        instance.unload().unwrap();
        let again = load(&self.host, &self.library, &self.config, &self.grants, &self.options).unwrap();
        assert_eq!(kept(&again), before, "{}: after a restart", self.library.display());
    }
}

/// The rights in a line of the table.
fn grants(text: &str) -> Grants {
    let mut grants = Grants::default();
    let text = if text == NO_STORE { ALL } else { text };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let (right, pattern) = word.split_once('=').unwrap();
        grants.grant(Right::ALL.into_iter().find(|known| known.as_str() == right).unwrap(), pattern);
    }
    grants
}

fn load(
    host: &Host,
    library: &Path,
    config: &Value,
    grants: &Grants,
    options: &LoadOptions,
) -> Result<Instance, Error> {
    // One name for every language: it is in what the host says.
    let options = options.clone().instance("log").config(config.clone()).grants(grants.clone());
    host.load_with(library, options)
}

fn ask(instance: &Instance, message_type: &str, payload: &str) -> String {
    let mut reply = Reply::new();
    match instance.call_raw(&Message::new(message_type, payload), &mut reply) {
        Ok(_) => reply.text().unwrap().to_owned(),
        Err(error) => format!("no response: {error}"),
    }
}

/// Random bytes that people can read: zeros, and a number at the end.
pub fn count_into(bytes: &mut [u8], number: u64) {
    bytes.fill(0);
    let number = number.to_be_bytes();
    let len = bytes.len().min(number.len());
    let at = bytes.len() - len;
    bytes[at..].copy_from_slice(&number[number.len() - len..]);
}

//! A service at which modules report, and where a test holds them up.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rp_host::{Host, HostBuilder, Request, ServiceError};
use serde_json::{Value, json};

/// Modules send `gate` with `{"at":NAME}`: they are counted, and stay until the test opens the gate of that name.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<Seen>, Condvar)>);

#[derive(Default)]
struct Seen {
    arrived: BTreeMap<String, usize>,
    open: BTreeMap<String, bool>,
    inside: usize,
    most_inside: usize,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl Gate {
    /// A host with this gate.
    pub fn host(&self, builder: HostBuilder) -> Host {
        let gate = self.clone();
        builder
            .service("gate", move |request: &Request<'_>, data: &mut Vec<u8>| {
                let payload: Value = serde_json::from_str(request.payload).unwrap();
                gate.stay(payload["at"].as_str().unwrap());
                data.extend_from_slice(b"{}");
                Ok::<(), ServiceError>(())
            })
            .build()
    }

    fn stay(&self, name: &str) {
        let (seen, changed) = &*self.0;
        let mut guard = seen.lock().unwrap();
        *guard.arrived.entry(name.to_owned()).or_default() += 1;
        guard.inside += 1;
        guard.most_inside = guard.most_inside.max(guard.inside);
        changed.notify_all();
        let shut = |seen: &mut Seen| !seen.open.get(name).copied().unwrap_or(false);
        let (mut guard, late) = changed.wait_timeout_while(guard, PATIENCE, shut).unwrap();
        guard.inside -= 1;
        assert!(!late.timed_out(), "nobody opened the gate {name}");
    }

    /// Waits until so many have come to the gate.
    pub fn await_arrivals(&self, name: &str, count: usize) {
        let (seen, changed) = &*self.0;
        let few = |seen: &mut Seen| seen.arrived.get(name).copied().unwrap_or(0) < count;
        let (_guard, late) = changed.wait_timeout_while(seen.lock().unwrap(), PATIENCE, few).unwrap();
        assert!(!late.timed_out(), "fewer than {count} came to the gate {name}");
    }

    pub fn arrivals(&self, name: &str) -> usize {
        self.0.0.lock().unwrap().arrived.get(name).copied().unwrap_or(0)
    }

    pub fn open(&self, name: &str) {
        let (seen, changed) = &*self.0;
        seen.lock().unwrap().open.insert(name.to_owned(), true);
        changed.notify_all();
    }

    pub fn most_inside(&self) -> usize {
        self.0.0.lock().unwrap().most_inside
    }
}

/// The step that goes to a gate.
pub fn at(name: &str) -> Value {
    support::script::tell("gate", json!({"at": name}))
}

//! A service that holds modules at a named point until the test releases it.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rp_host::{Host, HostBuilder, Request, ServiceError};
use serde_json::{Value, json};

/// Modules send `barrier` with `{"at":NAME}`: they are counted, and wait until the test releases the barrier of that name.
#[derive(Clone, Default)]
pub struct Barrier(Arc<(Mutex<Seen>, Condvar)>);

#[derive(Default)]
struct Seen {
    arrived: BTreeMap<String, usize>,
    released: BTreeMap<String, bool>,
    inside: usize,
    most_inside: usize,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl Barrier {
    /// A host with this barrier.
    pub fn host(&self, builder: HostBuilder) -> Host {
        let barrier = self.clone();
        builder
            .service("barrier", move |request: &Request<'_>, data: &mut Vec<u8>| {
                let payload: Value = serde_json::from_str(request.payload).unwrap();
                barrier.wait(payload["at"].as_str().unwrap());
                data.extend_from_slice(b"{}");
                Ok::<(), ServiceError>(())
            })
            .build()
    }

    fn wait(&self, name: &str) {
        let (seen, changed) = &*self.0;
        let mut guard = seen.lock().unwrap();
        *guard.arrived.entry(name.to_owned()).or_default() += 1;
        guard.inside += 1;
        guard.most_inside = guard.most_inside.max(guard.inside);
        changed.notify_all();
        let is_held = |seen: &mut Seen| !seen.released.get(name).copied().unwrap_or(false);
        let (mut guard, late) = changed.wait_timeout_while(guard, PATIENCE, is_held).unwrap();
        guard.inside -= 1;
        assert!(!late.timed_out(), "nobody released the barrier {name}");
    }

    /// Waits until so many have reached that point.
    pub fn await_arrivals(&self, name: &str, count: usize) {
        let (seen, changed) = &*self.0;
        let few = |seen: &mut Seen| seen.arrived.get(name).copied().unwrap_or(0) < count;
        let (_guard, late) = changed.wait_timeout_while(seen.lock().unwrap(), PATIENCE, few).unwrap();
        assert!(!late.timed_out(), "fewer than {count} reached the barrier {name}");
    }

    pub fn arrivals(&self, name: &str) -> usize {
        self.0.0.lock().unwrap().arrived.get(name).copied().unwrap_or(0)
    }

    /// Lets go all that wait at that point, and all that come later.
    pub fn release(&self, name: &str) {
        let (seen, changed) = &*self.0;
        seen.lock().unwrap().released.insert(name.to_owned(), true);
        changed.notify_all();
    }

    pub fn most_inside(&self) -> usize {
        self.0.0.lock().unwrap().most_inside
    }
}

/// The step that waits at a barrier.
pub fn at(name: &str) -> Value {
    support::scripted::request("barrier", json!({"at": name}))
}

//! What all clients share: the host, and how it comes to an end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rp_host::Host;

use super::gate::Gate;
use super::modules::Modules;
use super::plan::Limits;
use crate::running::progress::Bars;

/// After requests were cancelled, how long their modules get to notice.
const CANCELLED: Duration = Duration::from_secs(2);

/// The connection of a client.
pub trait Connection: Send + Sync {
    /// Its next lines are not read.
    fn stop_reading(&self);
    /// Cancels its requests.
    fn cancel(&self);
    /// Nothing more is read or written.
    fn close(&self);
}

/// A host and its clients.
pub struct Server {
    pub host: Host,
    pub modules: Modules,
    pub limits: Limits,
    /// The progress of what is at work.
    pub bars: Bars,
    /// The largest response.
    pub reply_limit: usize,
    /// The requests of all clients, from their lines to the lines of their responses.
    pub work: Arc<Gate>,
    clients: Mutex<HashMap<u64, Arc<dyn Connection>>>,
    next: AtomicU64,
}

impl Server {
    pub fn new(host: Host, modules: Modules, limits: Limits, reply_limit: usize, bars: Bars) -> Self {
        Server {
            host,
            modules,
            limits,
            reply_limit,
            bars,
            work: Gate::new(usize::MAX),
            clients: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    /// Notes a client until it is forgotten under the number answered; None where there are too many.
    pub fn note(&self, client: Arc<dyn Connection>) -> Option<u64> {
        let mut clients = self.clients();
        if clients.len() >= self.limits.clients {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        clients.insert(number, client);
        Some(number)
    }

    /// A client has ended.
    pub fn forget(&self, number: u64) {
        self.clients().remove(&number);
    }

    /// Takes no more requests, lets those at work finish, and ends all clients. Answers how many requests did not finish in
    /// time, and were cancelled.
    pub fn finish(&self) -> usize {
        self.work.close();
        let clients: Vec<_> = self.clients().values().cloned().collect();
        clients.iter().for_each(|client| client.stop_reading());
        let unfinished = self.work.wait(self.limits.stop);
        if unfinished > 0 {
            clients.iter().for_each(|client| client.cancel());
            self.work.wait(CANCELLED);
        }
        clients.iter().for_each(|client| client.close());
        unfinished
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<u64, Arc<dyn Connection>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

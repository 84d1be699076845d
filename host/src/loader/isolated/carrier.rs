//! What carries the lanes for calls: memory that host and worker share, or sockets.

use std::io;
use std::sync::{Mutex, PoisonError};

use crate::channel::shared::{Channel, ChannelLane, LANES};

/// Where this variable is `sockets`, the lanes for calls are sockets too. For tests: what has no shared memory has these.
const VARIABLE: &str = "RP_ISOLATED_LANES";

/// What carries the lanes for calls. Those of a module's own threads are always sockets: their threads in the host wait
/// without an end.
pub(super) enum Carrier {
    Sockets,
    Memory(Memory),
}

/// The memory, and the ends of its lanes that nobody has yet.
pub(super) struct Memory {
    pub(super) channel: Channel,
    unused: Mutex<Vec<ChannelLane>>,
}

impl Carrier {
    /// For a worker that may have so many calls at once.
    pub(super) fn new(calls: usize) -> io::Result<Self> {
        if std::env::var_os(VARIABLE).is_some_and(|value| value == "sockets") {
            return Ok(Carrier::Sockets);
        }
        let (channel, mut lanes) = Channel::create(most(calls))?;
        lanes.reverse();
        Ok(Carrier::Memory(Memory { channel, unused: Mutex::new(lanes) }))
    }

    /// Ends every wait on the lanes of a worker that has ended. Sockets need no help.
    pub(super) fn end(&self) {
        if let Carrier::Memory(memory) = self {
            memory.channel.end();
        }
    }
}

impl Memory {
    /// A lane that nobody has.
    pub(super) fn take(&self) -> Option<ChannelLane> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// The most calls that a worker has at once.
pub(super) fn most(calls: usize) -> usize {
    calls.clamp(1, LANES)
}

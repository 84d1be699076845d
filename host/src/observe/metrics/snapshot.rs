//! The metrics of a host at one moment.

use std::collections::BTreeMap;

use rp_protocol::members;

/// The metrics of a host at one moment, see [`Host::metrics`](crate::Host::metrics). They are counted since each instance was
/// loaded or replaced, restarts included; counters that are read during a call may be ahead of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The instances, in the order of loading.
    pub instances: Vec<InstanceMetrics>,
    /// The functions and subscriptions of the embedder that get events, by name; those of one name are added up.
    pub subscribers: Vec<SubscriberMetrics>,
}

members! { writes Metrics { required instances, required subscribers } }

/// The queues of what hears events and is no instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriberMetrics {
    /// `host`, and in brackets the events that it wants.
    pub subscriber: String,
    /// Events that wait for it.
    pub events_waiting: u64,
    /// Events that were put into its queue.
    pub events_queued: u64,
    /// Events that were refused since its queue was full.
    pub events_refused: u64,
    /// Events that made room for newer ones, where it is to miss the oldest.
    pub events_missed: u64,
}

members! {
    writes SubscriberMetrics {
        required subscriber,
        required events_waiting,
        required events_queued,
        required events_refused,
        required events_missed,
    }
}

/// The metrics of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceMetrics {
    /// Its name.
    pub instance: String,
    /// The name of its module.
    pub module: String,
    /// Whether it takes messages.
    pub is_ready: bool,
    /// How often it was started again.
    pub restarts: u64,
    /// Calls that wait for their turn: threads, and awaited calls, which need none meanwhile.
    pub calls_waiting: u64,
    /// Calls that it handles at this moment.
    pub calls_in_progress: u64,
    /// Events that wait for it.
    pub events_waiting: u64,
    /// Events that were put into its queue.
    pub events_queued: u64,
    /// Events that were refused since its queue was full.
    pub events_refused: u64,
    /// Bytes of memory that its process uses; `None` for an instance without a process of its own, and where the system does
    /// not tell.
    pub memory_bytes: Option<u64>,
    /// Its messages, by type and name.
    pub messages: Vec<MessageMetrics>,
}

members! {
    writes InstanceMetrics {
        required instance,
        required module,
        required is_ready,
        required restarts,
        required calls_waiting,
        required calls_in_progress,
        required events_waiting,
        required events_queued,
        required events_refused,
        required memory_bytes,
        required messages,
    }
}

/// The messages of one type and name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageMetrics {
    /// The type, as `command`; `other` for those beyond the first hundred pairs of type and name of an instance.
    pub message_type: String,
    /// The name of the command or of the event, or the entity of a query or a mutation; empty for other types.
    pub name: String,
    /// How many there were.
    pub calls: u64,
    /// How many ended in an error, by the code of the error response (`error` without one) or of the fault, such as
    /// `rp::call::timeout`; `other` beyond the first sixteen codes.
    pub errors: BTreeMap<String, u64>,
    /// From sending each to its answer, the wait for a call slot included, added up: nanoseconds.
    pub time_ns: u64,
    /// How many of them took how long.
    pub buckets: Vec<Bucket>,
    /// Bytes of the payloads.
    pub bytes_in: u64,
    /// Bytes of the responses.
    pub bytes_out: u64,
}

members! {
    writes MessageMetrics {
        required message_type as "type",
        required name,
        required calls,
        required errors,
        required time_ns,
        required buckets,
        required bytes_in,
        required bytes_out,
    }
}

/// How many messages took at most a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// The time, in nanoseconds.
    pub at_most_ns: u64,
    /// How many took no longer, those of the smaller buckets included.
    pub count: u64,
}

members! { writes Bucket { required at_most_ns, required count } }

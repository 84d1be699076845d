//! What the messages of an instance took, by type and name, where the embedder wants metrics.
//!
//! Counted here rather than by a library: those of the field keep a registry for the whole process, or allocate for each set of
//! labels that is looked up, and none bounds how many sets there are, which modules and strangers invent.

mod histogram;
mod meters;
mod snapshot;
mod text;

pub(crate) use meters::{Meters, Observed};
pub use snapshot::{Bucket, InstanceMetrics, MessageMetrics, Metrics, SubscriberMetrics};

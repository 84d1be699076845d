//! Events: queued when they are published, delivered to every subscriber in the order of publication.
//!
//! Each subscriber has a queue. An instance, and a function of the embedder, has a thread that delivers from it, so a slow
//! subscriber delays only itself, and no event arrives inside the call that published it; the embedder may also take events
//! from a queue itself. If a queue is full, the publisher gets an error and nobody gets the event. The thread of an instance
//! ends when it is unsubscribed, and unloading the instance joins it.

mod delivery;
mod emission;
#[expect(clippy::module_inception, reason = "all queues together")]
mod events;
mod heard;
mod instances;
mod listeners;
mod queue;
mod recipient;
mod subscription;

pub(crate) use delivery::JOIN_LIMIT;
pub(crate) use emission::Emission;
pub(crate) use events::Events;
pub use heard::HeardEvent;
pub(crate) use listeners::Handler;
pub use subscription::{Subscription, SubscriptionIter};

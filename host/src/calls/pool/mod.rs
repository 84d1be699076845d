//! Calls without a thread of their caller's: they wait in a queue per instance, and a few threads of the host make them.
//!
//! A queue has *claims*, one for a serial instance, up to one per slot for a concurrent one. A claim is in the list of
//! those that are ready for a thread, with a thread, or left at the slots of a busy instance as a waker. So no thread waits
//! for a turn, and beside threads that wait for theirs a queue counts as one more.

#[expect(clippy::module_inception, reason = "the type's own file in the folder of the same name")]
mod pool;
mod promise;
mod queued_call;
mod queues;

pub(crate) use pool::Pool;
pub(crate) use promise::{Promise, Withdrawn};
pub(crate) use queued_call::QueuedCall;
pub(crate) use queues::Place;

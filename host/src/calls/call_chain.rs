//! Who asks: the chain of messages in whose service a message is sent.

use std::time::Instant;

use crate::calls::frame::Frame;
use crate::calls::instance::InstanceState;
use crate::calls::slots::{Inheritance, Slot, earlier, to_deadline_ns};
use crate::error::CallFault;
use crate::host::lifecycle::HostState;

/// Sends nest at most this deep (rule 5).
const MAX_DEPTH: u32 = 32;

/// Where a message comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// Nothing stands behind it: an embedder's thread, or a thread of a module that names no cause.
    Root,
    /// This thread is at work on a message.
    Frame(&'a Frame<'a>),
    /// The host delivers an event: nothing waits for it, and the message that emitted it is done.
    Event { cause: u64, hops: u32 },
    /// A thread of `sender` works for its message `id`, in work in `slot`.
    Cause { sender: &'a InstanceState, slot: &'a Slot, id: u64 },
}

impl<'a> Origin<'a> {
    /// The origin of what a thread of `sender` sends that is not at work on a message itself. A cause that is no
    /// message in work there is none: it gives no rights, so nothing is lost (rule 5).
    pub(crate) fn of_cause(sender: &'a InstanceState, cause: u64) -> Self {
        match sender.turns().find(cause) {
            Some(slot) if cause != 0 => Origin::Cause { sender, slot, id: cause },
            _ => Origin::Root,
        }
    }

    /// What the new message starts with, unless its chain already leads through `target` or is too long (rule 5).
    #[inline]
    pub(crate) fn inheritance(
        &self,
        target: &InstanceState,
        deadline: Option<Instant>,
    ) -> Result<Inheritance, CallFault> {
        let own_ns = deadline.map_or(0, to_deadline_ns);
        let from = match self {
            Origin::Root => return Ok(Inheritance { deadline_ns: own_ns, ..Inheritance::default() }),
            Origin::Event { cause, hops } => {
                return Ok(Inheritance {
                    cause: *cause,
                    hops: *hops,
                    deadline_ns: own_ns,
                    ..Inheritance::default()
                });
            }
            Origin::Frame(frame) => frame.slot.inheritance(frame.id),
            Origin::Cause { slot, id, .. } => slot.inheritance(*id),
        };
        if self.leads_through(target) {
            return Err(CallFault::Reentrant);
        }
        if from.depth >= MAX_DEPTH {
            return Err(CallFault::TooDeep(MAX_DEPTH));
        }
        Ok(Inheritance { depth: from.depth + 1, deadline_ns: earlier(from.deadline_ns, own_ns), ..from })
    }

    /// The message in whose service the new one is sent, or 0.
    pub(crate) fn cause(&self) -> u64 {
        match self {
            Origin::Root => 0,
            Origin::Event { cause, .. } => *cause,
            Origin::Frame(frame) => frame.id,
            Origin::Cause { id, .. } => *id,
        }
    }

    /// How many events, each emitted while the one before was handled, led to this message.
    pub(crate) fn hops(&self) -> u32 {
        match self {
            Origin::Root => 0,
            Origin::Event { hops, .. } => *hops,
            Origin::Frame(frame) => frame.slot.inheritance(frame.id).hops,
            Origin::Cause { slot, id, .. } => slot.inheritance(*id).hops,
        }
    }

    /// Whether the answer that the origin works for is no longer wanted.
    pub(crate) fn is_cancelled(&self) -> bool {
        match self {
            Origin::Root | Origin::Event { .. } => false,
            Origin::Frame(frame) => frame.slot.is_cancelled(frame.id),
            Origin::Cause { slot, id, .. } => slot.is_cancelled(*id),
        }
    }

    fn leads_through(&self, target: &InstanceState) -> bool {
        let (shared, outermost_cause) = match self {
            Origin::Root | Origin::Event { .. } => return false,
            Origin::Frame(frame) => {
                if frame.chain().any(|frame| frame.instance.number() == target.number()) {
                    return true;
                }
                (&frame.instance.shared, outermost(frame).slot.cause())
            }
            Origin::Cause { sender, slot, .. } => {
                if sender.number() == target.number() {
                    return true;
                }
                (&sender.shared, slot.cause())
            }
        };
        beyond(shared, outermost_cause).any(|(_, instance)| instance == target.number())
    }

    /// The numbers of the messages in whose service the new one is sent.
    pub(crate) fn chain(&self) -> Vec<u64> {
        match self {
            Origin::Root | Origin::Event { .. } => Vec::new(),
            Origin::Frame(frame) => {
                let here = frame.chain().map(|frame| frame.id);
                here.chain(beyond(&frame.instance.shared, outermost(frame).slot.cause()).map(|(id, _)| id))
                    .collect()
            }
            Origin::Cause { sender, slot, id } => {
                std::iter::once(*id).chain(beyond(&sender.shared, slot.cause()).map(|(id, _)| id)).collect()
            }
        }
    }
}

fn outermost<'f, 'a>(frame: &'f Frame<'a>) -> &'f Frame<'a> {
    frame.chain().last().unwrap_or(frame)
}

/// The part of a chain that lies on other threads: message numbers, each with the instance that works on it.
fn beyond(shared: &HostState, cause: u64) -> impl Iterator<Item = (u64, u64)> {
    let step = |id: u64| shared.find_message(id).map(|(instance, cause)| (id, instance, cause));
    let first = if cause == 0 { None } else { step(cause) };
    std::iter::successors(first, move |(_, _, cause)| if *cause == 0 { None } else { step(*cause) })
        .map(|(id, instance, _)| (id, instance))
}

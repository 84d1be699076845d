//! The caller of a message: the chain of messages in whose service it is sent.

use std::time::Instant;

use crate::border::message_id::MessageId;
use crate::calls::frame::Frame;
use crate::calls::instance::{InstanceId, InstanceState};
use crate::calls::registry::Registry;
use crate::calls::slots::{Inheritance, Slot, earlier, to_deadline_ns};
use crate::error::CallFault;

/// Sends nest at most this deep (rule 5).
const MAX_DEPTH: u32 = 32;

/// In whose service a message is sent.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'a> {
    /// Nobody's: an embedder's thread, or a thread of a module that names no cause.
    Root,
    /// This thread handles a message.
    Frame(&'a Frame<'a>),
    /// The host delivers an event: nothing waits for it, and the message that published it is done.
    Event { cause: MessageId, hops: u32 },
    /// A thread of `sender` works for its message `id`, which is handled in `slot`.
    Cause { sender: &'a InstanceState, slot: &'a Slot, id: MessageId },
}

impl<'a> Caller<'a> {
    /// The caller of a message that comes from a thread of `sender` that handles no message itself. A cause that is not
    /// a message in progress there counts as none: it gives no rights, so nothing is lost (rule 5).
    pub(crate) fn of_cause(sender: &'a InstanceState, cause: MessageId) -> Self {
        match sender.slots().find(cause) {
            Some(slot) if cause != MessageId::NONE => Caller::Cause { sender, slot, id: cause },
            _ => Caller::Root,
        }
    }

    /// What the new message starts with, unless its chain already leads through `target` or is too long (rule 5).
    /// `registry` has the instances of the target's host.
    #[inline]
    pub(crate) fn inheritance(
        &self,
        registry: &Registry,
        target: &InstanceState,
        deadline: Option<Instant>,
    ) -> Result<Inheritance, CallFault> {
        let own_ns = deadline.map_or(0, to_deadline_ns);
        let from = match self {
            Caller::Root => return Ok(Inheritance { deadline_ns: own_ns, ..Inheritance::default() }),
            Caller::Event { cause, hops } => {
                return Ok(Inheritance {
                    cause: *cause,
                    hops: *hops,
                    deadline_ns: own_ns,
                    ..Inheritance::default()
                });
            }
            Caller::Frame(frame) => frame.slot.inheritance(frame.id),
            Caller::Cause { slot, id, .. } => slot.inheritance(*id),
        };
        if self.leads_through(registry, target) {
            return Err(CallFault::Reentrant);
        }
        if from.depth >= MAX_DEPTH {
            return Err(CallFault::TooDeep(MAX_DEPTH));
        }
        Ok(Inheritance { depth: from.depth + 1, deadline_ns: earlier(from.deadline_ns, own_ns), ..from })
    }

    /// The message in whose service the new one is sent, or [`MessageId::NONE`].
    pub(crate) fn cause(&self) -> MessageId {
        match self {
            Caller::Root => MessageId::NONE,
            Caller::Event { cause, .. } => *cause,
            Caller::Frame(frame) => frame.id,
            Caller::Cause { id, .. } => *id,
        }
    }

    /// How many events, each published while the one before was handled, led to this message.
    pub(crate) fn hops(&self) -> u32 {
        match self {
            Caller::Root => 0,
            Caller::Event { hops, .. } => *hops,
            Caller::Frame(frame) => frame.slot.inheritance(frame.id).hops,
            Caller::Cause { slot, id, .. } => slot.inheritance(*id).hops,
        }
    }

    /// Whether the answer that the caller works for is no longer wanted.
    pub(crate) fn is_cancelled(&self) -> bool {
        match self {
            Caller::Root | Caller::Event { .. } => false,
            Caller::Frame(frame) => frame.slot.is_cancelled(frame.id),
            Caller::Cause { slot, id, .. } => slot.is_cancelled(*id),
        }
    }

    fn leads_through(&self, registry: &Registry, target: &InstanceState) -> bool {
        let outermost_cause = match self {
            Caller::Root | Caller::Event { .. } => return false,
            Caller::Frame(frame) => {
                if frame.chain().any(|frame| frame.instance.id == target.id) {
                    return true;
                }
                outermost(frame).slot.cause()
            }
            Caller::Cause { sender, slot, .. } => {
                if sender.id == target.id {
                    return true;
                }
                slot.cause()
            }
        };
        beyond(registry, outermost_cause).any(|(_, instance)| instance == target.id)
    }

    /// The messages in whose service the new one is sent.
    pub(crate) fn chain(&self, registry: &Registry) -> Vec<MessageId> {
        let beyond = |cause| beyond(registry, cause).map(|(id, _)| id);
        match self {
            Caller::Root | Caller::Event { .. } => Vec::new(),
            Caller::Frame(frame) => {
                let here = frame.chain().map(|frame| frame.id);
                here.chain(beyond(outermost(frame).slot.cause())).collect()
            }
            Caller::Cause { slot, id, .. } => std::iter::once(*id).chain(beyond(slot.cause())).collect(),
        }
    }
}

fn outermost<'f, 'a>(frame: &'f Frame<'a>) -> &'f Frame<'a> {
    frame.chain().last().unwrap_or(frame)
}

/// The part of a chain that lies on other threads: its messages, each with the instance that handles it.
fn beyond(registry: &Registry, cause: MessageId) -> impl Iterator<Item = (MessageId, InstanceId)> {
    let step = |id| registry.find_message(id).map(|(instance, cause)| (id, instance, cause));
    std::iter::successors(step(cause), move |(_, _, cause)| step(*cause))
        .map(|(id, instance, _)| (id, instance))
}

//! The fast path of a call: nothing else on this thread, a slot that is biased towards it, no deadline, no token, no trace.
//!
//! It does what `Dispatcher::call` does for such a call. Once a handle is held it takes no lock, looks up no name and
//! allocates nothing.

use crate::abi::rp_status;
use crate::border::message::Status;
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::calls::instance::InstanceState;
use crate::calls::invoke::{self, Ids};
use crate::calls::slots::{Biased, HeldSlot, Slot};
use crate::error::CallFault;
use crate::platform::local::{self, Local};
use crate::platform::stack;
use crate::platform::thread::{Innermost, ThreadToken};

/// A fault is boxed, so that the answer fits into registers.
pub(crate) type Answer = Result<Status, Box<CallFault>>;

impl InstanceState {
    /// Sends a message in the first slot. `None` where that slot is not free for this thread by its bias, or the thread is
    /// not idle; a traced instance has no biased slots.
    ///
    /// The texts travel in registers. A message that was just written with two stores for each text, and is then read
    /// with one load of both, would wait for its own stores, which costs as much as all the rest.
    #[inline(always)]
    pub(crate) fn call_in_first_slot(
        &self,
        message_type: &str,
        payload: &str,
        reply: &mut Reply,
    ) -> Option<Answer> {
        // Once for the whole call, since a shared library looks it up by a call.
        // SAFETY: the borrow ends with this function.
        let local = unsafe { local::here() };
        let biased = self.slots().first_biased(token_if_idle(local)?)?;
        self.call_in(local, &biased, (message_type, payload), reply)
    }

    /// The same in the slot at which this thread begins; most threads of a concurrent instance use one of these.
    pub(crate) fn call_in_own_slot(
        &self,
        message_type: &str,
        payload: &str,
        reply: &mut Reply,
    ) -> Option<Answer> {
        local::with(|local| {
            let biased = self.slots().own_biased(token_if_idle(local)?)?;
            self.call_in(local, &biased, (message_type, payload), reply)
        })
    }

    #[inline(always)]
    fn call_in(
        &self,
        local: &Local,
        biased: &Biased<'_>,
        texts: (&str, &str),
        reply: &mut Reply,
    ) -> Option<Answer> {
        let id = MessageId::next_of(local);
        if !self.slots().take_biased(biased, id) {
            return None;
        }
        if !self.is_ready() {
            self.slots().give_back_biased(biased);
            return None;
        }
        let ids = Ids { id, cause: MessageId::NONE };
        let status = self.call_handler(local, biased.slot, ids, texts, reply, Innermost::none(biased.me));
        // Nothing above panics, so no guard is needed to give the slot back.
        let Some(answer) = invoke::take(status, reply) else {
            return Some(self.classify_and_give_back(status, biased.slot, reply));
        };
        self.slots().give_back_biased(biased);
        Some(Ok(answer))
    }

    #[cold]
    #[inline(never)]
    fn classify_and_give_back(&self, status: rp_status, slot: &Slot, reply: &mut Reply) -> Answer {
        let held = HeldSlot::new(self.slots(), slot, slot.owned());
        self.classify(status, slot, held.id, reply).map_err(Box::new)
    }
}

/// The token of this thread if it handles no message, else one that no thread has; `None` where a handler would find too
/// little stack.
#[inline]
fn token_if_idle(local: &Local) -> Option<ThreadToken> {
    stack::has_room(local).then(|| Innermost::of(local).token_if_idle())
}

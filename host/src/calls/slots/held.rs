//! A slot that is held.

use super::call_slots::CallSlots;
use super::slot::Slot;
use crate::border::message_id::MessageId;

/// A slot that was taken for message `id`; dropping it gives it back.
pub(crate) struct HeldSlot<'a> {
    slots: &'a CallSlots,
    pub(crate) slot: &'a Slot,
    pub(crate) id: MessageId,
}

impl<'a> HeldSlot<'a> {
    /// Becomes the owner of a slot that its caller took.
    pub(crate) fn new(slots: &'a CallSlots, slot: &'a Slot, id: MessageId) -> Self {
        HeldSlot { slots, slot, id }
    }
}

impl Drop for HeldSlot<'_> {
    #[inline]
    fn drop(&mut self) {
        self.slots.give_back(self.slot, self.id);
    }
}

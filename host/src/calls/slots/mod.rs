//! Call slots: how many messages an instance handles at once (rule 5).

mod call_slots;
mod deadline;
mod held;
mod lock;
#[cfg(all(test, not(rp_sanitized)))]
mod model;
mod primitives;
mod slot;
#[cfg(test)]
mod tests;

pub(crate) use call_slots::{Admission, Biased, CallSlots, Waiting};
pub(crate) use deadline::{earlier, from_deadline_ns, to_deadline_ns};
pub(crate) use held::HeldSlot;
pub(crate) use lock::LIFECYCLE;
pub(crate) use slot::{Inheritance, Slot};

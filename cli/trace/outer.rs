//! The trace of other programs that a run stands in, and the spans of the run in it.

use super::trace_parent::TraceParent;

/// A run under the span of another program.
#[derive(Clone, Copy)]
pub struct Outer {
    /// That span.
    pub parent: TraceParent,
    /// What tells the spans of this run from those of other runs in the same trace: message ids begin anew in each.
    salt: u64,
}

impl Outer {
    /// Of the run that began then, in this process: the same as its trace file says.
    pub fn new(parent: TraceParent, origin_us: u64, pid: u32) -> Self {
        Self { parent, salt: mixed(origin_us ^ u64::from(pid) << 40) }
    }

    /// The span of a message.
    pub fn span_id(&self, id: u64) -> u64 {
        match self.salt.wrapping_add(id) {
            // No span has it.
            0 => u64::MAX,
            id => id,
        }
    }

    /// What is handed on in the service of a message.
    pub fn under(&self, id: u64) -> TraceParent {
        TraceParent { span_id: self.span_id(id), ..self.parent }
    }
}

/// Makes numbers that lie near to each other lie far apart (SplitMix64).
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

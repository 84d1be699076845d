//! The host's buffers in a guest's memory.

use super::layout;

/// The structs that a call passes: host, message and reply, one behind the other.
pub(super) const STRUCTS: u32 = layout::HOST + layout::MESSAGE + layout::REPLY;

/// Memory that the guest's allocator gave to the host, checked to lie in the guest's memory, which never shrinks.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuestBuffer {
    pub(super) at: u32,
    pub(super) size: u32,
}

/// The buffers of one instance.
#[derive(Clone, Copy)]
pub(super) struct GuestBuffers {
    pub(super) structs: GuestBuffer,
    /// The texts of the message.
    pub(super) request: GuestBuffer,
    /// The text of the reply.
    pub(super) response: GuestBuffer,
    /// The index of the host's `grow` in the guest's table.
    pub(super) grow: u32,
}

impl GuestBuffers {
    /// The address of `rp_host`.
    pub(super) fn host(&self) -> u32 {
        self.structs.at
    }

    /// The address of `rp_message`.
    pub(super) fn message(&self) -> u32 {
        self.structs.at + layout::HOST
    }

    /// The address of `rp_reply`.
    pub(super) fn reply(&self) -> u32 {
        self.message() + layout::MESSAGE
    }
}

/// The guest's functions that give and take memory.
#[derive(Clone)]
pub(super) struct Allocator<Function> {
    pub(super) alloc: Function,
    /// `rp_free` takes the size, the `free` of C does not; an engine passes what the function's type takes.
    pub(super) free: Function,
    /// The name of `alloc`, for errors.
    pub(super) name: &'static str,
}

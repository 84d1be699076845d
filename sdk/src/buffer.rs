//! The asker's side of a reply: memory of the module for what the host answers.
use crate::abi::{rp_reply, rp_status};
use crate::status;

/// Memory for the responses that a module asks for. Use one again and again, and sending allocates nothing.
#[derive(Debug, Default)]
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// A buffer without memory yet.
    pub const fn new() -> Buffer {
        Buffer(Vec::new())
    }

    /// Lets `ask` fill the buffer with a response; what it held before is gone.
    pub(crate) fn fill(&mut self, ask: impl FnOnce(*mut rp_reply) -> rp_status) -> (rp_status, &[u8]) {
        self.0.clear();
        let mut reply = rp_reply {
            struct_size: size_of::<rp_reply>() as u32,
            flags: 0,
            context: (&raw mut self.0).cast(),
            data: self.0.as_mut_ptr().cast(),
            len: 0,
            capacity: self.0.capacity(),
            grow: Some(grow),
        };
        let status = ask(&raw mut reply);
        if reply.len <= self.0.capacity() {
            // SAFETY: rule 1: the callee wrote `len` bytes into the vector's memory, which has that much room.
            unsafe { self.0.set_len(reply.len) };
        }
        (status, &self.0)
    }
}

/// Makes room in the vector behind a reply.
///
/// # Safety
/// `reply` is one that [`Buffer::fill`] made, and lives.
unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: `context` is the vector of the `fill` that waits for this call; rule 1: one thread at a time.
    let (reply, bytes) = unsafe { (&mut *reply, &mut *(*reply).context.cast::<Vec<u8>>()) };
    if reply.len > bytes.capacity() {
        return status::NO_MEMORY;
    }
    // SAFETY: rule 1: the callee wrote `len` bytes; the check above keeps them inside the vector.
    unsafe { bytes.set_len(reply.len) };
    if bytes.try_reserve(additional).is_err() {
        return status::NO_MEMORY;
    }
    reply.data = bytes.as_mut_ptr().cast();
    reply.capacity = bytes.capacity();
    status::OK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_and_is_kept() {
        let mut buffer = Buffer::new();
        for round in 0..3 {
            let (status, bytes) = buffer.fill(|reply| {
                // SAFETY: the reply is the buffer's own, used as rule 1 says.
                let mut out = unsafe { crate::writer::Writer::new(reply) };
                assert!((0..1000).all(|_| out.push(b"0123456789")));
                out.commit();
                status::OK
            });
            assert_eq!((status, bytes.len()), (status::OK, 10_000), "round {round}");
        }
        assert!(buffer.0.capacity() < 40_000);
    }

    #[test]
    fn too_much_is_refused_and_nothing_lost() {
        let (status, bytes) = {
            let mut buffer = Buffer::new();
            let (status, bytes) = buffer.fill(|reply| {
                // SAFETY: the reply is the buffer's own, used as rule 1 says.
                let mut out = unsafe { crate::writer::Writer::new(reply) };
                assert!(out.push(b"kept"));
                assert!(!out.reserve(usize::MAX));
                out.commit();
                status::FAILED
            });
            (status, bytes.to_vec())
        };
        assert_eq!((status, &bytes[..]), (status::FAILED, &b"kept"[..]));
    }
}

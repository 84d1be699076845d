//! Threads: the bounds of their stacks, and a barrier across them.

use windows_sys::Win32::System::Threading::{FlushProcessWriteBuffers, GetCurrentThreadStackLimits};

/// The lowest usable address of this thread's stack, if the system reports it.
pub(crate) fn stack_low() -> Option<usize> {
    let (mut low, mut high) = (0, 0);
    // SAFETY: the function writes the two limits of the running thread.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    Some(low)
}

/// Whether the system has [`barrier_on_every_thread`].
pub(crate) fn has_barrier_on_every_thread() -> bool {
    true
}

/// Runs a full memory barrier on every thread of the process, so that those need none of their own.
pub(crate) fn barrier_on_every_thread() {
    // SAFETY: the function only orders memory.
    unsafe { FlushProcessWriteBuffers() }
}

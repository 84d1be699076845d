//! Whether the stack of this thread has room for what is about to run on it.

use crate::error::CallFault;
use crate::os;
use crate::platform::local::{self, Local, UNKNOWN_FLOOR};

/// Stack that a handler finds at least (rule 5), in bytes.
const HANDLER_STACK: usize = 256 << 10;

/// The lowest address of this thread's stack at which a handler still finds enough below.
#[inline(always)]
fn known_floor() -> usize {
    local::with(|local| local.floor.get())
}

/// The stack pointer of this thread. Not the address of a local where that can be avoided: AddressSanitizer keeps locals
/// elsewhere.
#[inline(always)]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn stack_pointer() -> usize {
    let here: usize;
    // SAFETY: it copies a register.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("mov {}, sp", out(reg) here, options(nomem, nostack, preserves_flags));
    }
    here
}

/// About the stack pointer of this thread.
#[inline(always)]
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn stack_pointer() -> usize {
    let local = 0_u8;
    std::ptr::from_ref(&local) as usize
}

/// Whether a handler is known to find enough stack on this thread, whose place `local` is. False before the first [`check`] on a
/// thread.
#[inline(always)]
pub(crate) fn has_room(local: &Local) -> bool {
    stack_pointer() > local.floor.get()
}

/// Fails if a handler would find too little stack.
#[inline]
pub(crate) fn check() -> Result<(), CallFault> {
    if local::with(has_room) { Ok(()) } else { check_cold() }
}

#[cold]
fn check_cold() -> Result<(), CallFault> {
    let here = stack_pointer();
    let known = known_floor();
    // Without this a coroutine would ask the system in each call, which takes a hundred microseconds.
    if known != UNKNOWN_FLOOR && is_elsewhere(here, known) {
        return Ok(());
    }
    let floor = find_floor();
    let has_room = here > floor || is_elsewhere(here, floor);
    if has_room { Ok(()) } else { Err(CallFault::NoStack { needs: HANDLER_STACK }) }
}

/// Whether this is no address of the thread's own stack but lies below all of it: a stack that a coroutine or a foreign
/// function interface made. How large that is, nobody knows; the depth of sends is the only limit there. One that lies above
/// the thread's own stack looks like plenty of room.
fn is_elsewhere(here: usize, floor: usize) -> bool {
    here.checked_add(HANDLER_STACK).is_some_and(|above| above < floor)
}

#[cold]
fn find_floor() -> usize {
    let floor = os::stack_low().map_or(0, |low| low + HANDLER_STACK);
    local::with(|local| local.floor.set(floor));
    floor
}

/// Fails if fewer than `more` bytes of stack are left besides what a handler must find.
#[cfg(feature = "wasm-jit")]
#[inline]
pub(crate) fn check_for(more: usize) -> Result<(), CallFault> {
    let here = stack_pointer();
    let has_room = |floor: usize| here.checked_sub(floor).is_some_and(|left| left > more);
    if has_room(known_floor()) || has_room(find_floor()) {
        Ok(())
    } else {
        Err(CallFault::NoStack { needs: HANDLER_STACK.saturating_add(more) })
    }
}

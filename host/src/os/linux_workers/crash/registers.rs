//! The registers of an interrupted thread, where this is known for the processor.

use libc::{c_void, ucontext_t};

/// The registers that a signal handler was given; a handler that changes them changes them for the thread.
pub(super) struct Registers(*mut ucontext_t);

impl Registers {
    /// # Safety
    /// `context` is the third argument of a signal handler, which has not returned.
    pub(super) unsafe fn of(context: *mut c_void) -> Self {
        Registers(context.cast())
    }

    /// The instruction; `None` where the processor is not known.
    pub(super) fn instruction(&self) -> Option<u64> {
        // SAFETY: as `of` demands.
        unsafe { arch::place(&*self.0) }.map(|(instruction, _)| instruction)
    }

    /// The top of the stack; `None` where the processor is not known.
    pub(super) fn stack(&self) -> Option<u64> {
        // SAFETY: as `of` demands.
        unsafe { arch::place(&*self.0) }.map(|(_, stack)| stack)
    }

    /// Runs `look` as if the thread had returned from the function that it has just been made to call: for a call to an
    /// address without code, whose caller nothing else tells.
    pub(super) fn after_return(&mut self, look: impl FnOnce(&Self)) {
        // SAFETY: as `of` demands. The registers are restored before the thread goes on.
        unsafe {
            let registers = (*self.0).uc_mcontext;
            arch::return_to_caller(&mut *self.0);
            look(self);
            (*self.0).uc_mcontext = registers;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod arch {
    use libc::{REG_RIP, REG_RSP, ucontext_t};

    pub(super) fn place(context: &ucontext_t) -> Option<(u64, u64)> {
        let registers = &context.uc_mcontext.gregs;
        Some((registers[REG_RIP as usize].cast_unsigned(), registers[REG_RSP as usize].cast_unsigned()))
    }

    /// # Safety
    /// Reads the top of the stack; a fault there ends the process.
    pub(super) unsafe fn return_to_caller(context: &mut ucontext_t) {
        let registers = &mut context.uc_mcontext.gregs;
        let stack = registers[REG_RSP as usize];
        // SAFETY: the call pushed the address of its return there.
        registers[REG_RIP as usize] = unsafe { *(stack as *const i64) };
        registers[REG_RSP as usize] = stack + 8;
    }
}

#[cfg(target_arch = "aarch64")]
mod arch {
    use libc::ucontext_t;

    pub(super) fn place(context: &ucontext_t) -> Option<(u64, u64)> {
        Some((context.uc_mcontext.pc, context.uc_mcontext.sp))
    }

    /// # Safety
    /// None is needed here: the call left the address of its return in a register.
    pub(super) unsafe fn return_to_caller(context: &mut ucontext_t) {
        context.uc_mcontext.pc = context.uc_mcontext.regs[30];
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod arch {
    use libc::ucontext_t;

    pub(super) fn place(_context: &ucontext_t) -> Option<(u64, u64)> {
        None
    }

    /// # Safety
    /// Changes nothing.
    pub(super) unsafe fn return_to_caller(_context: &mut ucontext_t) {}
}

//! The floating-point mode of this thread, by architecture.

use crate::os::Told;

/// How this thread rounds, and which floating-point exceptions it traps.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
pub(crate) fn mode() -> Told<String> {
    let (mut sse, mut x87) = (0_u32, 0_u16);
    // SAFETY: both instructions store a control register into the memory that they are given.
    unsafe {
        core::arch::asm!("stmxcsr [{}]", in(reg) &raw mut sse, options(nostack, preserves_flags));
        core::arch::asm!("fnstcw [{}]", in(reg) &raw mut x87, options(nostack, preserves_flags));
    }
    // The low six bits say which exceptions have occurred; they are not settings.
    Ok(format!("mxcsr {:#x}, x87 {x87:#x}", sse & !0x3f))
}

/// How this thread rounds, and which floating-point exceptions it traps.
#[cfg(target_arch = "aarch64")]
pub(crate) fn mode() -> Told<String> {
    let control: u64;
    // SAFETY: reads a control register.
    unsafe { core::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack, preserves_flags)) };
    Ok(format!("fpcr {control:#x}"))
}

/// How this thread rounds; the architecture traps no floating-point exceptions.
#[cfg(target_arch = "riscv64")]
pub(crate) fn mode() -> Told<String> {
    let rounding: u64;
    // SAFETY: reads a control register.
    unsafe { core::arch::asm!("frrm {}", out(reg) rounding, options(nomem, nostack, preserves_flags)) };
    Ok(format!("frm {rounding:#x}"))
}

/// How this thread rounds, and which floating-point exceptions it traps.
#[cfg(target_arch = "s390x")]
pub(crate) fn mode() -> Told<String> {
    let control: u64;
    // SAFETY: reads a control register.
    unsafe { core::arch::asm!("efpc {}", out(reg) control, options(nomem, nostack, preserves_flags)) };
    // Flags and the data exception code say what has occurred; they are not settings.
    Ok(format!("fpc {:#x}", control & 0xff00_0077))
}

/// How this thread rounds, and which floating-point exceptions it traps.
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "riscv64",
    target_arch = "s390x"
)))]
pub(crate) fn mode() -> Told<String> {
    Err(crate::os::Gap::Lacks("this architecture has no floating-point control register that rp knows"))
}

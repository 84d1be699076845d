//! Copies between private memory and memory that another process may change meanwhile.
//!
//! Nothing here makes a reference to shared memory, and each byte is read once: by volatile accesses, or by one instruction
//! that the compiler does not look into. A plain copy would promise the compiler that nobody else writes there.

use std::ptr;

/// From so many bytes on the processor's own copy is quicker.
const LONG: usize = 512;
const WORD: usize = size_of::<u64>();

/// Copies shared bytes into private memory.
///
/// # Safety
/// `from` is mapped for as many bytes.
pub(super) unsafe fn from_shared(from: *const u8, to: &mut [u8]) {
    if to.len() >= LONG && copies_long() {
        // SAFETY: the caller's promise; `to` is as long.
        return unsafe { copy_long(from, to.as_mut_ptr(), to.len()) };
    }
    let mut at = 0;
    while at < to.len() {
        // SAFETY: `at` is less than the length, and a word is only read where it is aligned and whole.
        unsafe {
            let from = from.add(at);
            if to.len() - at >= WORD && from.cast::<u64>().is_aligned() {
                let word = ptr::read_volatile(from.cast::<u64>());
                to[at..at + WORD].copy_from_slice(&word.to_ne_bytes());
                at += WORD;
            } else {
                to[at] = ptr::read_volatile(from);
                at += 1;
            }
        }
    }
}

/// Copies private bytes into shared memory.
///
/// # Safety
/// `to` is mapped for as many bytes.
pub(super) unsafe fn to_shared(from: &[u8], to: *mut u8) {
    if from.len() >= LONG && copies_long() {
        // SAFETY: the caller's promise; `from` is as long.
        return unsafe { copy_long(from.as_ptr(), to, from.len()) };
    }
    let mut rest = from;
    let mut to = to;
    while let Some(first) = rest.first() {
        // SAFETY: as many bytes as are left of `from` are left there, and a word is only written where it is aligned.
        unsafe {
            match rest.first_chunk::<WORD>() {
                Some(word) if to.cast::<u64>().is_aligned() => {
                    ptr::write_volatile(to.cast::<u64>(), u64::from_ne_bytes(*word));
                    (rest, to) = (&rest[WORD..], to.add(WORD));
                }
                _ => {
                    ptr::write_volatile(to, *first);
                    (rest, to) = (&rest[1..], to.add(1));
                }
            }
        }
    }
}

const fn copies_long() -> bool {
    cfg!(target_arch = "x86_64")
}

/// # Safety
/// Both are valid for `len` bytes, `to` for writes.
#[cfg(target_arch = "x86_64")]
unsafe fn copy_long(from: *const u8, to: *mut u8, len: usize) {
    // SAFETY: the caller's promise; the direction flag is clear, as the calling convention has it.
    unsafe {
        std::arch::asm!(
            "rep movsb",
            inout("rcx") len => _,
            inout("rsi") from => _,
            inout("rdi") to => _,
            options(nostack, preserves_flags),
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
unsafe fn copy_long(_from: *const u8, _to: *mut u8, _len: usize) {
    unreachable!("only where it copies");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_and_alignment_is_copied_and_nothing_beside_it() {
        let bytes: Vec<u8> = (0..1024_u32).map(|at| (at % 251) as u8 + 1).collect();
        for len in (0..40).chain([LONG - 1, LONG, LONG + 9]) {
            for (from, to) in [(0, 0), (1, 0), (0, 3), (7, 7)] {
                let mut there = vec![0_u8; 1024];
                let mut back = vec![0_u8; len];
                // SAFETY: both vectors are longer than what is copied.
                unsafe {
                    to_shared(&bytes[from..from + len], there.as_mut_ptr().add(to));
                    from_shared(there.as_ptr().add(to), &mut back);
                }
                assert_eq!(back, bytes[from..from + len], "{len} bytes");
                assert_eq!(there.iter().filter(|byte| **byte != 0).count(), len, "{len} bytes");
            }
        }
    }
}

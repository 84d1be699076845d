//! The slots through which libraries in ELF call malloc.

use core::ffi::{CStr, c_void};
use core::ptr::null_mut;

use super::libraries::dynamic_section;
use crate::allocations::{fails, forget, keep};
use crate::os::unix::pages::page_size;
use crate::os::{Gap, Mapped, Slot, Told};

/// Points the slots for malloc and its kin to functions that count; empty if the libraries call none of them.
pub(crate) fn lead_malloc_here(libraries: &[Mapped]) -> Told<Vec<Slot>> {
    if SLOTS.is_empty() {
        return Err(Gap::Lacks("this architecture has no relocations that rp knows"));
    }
    let mut slots = Vec::new();
    for library in libraries {
        // SAFETY: the library is mapped for good, and its dynamic section is the dynamic linker's own.
        unsafe { redirect(library, &mut slots) };
    }
    Ok(slots)
}

/// An entry of the dynamic section.
#[repr(C)]
struct Dyn {
    tag: usize,
    value: usize,
}

const DT_PLTRELSZ: usize = 2;
const DT_STRTAB: usize = 5;
const DT_SYMTAB: usize = 6;
const DT_RELA: usize = 7;
const DT_RELASZ: usize = 8;
const DT_REL: usize = 17;
const DT_RELSZ: usize = 18;
const DT_PLTREL: usize = 20;
const DT_JMPREL: usize = 23;

/// Bytes of a symbol, whose name comes first as 32 bits.
const SYMBOL: usize = if size_of::<usize>() == 8 { 24 } else { 16 };
/// Where the type of a relocation ends in its word, and the number of its symbol begins.
const TYPE_BITS: usize = if size_of::<usize>() == 8 { 32 } else { 8 };

/// The types of relocations of a slot that holds a function's address: R_*_64 or R_*_32, R_*_GLOB_DAT, R_*_JUMP_SLOT.
#[cfg(target_arch = "x86_64")]
const SLOTS: &[usize] = &[1, 6, 7];
#[cfg(target_arch = "x86")]
const SLOTS: &[usize] = &[1, 6, 7];
#[cfg(target_arch = "aarch64")]
const SLOTS: &[usize] = &[257, 1025, 1026];
#[cfg(target_arch = "arm")]
const SLOTS: &[usize] = &[2, 21, 22];
#[cfg(any(target_arch = "riscv64", target_arch = "loongarch64"))]
const SLOTS: &[usize] = &[2, 5];
#[cfg(target_arch = "s390x")]
const SLOTS: &[usize] = &[22, 10, 11];
#[cfg(target_arch = "powerpc64")]
const SLOTS: &[usize] = &[38, 20, 21];
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "riscv64",
    target_arch = "loongarch64",
    target_arch = "s390x",
    target_arch = "powerpc64"
)))]
const SLOTS: &[usize] = &[];

/// The dynamic section of a library.
struct Dynamic {
    base: usize,
    section: *const Dyn,
}

impl Dynamic {
    fn value(&self, wanted: usize) -> Option<usize> {
        // SAFETY: `redirect` found the section, which ends with a tag of 0.
        unsafe {
            let mut entry = self.section;
            while (*entry).tag != 0 {
                if (*entry).tag == wanted {
                    return Some((*entry).value);
                }
                entry = entry.add(1);
            }
        }
        None
    }

    /// Some dynamic linkers have turned such values into addresses; those that were not turned lie below the base.
    fn address(&self, wanted: usize) -> Option<usize> {
        self.value(wanted).map(|value| if value < self.base { value + self.base } else { value })
    }

    /// Where the relocations of each table begin, how many words each has, and how many bytes there are.
    fn relocations(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let of_calls = if self.value(DT_PLTREL) == Some(DT_REL) { 2 } else { 3 };
        let tables = [(DT_JMPREL, DT_PLTRELSZ, of_calls), (DT_RELA, DT_RELASZ, 3), (DT_REL, DT_RELSZ, 2)];
        tables
            .into_iter()
            .filter_map(|(table, size, words)| Some((self.address(table)?, words, self.value(size)?)))
    }
}

/// # Safety
/// The library is mapped, and stays so.
unsafe fn redirect(library: &Mapped, slots: &mut Vec<Slot>) {
    let Some(section) = dynamic_section(library.base) else { return };
    let dynamic = Dynamic { base: library.base, section: section as *const Dyn };
    let (Some(names), Some(symbols)) = (dynamic.address(DT_STRTAB), dynamic.address(DT_SYMTAB)) else {
        return;
    };
    for (table, words, bytes) in dynamic.relocations() {
        // SAFETY: the dynamic section says that so many bytes of relocations lie there, aligned as words.
        let relocations =
            unsafe { core::slice::from_raw_parts(table as *const usize, bytes / size_of::<usize>()) };
        let named = relocations.chunks_exact(words).map(|relocation| (relocation[0], relocation[1]));
        for (offset, info) in named.filter(|(_, info)| SLOTS.contains(&(info & ((1 << TYPE_BITS) - 1)))) {
            // SAFETY: a relocation of a slot names an entry of the symbol table, and that a string of the string table, which
            // ends in a NUL; both stay mapped with the library.
            let name = unsafe {
                let symbol = (symbols + (info >> TYPE_BITS) * SYMBOL) as *const u32;
                CStr::from_ptr((names + symbol.read() as usize) as *const _)
            };
            if let Some(ours) = replacement(name) {
                // SAFETY: the relocation says that a function's address lies there.
                unsafe { redirect_slot(library.base.wrapping_add(offset) as *mut usize, ours, slots) };
            }
        }
    }
}

/// # Safety
/// `slot` holds the address of a function of the type that stands at `ours`.
unsafe fn redirect_slot(at: *mut usize, ours: usize, slots: &mut Vec<Slot>) {
    let page = 4096_usize.max(page_size());
    let start = at as usize & !(page - 1);
    // SAFETY: the slot's page is the library's data, read-only since the relocations were done.
    unsafe {
        if libc::mprotect(start as *mut c_void, page, libc::PROT_READ | libc::PROT_WRITE) == 0 {
            slots.push(Slot { at, original: at.read() });
            at.write(ours);
        }
    }
}

fn replacement(name: &CStr) -> Option<usize> {
    Some(match name.to_bytes() {
        b"malloc" => malloc as *const () as usize,
        b"calloc" => calloc as *const () as usize,
        b"realloc" => realloc as *const () as usize,
        b"aligned_alloc" => aligned_alloc as *const () as usize,
        b"posix_memalign" => posix_memalign as *const () as usize,
        b"free" => free as *const () as usize,
        _ => return None,
    })
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    if fails() {
        return null_mut();
    }
    // SAFETY: the module's own call, handed on.
    keep(unsafe { libc::malloc(size) })
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    if fails() {
        return null_mut();
    }
    // SAFETY: the module's own call, handed on.
    keep(unsafe { libc::calloc(count, size) })
}

unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    if fails() {
        return null_mut();
    }
    forget(old);
    // SAFETY: the module's own call, handed on.
    let fresh = unsafe { libc::realloc(old, size) };
    if fresh.is_null() && size > 0 {
        keep(old)
    } else {
        keep(fresh)
    };
    fresh
}

unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    if fails() {
        return null_mut();
    }
    // SAFETY: the module's own call, handed on.
    keep(unsafe { libc::aligned_alloc(alignment, size) })
}

unsafe extern "C" fn posix_memalign(into: *mut *mut c_void, alignment: usize, size: usize) -> i32 {
    if fails() {
        return libc::ENOMEM;
    }
    // SAFETY: the module's own call, handed on; after a success `into` holds the block.
    unsafe {
        let result = libc::posix_memalign(into, alignment, size);
        if result == 0 {
            keep(*into);
        }
        result
    }
}

unsafe extern "C" fn free(block: *mut c_void) {
    forget(block);
    // SAFETY: the module's own call, handed on.
    unsafe { libc::free(block) }
}

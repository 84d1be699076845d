//! The module's own calls of malloc, counted and made to fail; the host's are left alone.
//!
//! A library calls malloc through a slot that the dynamic linker filled. The slots of the module, and of the libraries
//! that it brought along (libstdc++ throws where its malloc fails), are pointed here; those of this program are not.

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub(crate) use linux::Interposed;

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub(crate) use elsewhere::Interposed;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod linux {
    use core::ffi::{CStr, c_void};
    use core::ptr::null_mut;
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, PoisonError};

    use crate::library::{Library, Mapped};

    /// The call that fails, counted from 1 since it was armed; 0 is none.
    static FAILS_AT: AtomicUsize = AtomicUsize::new(0);
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    /// What the module has allocated and not freed.
    static LIVE: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

    /// Slots that lead here for as long as this lives.
    pub(crate) struct Interposed {
        slots: Vec<(*mut usize, usize)>,
    }

    impl Interposed {
        /// None if the module does not call malloc.
        pub(crate) fn install(library: &Library) -> Option<Interposed> {
            let mut slots = Vec::new();
            for one in library.brought() {
                // SAFETY: the library is mapped for good, and its dynamic section is the dynamic linker's own.
                unsafe { redirect(&one, &mut slots) };
            }
            locked().clear();
            (!slots.is_empty()).then_some(Interposed { slots })
        }

        /// From now on the call with this number fails, and all that come after it.
        pub(crate) fn arm(&self, fails_at: usize) {
            CALLS.store(0, Ordering::SeqCst);
            FAILS_AT.store(fails_at, Ordering::SeqCst);
        }

        /// Ends the failures; true if there were any.
        pub(crate) fn disarm(&self) -> bool {
            let fails_at = FAILS_AT.swap(0, Ordering::SeqCst);
            fails_at > 0 && CALLS.load(Ordering::SeqCst) >= fails_at
        }

        /// Blocks that the module has allocated and not freed.
        pub(crate) fn live(&self) -> usize {
            locked().len()
        }
    }

    impl Drop for Interposed {
        fn drop(&mut self) {
            for (slot, original) in &self.slots {
                // SAFETY: `redirect` found and opened these slots; the library stays mapped.
                unsafe { slot.write(*original) };
            }
        }
    }

    fn locked() -> std::sync::MutexGuard<'static, BTreeSet<usize>> {
        LIVE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[repr(C)]
    struct Dyn {
        tag: i64,
        value: u64,
    }

    #[repr(C)]
    struct Rela {
        offset: u64,
        info: u64,
        addend: i64,
    }

    #[repr(C)]
    struct Sym {
        name: u32,
        info: u8,
        other: u8,
        section: u16,
        value: u64,
        size: u64,
    }

    const DT_PLTRELSZ: i64 = 2;
    const DT_STRTAB: i64 = 5;
    const DT_SYMTAB: i64 = 6;
    const DT_RELA: i64 = 7;
    const DT_RELASZ: i64 = 8;
    const DT_JMPREL: i64 = 23;

    /// A slot that holds a function's address: R_*_64, R_*_GLOB_DAT, R_*_JUMP_SLOT.
    #[cfg(target_arch = "x86_64")]
    const SLOTS: [u64; 3] = [1, 6, 7];
    #[cfg(target_arch = "aarch64")]
    const SLOTS: [u64; 3] = [257, 1025, 1026];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    const SLOTS: [u64; 0] = [];

    /// # Safety
    /// The library is mapped, and stays so.
    unsafe fn redirect(one: &Mapped, slots: &mut Vec<(*mut usize, usize)>) {
        let Some(dynamic) = one.dynamic else { return };
        // SAFETY: the caller's promise: the section ends with a tag of 0.
        let value = |wanted: i64| unsafe {
            let mut entry = dynamic as *const Dyn;
            while (*entry).tag != 0 {
                if (*entry).tag == wanted {
                    return Some((*entry).value as usize);
                }
                entry = entry.add(1);
            }
            None
        };
        // The C library's dynamic linker has turned most values into addresses; those that it has not turned lie below
        // the base.
        let address = |value: usize| if value < one.base { value + one.base } else { value };
        let (Some(names), Some(symbols)) = (value(DT_STRTAB).map(address), value(DT_SYMTAB).map(address))
        else {
            return;
        };
        for (table, size) in [(DT_JMPREL, DT_PLTRELSZ), (DT_RELA, DT_RELASZ)] {
            let (Some(table), Some(size)) = (value(table).map(address), value(size)) else { continue };
            // SAFETY: the dynamic section says that `size` bytes of relocations lie at `table`; their symbols lie in the
            // symbol table, whose names lie in the string table.
            let relocations =
                unsafe { core::slice::from_raw_parts(table as *const Rela, size / size_of::<Rela>()) };
            for relocation in relocations.iter().filter(|one| SLOTS.contains(&(one.info & 0xffff_ffff))) {
                // SAFETY: a relocation of a slot names an entry of the symbol table, and that a string of the string table, which
                // ends in a NUL; both stay mapped with the library.
                let name = unsafe {
                    let symbol = &*(symbols as *const Sym).add((relocation.info >> 32) as usize);
                    CStr::from_ptr((names + symbol.name as usize) as *const _)
                };
                if let Some(ours) = replacement(name) {
                    let slot = one.base.wrapping_add(relocation.offset as usize) as *mut usize;
                    // SAFETY: the relocation says that a function's address lies there.
                    unsafe { redirect_slot(slot, ours, slots) };
                }
            }
        }
    }

    /// # Safety
    /// `slot` holds the address of a function of the type that stands at `ours`.
    unsafe fn redirect_slot(slot: *mut usize, ours: usize, slots: &mut Vec<(*mut usize, usize)>) {
        let page = 4096_usize.max(page_size());
        let start = slot as usize & !(page - 1);
        // SAFETY: the slot's page is the library's data, read-only since the relocations were done.
        unsafe {
            if libc::mprotect(start as *mut c_void, page, libc::PROT_READ | libc::PROT_WRITE) == 0 {
                slots.push((slot, slot.read()));
                slot.write(ours);
            }
        }
    }

    fn page_size() -> usize {
        // SAFETY: sysconf(3) only reads.
        usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
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

    /// Whether this call fails.
    fn fails() -> bool {
        let fails_at = FAILS_AT.load(Ordering::SeqCst);
        fails_at > 0 && CALLS.fetch_add(1, Ordering::SeqCst) + 1 >= fails_at
    }

    fn keep(pointer: *mut c_void) -> *mut c_void {
        if !pointer.is_null() {
            locked().insert(pointer as usize);
        }
        pointer
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
        locked().remove(&(old as usize));
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

    unsafe extern "C" fn free(pointer: *mut c_void) {
        locked().remove(&(pointer as usize));
        // SAFETY: the module's own call, handed on.
        unsafe { libc::free(pointer) }
    }
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
mod elsewhere {
    use crate::library::Library;

    /// Slots can be pointed elsewhere on Linux only.
    pub(crate) struct Interposed;

    impl Interposed {
        pub(crate) fn install(_library: &Library) -> Option<Interposed> {
            None
        }

        pub(crate) fn arm(&self, _fails_at: usize) {}

        pub(crate) fn disarm(&self) -> bool {
            false
        }

        pub(crate) fn live(&self) -> usize {
            0
        }
    }
}

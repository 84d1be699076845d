//! The slots through which DLLs call malloc, or the heap that malloc stands on.

use core::ffi::{CStr, c_int, c_void};
use core::mem::{size_of, transmute};
use core::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering};

use windows_sys::Win32::System::LibraryLoader::GetModuleFileNameW;
use windows_sys::Win32::System::Memory::PAGE_READWRITE;
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;

use super::pages::{PAGE, protect};
use crate::allocations::{fails, forget, keep};
use crate::os::{Mapped, Slot, Told};

/// Points the slots for malloc and its kin to functions that count; empty if the libraries call none of them.
pub(crate) fn lead_malloc_here(libraries: &[Mapped]) -> Told<Vec<Slot>> {
    let mut slots = Vec::new();
    for library in libraries.iter().filter(|library| !is_of_the_system(library)) {
        // SAFETY: the library is mapped for good, and its headers are what the system's loader has read.
        unsafe { redirect(library.base, &mut slots) };
    }
    Ok(slots)
}

/// Whether it is one of Windows' own, C libraries among them: what it keeps is not the module's.
fn is_of_the_system(library: &Mapped) -> bool {
    let (mut path, mut folder) = ([0_u16; 1024], [0_u16; 512]);
    // SAFETY: the functions write at most as many units as they are told.
    let (path, folder) = unsafe {
        let len = GetModuleFileNameW(library.base as _, path.as_mut_ptr(), path.len() as u32) as usize;
        let folder_len = GetSystemDirectoryW(folder.as_mut_ptr(), folder.len() as u32) as usize;
        (String::from_utf16_lossy(&path[..len]), String::from_utf16_lossy(&folder[..folder_len.min(512)]))
    };
    path.to_lowercase().starts_with(&folder.to_lowercase())
}

/// Whether the C++ runtime in this file cannot throw when memory runs out. That of MinGW asks for the thread's own data first:
/// with its posix threads it then calls itself until the stack ends, with those of Windows it aborts. MSVC has another name
/// for the type that is looked for.
pub(crate) fn cannot_throw_without_memory(file: &[u8]) -> bool {
    memchr::memmem::find(file, b"St9bad_alloc").is_some()
}

/// Bytes of an entry of the list of libraries that are imported from.
const IMPORTED: usize = 20;
/// Where the data directories begin in the optional header.
const DIRECTORIES: usize = if size_of::<usize>() == 8 { 112 } else { 96 };

/// # Safety
/// A library is mapped at `base`, and stays so.
unsafe fn redirect(base: usize, slots: &mut Vec<Slot>) {
    // SAFETY: the headers of a mapped library lead to tables inside of it, each as the format says.
    let number = |offset: usize| unsafe { ((base + offset) as *const u32).read_unaligned() } as usize;
    let headers = number(0x3c);
    // The second directory, behind the signature and the file header.
    let mut imported = number(headers + 24 + DIRECTORIES + 8);
    if imported == 0 {
        return;
    }
    while number(imported + 16) != 0 {
        let (names, addresses) = (number(imported), number(imported + 16));
        // Without names of their own, the addresses have taken their place.
        if names != 0 {
            // SAFETY: both tables have one entry for each function, and end with 0.
            unsafe { redirect_imports(base, names, addresses, slots) };
        }
        imported += IMPORTED;
    }
}

/// # Safety
/// A library is mapped at `base`; the offsets are those of the names and the addresses of what it imports.
unsafe fn redirect_imports(base: usize, names: usize, addresses: usize, slots: &mut Vec<Slot>) {
    for at in 0.. {
        // SAFETY: the table of names ends with 0, and that of addresses is as long.
        let (name, slot) = unsafe {
            let offset = size_of::<usize>() * at;
            (((base + names + offset) as *const usize).read(), (base + addresses + offset) as *mut usize)
        };
        if name == 0 {
            return;
        }
        // A function that is imported by its number has none.
        if name >> (usize::BITS - 1) == 1 {
            continue;
        }
        // SAFETY: two bytes lie before the name, which ends with a NUL.
        let name = unsafe { CStr::from_ptr((base + name + 2) as *const _) };
        if let Some(call) = CALLS.iter().find(|call| call.name == name.to_bytes()) {
            // SAFETY: the slot holds the address of the function of that name.
            unsafe { redirect_slot(slot, call, slots) };
        }
    }
}

/// # Safety
/// `at` holds the address of a function of the type of `call.ours`.
unsafe fn redirect_slot(at: *mut usize, call: &Call, slots: &mut Vec<Slot>) {
    // SAFETY: the slot's page is the library's data, read-only since the imports were resolved; a slot is aligned, so that it
    // lies in one page.
    unsafe {
        let original = at.read();
        let known = call.original.compare_exchange(0, original, Ordering::SeqCst, Ordering::SeqCst);
        // The same name in another C library: its blocks are not of the kind that is counted.
        if known.is_err_and(|known| known != original) || original == (call.ours)() {
            return;
        }
        let page = (at as usize & !(PAGE - 1)) as *mut u8;
        if protect(page, PAGE, PAGE_READWRITE) {
            slots.push(Slot { at, original });
            at.write((call.ours)());
        }
    }
}

/// A function that allocates or frees.
struct Call {
    name: &'static [u8],
    /// The address of the function that stands in for it.
    ours: fn() -> usize,
    /// The address of the function itself, once it is known.
    original: AtomicUsize,
}

impl Call {
    const fn new(name: &'static [u8], ours: fn() -> usize) -> Self {
        Call { name, ours, original: AtomicUsize::new(0) }
    }

    fn address(&self) -> usize {
        self.original.load(Ordering::SeqCst)
    }
}

static CALLS: [Call; 9] = [
    Call::new(b"malloc", || malloc as *const () as usize),
    Call::new(b"calloc", || calloc as *const () as usize),
    Call::new(b"realloc", || realloc as *const () as usize),
    Call::new(b"free", || free as *const () as usize),
    Call::new(b"_aligned_malloc", || aligned_malloc as *const () as usize),
    Call::new(b"_aligned_free", || aligned_free as *const () as usize),
    Call::new(b"HeapAlloc", || heap_alloc as *const () as usize),
    Call::new(b"HeapReAlloc", || heap_realloc as *const () as usize),
    Call::new(b"HeapFree", || heap_free as *const () as usize),
];

/// Calls the function whose place a function here has taken.
macro_rules! original {
    ($at:literal, $type:ty, $($argument:expr),+) => {
        // SAFETY: the module's own call, handed on: `redirect_slot` has put the address there before any slot led here, and the
        // type is that of the function of that name.
        unsafe { transmute::<usize, $type>(CALLS[$at].address())($($argument),+) }
    };
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    type Malloc = unsafe extern "C" fn(usize) -> *mut c_void;
    if fails() { null_mut() } else { keep(original!(0, Malloc, size)) }
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    type Calloc = unsafe extern "C" fn(usize, usize) -> *mut c_void;
    if fails() { null_mut() } else { keep(original!(1, Calloc, count, size)) }
}

unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    type Realloc = unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void;
    if fails() {
        return null_mut();
    }
    forget(old);
    let fresh = original!(2, Realloc, old, size);
    keep(if fresh.is_null() && size > 0 { old } else { fresh });
    fresh
}

unsafe extern "C" fn free(block: *mut c_void) {
    type Free = unsafe extern "C" fn(*mut c_void);
    forget(block);
    original!(3, Free, block)
}

unsafe extern "C" fn aligned_malloc(size: usize, alignment: usize) -> *mut c_void {
    type AlignedMalloc = unsafe extern "C" fn(usize, usize) -> *mut c_void;
    if fails() { null_mut() } else { keep(original!(4, AlignedMalloc, size, alignment)) }
}

unsafe extern "C" fn aligned_free(block: *mut c_void) {
    type AlignedFree = unsafe extern "C" fn(*mut c_void);
    forget(block);
    original!(5, AlignedFree, block)
}

unsafe extern "system" fn heap_alloc(heap: *mut c_void, flags: u32, size: usize) -> *mut c_void {
    type HeapAlloc = unsafe extern "system" fn(*mut c_void, u32, usize) -> *mut c_void;
    if fails() { null_mut() } else { keep(original!(6, HeapAlloc, heap, flags, size)) }
}

unsafe extern "system" fn heap_realloc(
    heap: *mut c_void,
    flags: u32,
    old: *mut c_void,
    size: usize,
) -> *mut c_void {
    type HeapReAlloc = unsafe extern "system" fn(*mut c_void, u32, *mut c_void, usize) -> *mut c_void;
    if fails() {
        return null_mut();
    }
    forget(old);
    let fresh = original!(7, HeapReAlloc, heap, flags, old, size);
    keep(if fresh.is_null() { old } else { fresh });
    fresh
}

unsafe extern "system" fn heap_free(heap: *mut c_void, flags: u32, block: *mut c_void) -> c_int {
    type HeapFree = unsafe extern "system" fn(*mut c_void, u32, *mut c_void) -> c_int;
    forget(block);
    original!(8, HeapFree, heap, flags, block)
}

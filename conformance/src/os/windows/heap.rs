//! The heaps of this process, out of which all C libraries and Rust allocate.

use core::ptr::null_mut;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Memory::{
    GetProcessHeaps, HeapLock, HeapUnlock, HeapWalk, PROCESS_HEAP_ENTRY,
};

use crate::os::{Gap, Told};

/// The bit of an entry that is a block which was given out: PROCESS_HEAP_ENTRY_BUSY.
const BUSY: u16 = 4;

/// Bytes that the heaps have given out.
pub(crate) fn heap_in_use() -> Told<usize> {
    let mut heaps = [null_mut(); 64];
    // SAFETY: the function writes at most as many handles as it is told.
    let count = unsafe { GetProcessHeaps(heaps.len() as u32, heaps.as_mut_ptr()) } as usize;
    match heaps.get(..count) {
        None | Some([]) => Err(Gap::last("GetProcessHeaps")),
        // SAFETY: the heaps are those of this process, and none is destroyed meanwhile.
        Some(heaps) => Ok(heaps.iter().map(|heap| unsafe { in_use(*heap) }).sum()),
    }
}

/// # Safety
/// The heap stays for as long as the call lasts.
unsafe fn in_use(heap: HANDLE) -> usize {
    let mut bytes = 0;
    let mut entry = PROCESS_HEAP_ENTRY::default();
    // SAFETY: the heap is locked while it is walked, and nothing here allocates; an entry without an address begins the walk.
    unsafe {
        HeapLock(heap);
        while HeapWalk(heap, &mut entry) != 0 {
            if entry.wFlags & BUSY != 0 {
                bytes += entry.cbData as usize;
            }
        }
        HeapUnlock(heap);
    }
    bytes
}

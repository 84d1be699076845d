//! The libraries of this process.

use core::ffi::c_void;

use crate::os::{Mapped, Told};

/// Every library in this process.
pub(crate) fn libraries() -> Told<Vec<Mapped>> {
    let mut all = Vec::new();
    visit_all(&mut |base, headers| {
        let loaded = headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let part = |header: &Header| {
            let start = base.wrapping_add(header.p_vaddr as usize);
            (start, start.wrapping_add(header.p_memsz as usize))
        };
        let (low, high) = loaded
            .map(part)
            .fold((usize::MAX, 0), |(low, high), (start, end)| (low.min(start), high.max(end)));
        if low < high {
            all.push(Mapped { base, extent: low..high });
        }
    });
    Ok(all)
}

/// Where the dynamic section of a library lies.
pub(super) fn dynamic_section(base: usize) -> Option<usize> {
    let mut found = None;
    visit_all(&mut |at, headers| {
        let dynamic = headers.iter().find(|header| header.p_type == libc::PT_DYNAMIC);
        if let (Some(header), true) = (dynamic, at == base) {
            found = Some(base.wrapping_add(header.p_vaddr as usize));
        }
    });
    found
}

#[cfg(target_pointer_width = "64")]
type Header = libc::Elf64_Phdr;
#[cfg(target_pointer_width = "32")]
type Header = libc::Elf32_Phdr;

/// Calls `each` with the base and the program headers of every library.
fn visit_all(each: &mut dyn FnMut(usize, &[Header])) {
    type Each<'a> = &'a mut dyn FnMut(usize, &[Header]);
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _size: usize, into: *mut c_void) -> i32 {
        // SAFETY: dl_iterate_phdr(3) passes a valid info, and what it was given below.
        let (info, each) = unsafe { (&*info, &mut *into.cast::<Each<'_>>()) };
        // SAFETY: dlpi_phnum headers lie at dlpi_phdr for as long as the library is mapped.
        let headers = unsafe { core::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        each(info.dlpi_addr as usize, headers);
        0
    }
    let mut each: Each<'_> = each;
    // SAFETY: the callback is called for each library before the function returns, with the address of `each`.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut each).cast()) };
}

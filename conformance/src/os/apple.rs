//! macOS. What is here was compiled and has never run.

use core::ffi::{c_int, c_void};
use core::mem::{size_of, zeroed};
use std::ffi::{CStr, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::{Gap, Mapped, Slot, Told};

/// Bytes that the C library's allocator has given out.
pub(crate) fn heap_in_use() -> Told<usize> {
    // SAFETY: without a zone, malloc_zone_statistics(3) adds up all of them; it writes into the statistics alone.
    let statistics = unsafe {
        let mut statistics: libc::malloc_statistics_t = zeroed();
        libc::malloc_zone_statistics(core::ptr::null_mut(), &mut statistics);
        statistics
    };
    Ok(statistics.size_in_use)
}

/// Threads of this process.
pub(crate) fn thread_count() -> Told<usize> {
    // SAFETY: the all-zero structure is one, and the system writes no more than its size.
    let found = unsafe {
        let mut info: libc::proc_taskinfo = zeroed();
        let size = size_of::<libc::proc_taskinfo>();
        about_this_process(libc::PROC_PIDTASKINFO, (&raw mut info).cast(), size).map(|_| info.pti_threadnum)
    };
    found.map(|count| usize::try_from(count).unwrap_or_default()).map_err(Gap::failed("proc_pidinfo"))
}

/// Open descriptors and what they stand for.
pub(crate) fn descriptors() -> Told<Vec<(String, PathBuf)>> {
    const MOST: usize = 1 << 12;
    let each = size_of::<libc::proc_fdinfo>();
    // SAFETY: all-zero entries are entries, and the system writes no more bytes than all of them have.
    let (written, entries) = unsafe {
        let mut entries: Vec<libc::proc_fdinfo> = vec![zeroed(); MOST];
        let into = entries.as_mut_ptr().cast();
        (about_this_process(libc::PROC_PIDLISTFDS, into, MOST * each), entries)
    };
    let count = written.map_err(Gap::failed("proc_pidinfo"))? / each;
    let mut open: Vec<_> = entries[..count]
        .iter()
        .map(|entry| (format!("{} of type {}", entry.proc_fd, entry.proc_fdtype), path_of(entry.proc_fd)))
        .collect();
    open.sort();
    Ok(open)
}

/// The bytes that the system wrote.
///
/// # Safety
/// `size` bytes at `into` may be written.
unsafe fn about_this_process(what: c_int, into: *mut c_void, size: usize) -> io::Result<usize> {
    let size = c_int::try_from(size).unwrap_or(c_int::MAX);
    // SAFETY: what the caller promises of the buffer; the process is this one.
    let written = unsafe { libc::proc_pidinfo(libc::getpid(), what, 0, into, size) };
    usize::try_from(written).ok().filter(|bytes| *bytes > 0).ok_or_else(io::Error::last_os_error)
}

/// The path of what a descriptor stands for; empty if it has none.
fn path_of(descriptor: c_int) -> PathBuf {
    let mut path = [0_u8; libc::PATH_MAX as usize];
    // SAFETY: F_GETPATH writes at most PATH_MAX bytes, a NUL among them.
    let is_known = unsafe { libc::fcntl(descriptor, libc::F_GETPATH, path.as_mut_ptr()) } == 0;
    let text = CStr::from_bytes_until_nul(&path).ok().filter(|_| is_known);
    text.map_or_else(PathBuf::new, |text| OsStr::from_bytes(text.to_bytes()).into())
}

/// What the loader, dyld, declares in `<mach-o/dyld.h>`.
mod dyld {
    // SAFETY: as dyld(3) declares them; they take any number, and only read.
    unsafe extern "C" {
        pub(super) safe fn _dyld_image_count() -> u32;
        pub(super) safe fn _dyld_get_image_header(image: u32) -> *const Header;
        pub(super) safe fn _dyld_get_image_vmaddr_slide(image: u32) -> isize;
    }

    /// The header of a library for 64 bits.
    #[repr(C)]
    pub(super) struct Header {
        _magic_and_kind: [u32; 4],
        pub(super) ncmds: u32,
        _flags: [u32; 3],
    }
}

/// Every library in this process.
pub(crate) fn libraries() -> Told<Vec<Mapped>> {
    let images = (0..dyld::_dyld_image_count())
        .map(|image| (dyld::_dyld_get_image_header(image), dyld::_dyld_get_image_vmaddr_slide(image)));
    // An image that is not there any more has no header.
    let images = images.filter(|(header, _)| !header.is_null());
    // SAFETY: the header is that of a mapped library, which the checks never unmap.
    Ok(images.filter_map(|(header, slide)| unsafe { mapped(header, slide as usize) }).collect())
}

/// # Safety
/// The header is that of a mapped library.
unsafe fn mapped(header: *const dyld::Header, slide: usize) -> Option<Mapped> {
    let (mut low, mut high) = (usize::MAX, 0);
    // SAFETY: `ncmds` load commands lie behind the header, each as long as it says; one of this kind is a segment's.
    unsafe {
        let mut command = header.add(1).cast::<libc::load_command>();
        for _ in 0..(*header).ncmds {
            if (*command).cmd == libc::LC_SEGMENT_64 {
                let segment = &*command.cast::<libc::segment_command_64>();
                // What nobody may access is no part of the library: __PAGEZERO of a program.
                if segment.initprot != 0 {
                    let start = slide.wrapping_add(segment.vmaddr as usize);
                    low = low.min(start);
                    high = high.max(start.wrapping_add(segment.vmsize as usize));
                }
            }
            command = command.byte_add((*command).cmdsize as usize);
        }
    }
    (low < high).then_some(Mapped { base: header as usize, extent: low..high })
}

/// Points the slots for malloc and its kin to functions that count.
pub(crate) fn lead_malloc_here(_libraries: &[Mapped]) -> Told<Vec<Slot>> {
    Err(Gap::Lacks("macOS has no dl_iterate_phdr, and rp does not read the fixups of Mach-O"))
}

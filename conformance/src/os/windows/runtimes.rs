//! The C libraries that are DLLs. Each has its own descriptors, locale, umask and signal handlers; one that a module has linked
//! into itself is out of reach.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::{size_of, transmute_copy};
use core::ptr::null_mut;

use windows_sys::Win32::Foundation::HMODULE;
use windows_sys::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows_sys::w;

/// A C library.
#[derive(Clone, Copy)]
pub(super) struct Runtime {
    pub(super) name: &'static str,
    library: HMODULE,
}

/// The C library of Windows 10 and later, and the one of MinGW. They are loaded if they were not, so that it makes no difference
/// whether a module brings one along.
pub(super) fn runtimes() -> Vec<Runtime> {
    let named = [("ucrtbase.dll", w!("ucrtbase.dll")), ("msvcrt.dll", w!("msvcrt.dll"))];
    let load = |(name, wide)| {
        // SAFETY: the name ends with a NUL; the library is the system's own, and is never unmapped.
        let library = unsafe { LoadLibraryExW(wide, null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
        (!library.is_null()).then_some(Runtime { name, library })
    };
    named.into_iter().filter_map(load).collect()
}

impl Runtime {
    /// # Safety
    /// `T` is the type of the function of that name.
    unsafe fn function<T: Copy>(&self, name: &CStr) -> Option<T> {
        assert_eq!(size_of::<T>(), size_of::<usize>(), "a function has the size of an address");
        // SAFETY: the library stays mapped; the caller promises the type.
        unsafe { GetProcAddress(self.library, name.as_ptr().cast()).map(|found| transmute_copy(&found)) }
    }

    /// Writes what programs have buffered.
    pub(super) fn flush(&self) {
        // SAFETY: that is the type of fflush, which takes NULL for all streams.
        unsafe {
            if let Some(fflush) = self.function::<unsafe extern "C" fn(*mut c_void) -> c_int>(c"fflush") {
                fflush(null_mut());
            }
        }
    }

    /// A descriptor for what an open descriptor stands for; negative if that fails.
    pub(super) fn duplicate(&self, descriptor: c_int) -> c_int {
        // SAFETY: that is the type of _dup, which takes any open descriptor.
        unsafe {
            self.function::<unsafe extern "C" fn(c_int) -> c_int>(c"_dup").map_or(-1, |dup| dup(descriptor))
        }
    }

    /// Makes `to` stand for what `from` does.
    pub(super) fn redirect(&self, from: c_int, to: c_int) {
        // SAFETY: that is the type of _dup2, which closes `to` if it is open.
        unsafe {
            if let Some(dup2) = self.function::<unsafe extern "C" fn(c_int, c_int) -> c_int>(c"_dup2") {
                dup2(from, to);
            }
        }
    }

    /// Closes a descriptor that `duplicate` or `adopt` made.
    pub(super) fn close(&self, descriptor: c_int) {
        // SAFETY: that is the type of _close; the descriptor is open.
        unsafe {
            if let Some(close) = self.function::<unsafe extern "C" fn(c_int) -> c_int>(c"_close") {
                close(descriptor);
            }
        }
    }

    /// A descriptor that owns a handle; negative if that fails.
    pub(super) fn adopt(&self, handle: isize) -> c_int {
        type Adopt = unsafe extern "C" fn(isize, c_int) -> c_int;
        // SAFETY: that is the type of _open_osfhandle; the handle is given away.
        unsafe { self.function::<Adopt>(c"_open_osfhandle").map_or(-1, |adopt| adopt(handle, 0)) }
    }

    /// The mask of new files' permissions.
    pub(super) fn umask(&self) -> Option<c_int> {
        // SAFETY: that is the type of _umask, which is set back at once.
        unsafe {
            let umask = self.function::<unsafe extern "C" fn(c_int) -> c_int>(c"_umask")?;
            let mask = umask(0);
            umask(mask);
            Some(mask)
        }
    }

    /// The name of the locale.
    pub(super) fn locale(&self) -> Option<String> {
        type SetLocale = unsafe extern "C" fn(c_int, *const c_char) -> *const c_char;
        // SAFETY: that is the type of setlocale; without a name it only tells the present one (LC_ALL is 0).
        unsafe {
            let name = self.function::<SetLocale>(c"setlocale")?(0, core::ptr::null());
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }

    /// What a signal does: 0 is the default.
    pub(super) fn signal_handler(&self, number: c_int) -> Option<isize> {
        // SAFETY: that is the type of signal; what it returns is set back at once, unless it is an error (-1).
        unsafe {
            let signal = self.function::<unsafe extern "C" fn(c_int, isize) -> isize>(c"signal")?;
            let handler = signal(number, 0);
            if handler == -1 {
                return None;
            }
            signal(number, handler);
            Some(handler)
        }
    }
}

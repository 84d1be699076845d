//! An event object that is signalled while something waits to be taken.

use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::ptr::null;

use windows_sys::Win32::System::Threading::{CreateEventW, ResetEvent, SetEvent};

/// Shows by the handle of an event object that something waits.
pub(crate) struct Readiness {
    event: OwnedHandle,
}

impl Readiness {
    /// Takes one handle.
    pub(crate) fn new() -> io::Result<Self> {
        const IS_RESET_BY_HAND: i32 = 1;
        // SAFETY: no attributes and no name: the function only makes an object of this process.
        let event = unsafe { CreateEventW(null(), IS_RESET_BY_HAND, 0, null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle was just made, and nothing else closes it.
        Ok(Readiness { event: unsafe { OwnedHandle::from_raw_handle(event) } })
    }

    /// Changes whether it is signalled.
    pub(crate) fn show(&self, is_readable: bool) {
        let event = self.event.as_raw_handle();
        // SAFETY: the handle is open, and of an event object.
        let _changed = unsafe { if is_readable { SetEvent(event) } else { ResetEvent(event) } };
    }
}

impl AsHandle for Readiness {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.event.as_handle()
    }
}

/// Gives a type the handle of its field.
macro_rules! show_readiness {
    ($type:ty, $field:ident) => {
        impl std::os::windows::io::AsHandle for $type {
            fn as_handle(&self) -> std::os::windows::io::BorrowedHandle<'_> {
                std::os::windows::io::AsHandle::as_handle(&*self.$field)
            }
        }

        impl std::os::windows::io::AsRawHandle for $type {
            fn as_raw_handle(&self) -> std::os::windows::io::RawHandle {
                std::os::windows::io::AsRawHandle::as_raw_handle(&std::os::windows::io::AsHandle::as_handle(
                    self,
                ))
            }
        }
    };
}
pub(crate) use show_readiness;

//! Events: flags that a thread waits for.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CreateEventW, INFINITE, SetEvent, WaitForMultipleObjects, WaitForSingleObject,
};

/// A flag that stays set once it is.
pub struct Event(OwnedHandle);

impl Event {
    /// One that is not set.
    pub fn new() -> io::Result<Self> {
        // SAFETY: without security attributes and a name, no pointer is passed.
        let handle = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle is new, and nobody else has it.
        Ok(Event(unsafe { OwnedHandle::from_raw_handle(handle) }))
    }

    /// Sets it.
    pub fn set(&self) {
        // SAFETY: the handle is that of an event.
        unsafe { SetEvent(self.handle()) };
    }

    /// Waits for it, at most so long; answers whether it is set.
    pub fn wait(&self, milliseconds: u32) -> bool {
        // SAFETY: the handle is that of an event.
        unsafe { WaitForSingleObject(self.handle(), milliseconds) == WAIT_OBJECT_0 }
    }

    /// Waits for any of them; answers whether the first is set.
    pub fn is_first_of(first: &Event, other: &Event) -> bool {
        let handles = [first.handle(), other.handle()];
        // SAFETY: `handles` are two handles of events.
        unsafe { WaitForMultipleObjects(2, handles.as_ptr(), 0, INFINITE) == WAIT_OBJECT_0 }
    }

    /// For calls of the system that set it.
    pub fn handle(&self) -> HANDLE {
        self.0.as_raw_handle()
    }
}

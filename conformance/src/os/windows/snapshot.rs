//! What the system lists of this process: its threads and its libraries.

use core::mem::size_of;

use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_BAD_LENGTH, GetLastError, HANDLE, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CREATE_TOOLHELP_SNAPSHOT_FLAGS, CreateToolhelp32Snapshot, MODULEENTRY32W, Module32FirstW, Module32NextW,
    TH32CS_SNAPMODULE, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};

use crate::os::{Gap, Mapped, Told};

/// A list of what there was when it was made.
struct Snapshot(HANDLE);

impl Snapshot {
    fn of(what: CREATE_TOOLHELP_SNAPSHOT_FLAGS) -> Told<Snapshot> {
        loop {
            // SAFETY: the function takes numbers.
            let handle = unsafe { CreateToolhelp32Snapshot(what, std::process::id()) };
            if handle != INVALID_HANDLE_VALUE {
                return Ok(Snapshot(handle));
            }
            // SAFETY: the function reads the error of this thread: the list of libraries changed meanwhile.
            if unsafe { GetLastError() } != ERROR_BAD_LENGTH {
                return Err(Gap::last("CreateToolhelp32Snapshot"));
            }
        }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: the handle is this value's own.
        unsafe { CloseHandle(self.0) };
    }
}

/// Threads of this process.
pub(crate) fn thread_count() -> Told<usize> {
    let snapshot = Snapshot::of(TH32CS_SNAPTHREAD)?;
    let mut entry = THREADENTRY32 { dwSize: size_of::<THREADENTRY32>() as u32, ..Default::default() };
    let mut count = 0;
    // SAFETY: the handle is open, and the entry has the size that it says.
    let mut is_there = unsafe { Thread32First(snapshot.0, &mut entry) } != 0;
    while is_there {
        // The list has the threads of all processes.
        count += usize::from(entry.th32OwnerProcessID == std::process::id());
        // SAFETY: as above.
        is_there = unsafe { Thread32Next(snapshot.0, &mut entry) } != 0;
    }
    Ok(count)
}

/// Every library in this process.
pub(crate) fn libraries() -> Told<Vec<Mapped>> {
    let snapshot = Snapshot::of(TH32CS_SNAPMODULE)?;
    let mut entry = MODULEENTRY32W { dwSize: size_of::<MODULEENTRY32W>() as u32, ..Default::default() };
    let mut all = Vec::new();
    // SAFETY: the handle is open, and the entry has the size that it says.
    let mut is_there = unsafe { Module32FirstW(snapshot.0, &mut entry) } != 0;
    while is_there {
        let base = entry.modBaseAddr as usize;
        all.push(Mapped { base, extent: base..base + entry.modBaseSize as usize });
        // SAFETY: as above.
        is_there = unsafe { Module32NextW(snapshot.0, &mut entry) } != 0;
    }
    Ok(all)
}

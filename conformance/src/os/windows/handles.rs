//! Open handles.

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

use windows_sys::Wdk::Foundation::{NtQueryObject, ObjectTypeInformation};
use windows_sys::Win32::Foundation::{GetHandleInformation, HANDLE, UNICODE_STRING};
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_DISK, GetFileType, GetFinalPathNameByHandleW};

use crate::os::Told;

/// What a program opens itself; of the other kinds the system opens some on its own account, at any time.
const KINDS: [&str; 5] = ["File", "Key", "Process", "Section", "Thread"];
/// So many numbers in a row that are no handles are the end of all handles: the system gives numbers that are free again first.
const END: usize = 1024;

/// Open handles and what they stand for.
pub(crate) fn descriptors() -> Told<Vec<(String, PathBuf)>> {
    let known = handles().into_iter().map(|handle| (handle, kind(handle)));
    Ok(known
        .filter(|(_, kind)| KINDS.contains(&kind.as_str()))
        .map(|(handle, kind)| {
            let path = if kind == "File" { path(handle) } else { PathBuf::new() };
            (format!("{:#x} {kind}", handle as usize), path)
        })
        .collect())
}

/// The numbers of open handles, which are multiples of four.
fn handles() -> Vec<HANDLE> {
    let mut open = Vec::new();
    let (mut value, mut missed) = (4_usize, 0);
    while missed < END {
        let handle = value as HANDLE;
        // SAFETY: the function fails for what is no handle.
        if unsafe { GetHandleInformation(handle, &mut 0) } != 0 {
            open.push(handle);
            missed = 0;
        } else {
            missed += 1;
        }
        value += 4;
    }
    open
}

/// What sort of object a handle stands for, in the system's words; empty if the system does not say.
fn kind(handle: HANDLE) -> String {
    // The name's text stands behind its length and address.
    let mut answer = [0_usize; 128];
    let size = size_of_val(&answer) as u32;
    // SAFETY: the function writes at most `size` bytes: a UNICODE_STRING first, whose text lies in the same answer.
    unsafe {
        let into = answer.as_mut_ptr();
        if NtQueryObject(handle, ObjectTypeInformation, into.cast(), size, core::ptr::null_mut()) < 0 {
            return String::new();
        }
        let name = into.cast::<UNICODE_STRING>().read();
        String::from_utf16_lossy(core::slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2))
    }
}

/// The path of a file on a disk; empty for pipes and devices.
fn path(handle: HANDLE) -> PathBuf {
    let mut text = [0_u16; 1024];
    // SAFETY: the handle is open; the function writes at most as many units as it is told.
    let len = unsafe {
        if GetFileType(handle) != FILE_TYPE_DISK {
            return PathBuf::new();
        }
        GetFinalPathNameByHandleW(handle, text.as_mut_ptr(), text.len() as u32, 0)
    };
    text.get(..len as usize).map_or_else(PathBuf::new, |text| OsString::from_wide(text).into())
}

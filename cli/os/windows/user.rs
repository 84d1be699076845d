//! Access for the user of this process, and nobody else.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// An access list with the user of this process alone.
pub struct OnlyThisUser(PSECURITY_DESCRIPTOR);

// SAFETY: the descriptor is memory that is written once, by `new`, and freed once, by `drop`.
unsafe impl Send for OnlyThisUser {}
// SAFETY: as above; it is only read between those.
unsafe impl Sync for OnlyThisUser {}

impl OnlyThisUser {
    /// Asks the system who the user is.
    pub fn new() -> io::Result<Self> {
        // D: the list; P: nothing is inherited; A: allowed; GA: everything.
        let text: Vec<u16> =
            "D:P(A;;GA;;;".encode_utf16().chain(user()?).chain(")\0".encode_utf16()).collect();
        let mut descriptor = ptr::null_mut();
        // SAFETY: the text ends with a NUL, and `descriptor` is where the answer goes.
        let is_made = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        };
        if is_made == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(descriptor)) }
    }

    /// For calls of the system that make something; valid as long as `self`.
    pub fn attributes(&self) -> SECURITY_ATTRIBUTES {
        let size = u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or(u32::MAX);
        SECURITY_ATTRIBUTES { nLength: size, lpSecurityDescriptor: self.0, bInheritHandle: 0 }
    }
}

impl Drop for OnlyThisUser {
    fn drop(&mut self) {
        // SAFETY: the system made it with LocalAlloc, and nobody uses it any more.
        unsafe { LocalFree(self.0) };
    }
}

/// The identity of the user as text, such as S-1-5-21-1-2-3-1001.
fn user() -> io::Result<Vec<u16>> {
    // A TOKEN_USER and the identity that it points to, which has at most 68 bytes.
    let mut answer = [0_u64; 32];
    let size = u32::try_from(size_of_val(&answer)).unwrap_or(0);
    let token = token()?;
    let (mut len, mut text) = (0, ptr::null_mut());
    // SAFETY: `answer` has `size` bytes and is aligned for a TOKEN_USER, which the system writes there.
    let is_known = unsafe {
        let raw = answer.as_mut_ptr().cast();
        GetTokenInformation(token.as_raw_handle(), TokenUser, raw, size, &raw mut len) != 0
            && ConvertSidToStringSidW((*raw.cast::<TOKEN_USER>()).User.Sid, &raw mut text) != 0
    };
    if !is_known {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system made a text that ends with a NUL.
    let units = (0..).map(|at| unsafe { *text.add(at) }).take_while(|unit| *unit != 0).collect();
    // SAFETY: it was made with LocalAlloc, and is not used any more.
    unsafe { LocalFree(text.cast()) };
    Ok(units)
}

fn token() -> io::Result<OwnedHandle> {
    let mut token = ptr::null_mut();
    // SAFETY: the handle is that of this process, and `token` is where the answer goes.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else has it.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

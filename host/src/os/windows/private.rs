//! Files and folders that only this user can reach.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::windows::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;
use windows_sys::w;

const UNKNOWN: Option<&str> = Some("lies where the host does not look at permissions");

/// The variable that names the folder for temporary files.
pub(crate) const TEMPORARY: &str = "TMP";

/// Creates a folder that only this user, the system and administrators can enter, whatever the folder around it allows.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let access = AccessList::of_owner()?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: access.0,
        bInheritHandle: 0,
    };
    let path: Vec<u16> = std::path::absolute(path)?.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: the path ends with NUL, and the descriptor lives until the end of this function.
    match unsafe { CreateDirectoryW(path.as_ptr(), &attributes) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Creates a folder, and those above it that are missing. One that is there stays as it is.
pub(crate) fn create_private_folders(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// The folder of this user's caches; an error says why there is none.
pub(crate) fn user_cache() -> Result<Option<PathBuf>, &'static str> {
    Ok(None)
}

/// Opens a file for reading.
pub(crate) fn open_unfollowed(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a regular file for reading.
pub(crate) fn open_own(path: &Path) -> io::Result<File> {
    let file = open_unfollowed(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::PermissionDenied.into()) }
}

/// Whether a folder is as [`create_private_folder`] makes it. A link is not followed.
pub(crate) fn is_private_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Why others could have reached an opened file; `None` if only this user could.
pub(crate) fn exposure_of_file(_file: &File) -> io::Result<Option<&'static str>> {
    Ok(UNKNOWN)
}

/// Why others could have reached what is in a folder; `None` if only this user could.
pub(crate) fn exposure_of_folder(_path: &Path) -> io::Result<Option<&'static str>> {
    Ok(UNKNOWN)
}

/// A security descriptor. Dropping it frees it.
struct AccessList(PSECURITY_DESCRIPTOR);

impl AccessList {
    /// Full access for the owner, the system and administrators, for nobody else, and for all that will be in the folder.
    fn of_owner() -> io::Result<Self> {
        let text = w!("D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
        let mut descriptor = null_mut();
        // SAFETY: the text ends with NUL, and the function writes a pointer to what it allocates.
        let made = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text,
                SDDL_REVISION_1,
                &mut descriptor,
                null_mut(),
            )
        };
        if made == 0 { Err(io::Error::last_os_error()) } else { Ok(AccessList(descriptor)) }
    }
}

impl Drop for AccessList {
    fn drop(&mut self) {
        // SAFETY: the system allocated it for the caller to free, once.
        unsafe { LocalFree(self.0) };
    }
}

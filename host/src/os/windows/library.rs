//! Shared libraries.

use std::fs::File;
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::ptr::null_mut;

use libloading::Library;
use libloading::os::windows::Library as WindowsLibrary;
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOOPENFILEERRORBOX, SetThreadErrorMode,
};
use windows_sys::Win32::System::LibraryLoader::{
    GetModuleHandleW, LOAD_LIBRARY_FLAGS, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR,
    LoadLibraryExW,
};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;

use super::super::needs::Needs;
use super::super::refused::Refused;

/// Paths of this length and longer are only taken in their `\\?\` form.
const MAX_PATH: usize = 260;

/// Maps a library. What it needs and lies beside the original is loaded from there first: the system then takes these by
/// name, before it searches the folders of the program and of the system. The current folder and PATH are never searched.
///
/// # Safety
/// `DllMain` of the libraries runs now: they must be trusted as native code of this process.
pub(crate) unsafe fn open_library(copy: &Path, needs: &Needs<'_>) -> Result<Library, Refused> {
    let mut beside = Vec::new();
    for (name, path) in on_disk(needs, needs.at_once)? {
        // SAFETY: the caller trusts its `DllMain`.
        let opened = unsafe { open(&path, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR) };
        beside.push(opened.map_err(|refused| Refused { library: Some(name), ..refused })?);
    }
    for (_, path) in on_disk(needs, needs.later)? {
        // SAFETY: as above. One that is refused is missed at its first use, as the module's author chose.
        beside.extend(unsafe { open(&path, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR) });
    }
    // Not from the copy's own folder, where copies of other modules lie.
    // SAFETY: as above.
    let library = unsafe { open(copy, 0) }?;
    // Like the module, they stay for the life of the process.
    beside.into_iter().for_each(std::mem::forget);
    Ok(library)
}

/// Those of the names that lie beside the original, and are not in this process under their names already.
fn on_disk(needs: &Needs<'_>, names: &[String]) -> Result<Vec<(String, PathBuf)>, Refused> {
    let original = std::path::absolute(needs.original).map_err(|error| refused(&error))?;
    let folder = original.parent().unwrap_or(&original);
    let files = names.iter().map(|name| (name.clone(), folder.join(name)));
    Ok(files.filter(|(name, path)| path.is_file() && !is_loaded(name)).collect())
}

fn is_loaded(name: &str) -> bool {
    let name = wide(Path::new(name));
    // SAFETY: the name ends with NUL, and the function only looks it up.
    !unsafe { GetModuleHandleW(name.as_ptr()) }.is_null()
}

/// # Safety
/// As for [`open_library`].
unsafe fn open(path: &Path, flags: LOAD_LIBRARY_FLAGS) -> Result<Library, Refused> {
    let path = wide(&loadable(path).map_err(|error| refused(&error))?);
    let _quiet = Quiet::begin();
    // SAFETY: the path ends with NUL; the caller trusts what runs.
    let handle =
        unsafe { LoadLibraryExW(path.as_ptr(), null_mut(), flags | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS) };
    if handle.is_null() {
        return Err(refused(&io::Error::last_os_error()));
    }
    // SAFETY: the function returned the handle, and nothing else closes it.
    Ok(unsafe { WindowsLibrary::from_raw(handle as isize) }.into())
}

fn refused(error: &io::Error) -> Refused {
    Refused { number: error.raw_os_error(), text: error.to_string(), library: None }
}

/// A full path, as the flags require, in a form that the function takes.
fn loadable(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if path.as_os_str().encode_wide().count() < MAX_PATH { Ok(path) } else { path.canonicalize() }
}

fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

/// While it lives, the system shows no dialogs on this thread.
struct Quiet {
    before: u32,
}

impl Quiet {
    fn begin() -> Self {
        let mut before = 0;
        // SAFETY: the function changes a setting of this thread and writes the one before.
        unsafe { SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &mut before) };
        Quiet { before }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // SAFETY: the function changes a setting of this thread.
        unsafe { SetThreadErrorMode(self.before, null_mut()) };
    }
}

/// The folders that are searched after the module's own: the program's and the system's.
pub(crate) fn library_folders() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(Path::parent).map(Path::to_owned);
    program.into_iter().chain(system_folder()).collect()
}

fn system_folder() -> Option<PathBuf> {
    let mut path = [0; MAX_PATH];
    // SAFETY: the function writes no more than it is told there is room for.
    let len = unsafe { GetSystemDirectoryW(path.as_mut_ptr(), MAX_PATH as u32) } as usize;
    let path = path.get(..len).filter(|path| !path.is_empty())?;
    Some(std::ffi::OsString::from_wide(path).into())
}

/// A path to the same folder that the system's loader takes literally, and what keeps it valid; `None` if the path is literal.
pub(crate) fn literal_folder(_path: &Path) -> io::Result<Option<(PathBuf, File)>> {
    Ok(None)
}

//! The folder of compiled code: its owner, its permissions and its size.

use std::fs::{DirEntry, File};
use std::io::{self, Error};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::os;

/// The prefix of a file that is being written.
pub(super) const FRESH: &str = ".fresh-";
/// The largest size of the folder in bytes, as far as one process sees it.
const MOST: u64 = 512 << 20;
/// A file that is being written for longer than this belongs to a process that has ended.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

pub(super) fn failed(what: &str, path: &Path, error: &Error) -> String {
    format!("{} {what}: {error}", path.display())
}

/// The folder in the user's cache; `None` on systems whose permissions cannot be checked.
pub(super) fn of_user() -> Result<Option<PathBuf>, String> {
    let Some(cache) = os::user_cache()? else { return Ok(None) };
    let folder = cache.join("rp").join("wasm");
    open(&folder).map(|()| Some(folder))
}

/// Makes the folder if it does not exist, and checks that nobody else may enter it.
pub(super) fn open(folder: &Path) -> Result<(), String> {
    os::create_private_folders(folder).map_err(|error| failed("cannot be made", folder, &error))?;
    check(folder, os::exposure_of_folder(folder))
}

/// Checks that only this user could have written an opened file.
pub(super) fn check_file(path: &Path, file: &File) -> Result<(), String> {
    check(path, os::exposure_of_file(file))
}

fn check(path: &Path, exposure: io::Result<Option<&str>>) -> Result<(), String> {
    match exposure.map_err(|error| failed("cannot be read", path, &error))? {
        Some(exposure) => Err(format!("{} {exposure}", path.display())),
        None => Ok(()),
    }
}

/// Removes the oldest files if the folder is too large. What cannot be read or removed stays.
pub(super) fn prune(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    let mut files: Vec<_> = entries.filter_map(|entry| kept(&entry.ok()?)).collect();
    files.sort_unstable_by_key(|file| file.modified);
    let mut total: u64 = files.iter().map(|file| file.len).sum();
    for file in files {
        let is_abandoned = file.is_fresh && file.modified.elapsed().is_ok_and(|age| age > ABANDONED);
        if (is_abandoned || (!file.is_fresh && total > MOST)) && std::fs::remove_file(&file.path).is_ok() {
            total -= file.len;
        }
    }
}

struct Kept {
    path: PathBuf,
    modified: SystemTime,
    len: u64,
    /// Whether it is being written.
    is_fresh: bool,
}

/// A file of ours; nothing else is ever removed.
fn kept(entry: &DirEntry) -> Option<Kept> {
    let (name, metadata) = (entry.file_name(), entry.metadata().ok()?);
    let name = name.to_str()?;
    let is_fresh = name.starts_with(FRESH);
    if !metadata.is_file() || !(is_fresh || name.ends_with(".code")) {
        return None;
    }
    Some(Kept { path: entry.path(), modified: metadata.modified().ok()?, len: metadata.len(), is_fresh })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_folder_that_others_may_enter_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("a/b");
        open(&folder).unwrap();
        for made in [&folder, &outer.path().join("a")] {
            assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
        open(&folder).unwrap();
        for mode in [0o701, 0o710, 0o777] {
            std::fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
            assert!(open(&folder).unwrap_err().contains("open to others"), "{mode:o}");
        }
        std::fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
        let link = outer.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(open(&link).unwrap_err().contains("is not a folder"));
        let file = outer.path().join("file");
        File::create(&file).unwrap();
        assert!(open(&file).is_err());
    }

    #[test]
    fn the_oldest_go_first_and_strangers_stay() {
        let folder = tempfile::tempdir().unwrap();
        let day = |days: u64| SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        let file = |name: &str, len: u64, days: u64| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_len(len).unwrap();
            file.set_modified(day(days)).unwrap();
        };
        file("old.code", MOST / 2, 3);
        file("middle.code", MOST / 2, 2);
        file("new.code", MOST / 2, 1);
        file("notes.txt", MOST, 9);
        file(".fresh-old", 1, 1);
        file(".fresh-new", 1, 0);
        prune(folder.path());
        let mut left: Vec<_> =
            folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".fresh-new", "new.code", "notes.txt"]);
    }
}

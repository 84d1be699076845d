//! Removes the folders that killed processes left, and nothing else: a folder is ours only if its whole name, its owner and its
//! mode say so, and abandoned only if nobody holds its lock.

use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use super::names::{LOCK, NEW_LOCK, is_name};
use crate::os;

/// The time within which a process has made its folder and the lock in it.
const MAKING: Duration = Duration::from_secs(60);

/// Removes the folders of this user's processes that have ended. What cannot be read or removed stays.
pub(super) fn sweep(temporary: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    for entry in entries.flatten().filter(is_ours) {
        let _stays = sweep_folder(&entry.path());
    }
}

/// Looks at the entry itself, not at the target of a link.
fn is_ours(entry: &DirEntry) -> bool {
    is_name(&entry.file_name()) && os::is_private_folder(&entry.path())
}

fn sweep_folder(folder: &Path) -> io::Result<()> {
    match os::open_own(&folder.join(LOCK)) {
        Ok(lock) if is_free(&lock) => {
            // Some systems keep the name of an opened file until it is closed. Nobody takes this lock again.
            drop(lock);
            fs::remove_dir_all(folder)
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => sweep_unfinished(folder),
        Err(error) => Err(error),
    }
}

/// A process that was killed while it made its folder left the folder empty, or with only the new lock. A folder with anything
/// else in it is not removed.
fn sweep_unfinished(folder: &Path) -> io::Result<()> {
    let made = fs::symlink_metadata(folder)?.modified()?;
    if made.elapsed().is_ok_and(|age| age < MAKING) {
        return Ok(());
    }
    if let Ok(lock) = os::open_own(&folder.join(NEW_LOCK)) {
        let is_alone = fs::read_dir(folder)?.count() == 1;
        if !is_alone || !is_free(&lock) {
            return Ok(());
        }
        drop(lock);
        fs::remove_file(folder.join(NEW_LOCK))?;
    }
    fs::remove_dir(folder)
}

fn is_free(lock: &File) -> bool {
    lock.try_lock().is_ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::SystemTime;

    use super::*;

    const NAME: &str = "rp-modules-0123456789abcdef";

    /// A folder that looks like one of ours but for what a case changes, two hours old.
    struct Case {
        name: &'static str,
        mode: u32,
        fill: fn(&Path),
        is_swept: bool,
    }

    fn case(name: &'static str, mode: u32, fill: fn(&Path), is_swept: bool) -> Case {
        Case { name, mode, fill, is_swept }
    }

    fn lock(folder: &Path) {
        File::create(folder.join(LOCK)).unwrap();
    }

    fn new_lock(folder: &Path) {
        File::create(folder.join(NEW_LOCK)).unwrap();
    }

    fn data(folder: &Path) {
        fs::write(folder.join("data"), "precious").unwrap();
    }

    fn fifo(path: PathBuf) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    fn cases() -> Vec<Case> {
        vec![
            case(NAME, 0o700, |_| (), true),
            case(NAME, 0o700, lock, true),
            case(NAME, 0o700, new_lock, true),
            case(NAME, 0o700, |folder| (lock(folder), data(folder)).1, true),
            case(NAME, 0o700, data, false),
            case(NAME, 0o700, |folder| (new_lock(folder), data(folder)).1, false),
            case(NAME, 0o700, |folder| fifo(folder.join(LOCK)), false),
            case(NAME, 0o700, |folder| fifo(folder.join(NEW_LOCK)), false),
            case(NAME, 0o700, |folder| fs::create_dir(folder.join(LOCK)).unwrap(), false),
            case(NAME, 0o700, |folder| symlink("/etc/passwd", folder.join(LOCK)).unwrap(), false),
            case(NAME, 0o755, lock, false),
            case("rp-modules-mine", 0o700, lock, false),
            case("rp-modules-0123456789ABCDEF", 0o700, lock, false),
            case("rp-modules-0123456789abcdef0", 0o700, lock, false),
            case("xrp-modules-0123456789abcdef", 0o700, lock, false),
        ]
    }

    fn age(folder: &Path) {
        let old = SystemTime::now() - Duration::from_secs(7200);
        File::open(folder).unwrap().set_modified(old).unwrap();
    }

    #[test]
    fn only_what_is_ours_and_abandoned_goes() {
        for (number, case) in cases().into_iter().enumerate() {
            let temporary = tempfile::tempdir().unwrap();
            let folder = temporary.path().join(case.name);
            fs::create_dir(&folder).unwrap();
            (case.fill)(&folder);
            fs::set_permissions(&folder, fs::Permissions::from_mode(case.mode)).unwrap();
            age(&folder);
            sweep(temporary.path());
            assert_eq!(folder.exists(), !case.is_swept, "case {number}: {}", case.name);
        }
    }

    #[test]
    fn what_is_in_use_or_just_made_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join(NAME);
        os::create_private_folder(&folder).unwrap();
        sweep(temporary.path());
        assert!(folder.exists(), "another process makes it");
        for name in [NEW_LOCK, LOCK] {
            let held = File::create(folder.join(name)).unwrap();
            held.lock().unwrap();
            age(&folder);
            sweep(temporary.path());
            assert!(folder.exists(), "{name} is held");
            fs::remove_file(folder.join(name)).unwrap();
        }
    }

    #[test]
    fn a_link_is_not_followed() {
        let temporary = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        lock(elsewhere.path());
        fs::set_permissions(elsewhere.path(), fs::Permissions::from_mode(0o700)).unwrap();
        symlink(elsewhere.path(), temporary.path().join(NAME)).unwrap();
        sweep(temporary.path());
        assert!(elsewhere.path().join(LOCK).exists() && temporary.path().join(NAME).exists());
    }

    /// Only root can give a folder away.
    #[test]
    fn what_is_another_users_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join(NAME);
        os::create_private_folder(&folder).unwrap();
        lock(&folder);
        age(&folder);
        if std::os::unix::fs::chown(&folder, Some(65534), None).is_ok() {
            sweep(temporary.path());
            assert!(folder.exists());
        }
    }
}

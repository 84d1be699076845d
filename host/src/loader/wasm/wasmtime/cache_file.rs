//! A file of compiled code: a head, the hash of key and code, the code.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::cache_folder::{self, failed};
use crate::os;

/// Form and version of the file.
const HEAD: &[u8; 8] = b"rp-code1";
/// A file that is read counts as new again if it is older than this.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The code in a file; `None` if there is no file, an error if the file cannot be trusted.
pub(super) fn read(path: &Path, key: &[u8; 32]) -> Result<Option<Vec<u8>>, String> {
    let mut file = match os::open_unfollowed(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("cannot be opened", path, &error)),
    };
    cache_folder::check_file(path, &file)?;
    let metadata = file.metadata().map_err(|error| failed("cannot be read", path, &error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.read_to_end(&mut bytes).map_err(|error| failed("cannot be read", path, &error))?;
    let code =
        checked(&bytes, key).ok_or_else(|| format!("{} is not what was kept there", path.display()))?;
    touch(&file, metadata.modified().ok());
    Ok(Some(code.to_vec()))
}

fn checked<'a>(bytes: &'a [u8], key: &[u8; 32]) -> Option<&'a [u8]> {
    let (hash, code) = bytes.strip_prefix(HEAD)?.split_first_chunk::<32>()?;
    (*hash == hash_of(key, code)).then_some(code)
}

fn hash_of(key: &[u8; 32], code: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(key).chain_update(code).finalize().into()
}

/// Marks a file as used: the oldest files are removed first.
fn touch(file: &File, modified: Option<SystemTime>) {
    let now = SystemTime::now();
    let is_old = modified.and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age > DAY);
    if is_old {
        // Only the order of removal depends on it.
        let _ = file.set_modified(now);
    }
}

/// Writes a file under another name and renames it, so that nobody ever reads half of it.
pub(super) fn write(path: &Path, key: &[u8; 32], code: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error: &std::io::Error| failed("cannot be written", path, error);
    // Made with mode 0600.
    let fresh = tempfile::Builder::new().prefix(cache_folder::FRESH).tempfile_in(folder);
    let mut fresh = fresh.map_err(|error| failed(&error))?;
    for part in [HEAD.as_slice(), &hash_of(key, code), code] {
        fresh.write_all(part).map_err(|error| failed(&error))?;
    }
    fresh.persist(path).map(drop).map_err(|error| failed(&error.error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_kept_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.code");
        let key = [7; 32];
        assert_eq!(read(&path, &key), Ok(None));
        write(&path, &key, b"code").unwrap();
        assert_eq!(read(&path, &key), Ok(Some(b"code".to_vec())));
        assert!(read(&path, &[8; 32]).unwrap_err().contains("not what was kept"), "another's code");
        let good = std::fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&path, &bad).unwrap();
            assert!(read(&path, &key).is_err(), "byte {at}");
            std::fs::write(&path, &good[..at]).unwrap();
            assert!(read(&path, &key).is_err(), "{at} bytes");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_others_could_have_written_is_not_read() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.code");
        let key = [7; 32];
        write(&path, &key, b"code").unwrap();
        for mode in [0o620, 0o602, 0o604, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(read(&path, &key).unwrap_err().contains("others"), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let link = folder.path().join("link.code");
        symlink(&path, &link).unwrap();
        assert!(read(&link, &key).is_err(), "a link");
        std::fs::remove_file(&link).unwrap();
        std::fs::hard_link(&path, &link).unwrap();
        assert!(read(&link, &key).unwrap_err().contains("names"), "a second name");
        std::fs::remove_file(&link).unwrap();
        assert!(read(folder.path(), &key).is_err(), "a folder");
        assert_eq!(read(&path, &key), Ok(Some(b"code".to_vec())));
    }
}

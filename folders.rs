//! The folders that the build scripts of the root and of tests/build-modules-c/ read and write.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The names of the folders in a folder, sorted.
pub fn folders(parent: &str) -> Vec<String> {
    let entries = fs::read_dir(parent).unwrap_or_else(|error| panic!("{parent}: {error}"));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap_or_else(|error| panic!("{parent}: {error}")).path())
        .filter(|path| path.is_dir())
        .map(|path| file_name(&path))
        .collect();
    names.sort();
    names
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().expect("an entry of a folder has a name");
    name.to_str().unwrap_or_else(|| panic!("{}: the name is not UTF-8", path.display())).to_owned()
}

/// `<target>/<profile>`: OUT_DIR is `<target>/<profile>/build/<package>-<hash>/out`.
pub fn profile_dir() -> PathBuf {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let build_dir = out_dir.ancestors().find(|dir| dir.ends_with("build"));
    build_dir.and_then(Path::parent).expect("OUT_DIR lies in a folder `build`").to_owned()
}

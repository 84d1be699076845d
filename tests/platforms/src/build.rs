//! One build of the command and the modules.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Ended, Starter};

/// The command and the modules of one platform.
pub struct Build {
    /// The command.
    pub rp: PathBuf,
    /// The folder with the modules' libraries.
    pub modules: PathBuf,
    /// Starts its programs.
    pub starter: Starter,
}

impl Build {
    /// Runs the command.
    pub fn rp<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Ended, String> {
        self.starter.run(&self.rp, arguments)
    }

    /// The library of a module, whatever the platform calls it.
    pub fn library(&self, module: &str) -> Result<PathBuf, String> {
        let stem = module.replace('-', "_");
        let names = [format!("lib{stem}.so"), format!("lib{stem}.dylib"), format!("{stem}.dll")];
        let files = names.map(|name| self.modules.join(name));
        let found: Vec<_> = files.into_iter().filter(|file| file.is_file()).collect();
        match <[PathBuf; 1]>::try_from(found) {
            Ok([file]) => Ok(file),
            Err(found) => Err(format!("{} libraries of {module} in {}", found.len(), self.modules.display())),
        }
    }

    /// What `rp inspect` says of a file.
    pub fn inspected(&self, file: &Path) -> Result<Value, String> {
        let ended = self.rp(&[OsStr::new("--json"), OsStr::new("inspect"), file.as_os_str()])?;
        serde_json::from_str(ended.with_code(0)?).map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| format!("{}: not UTF-8", path.display()))
}

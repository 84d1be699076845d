//! Visual Studio, whose tools are on the PATH of its developer prompt alone.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of the newest Visual Studio or its build tools that has a compiler for C and C++.
pub fn visual_studio() -> Option<String> {
    let asked = Command::new(finder()?)
        .args(["-latest", "-products", "*", "-property", "installationPath"])
        .args(["-requires", "Microsoft.VisualStudio.Component.VC.Tools.x86.x64", "-utf8"])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let folder = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    (!folder.is_empty()).then_some(folder)
}

/// The program that its installer puts at the same place in all versions.
fn finder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("ProgramFiles(x86)")?);
    let finder = folder.join(r"Microsoft Visual Studio\Installer\vswhere.exe");
    finder.is_file().then_some(finder)
}

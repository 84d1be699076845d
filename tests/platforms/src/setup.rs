//! What a run works with.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::build::Build;
use crate::options::Run;
use crate::program::Starter;

/// The builds, and what else the steps need.
pub struct Setup {
    /// The build that is proved.
    pub tested: Build,
    /// The build that it is compared with: this machine's own.
    pub reference: Build,
    /// The names of all modules.
    pub modules: Vec<String>,
    /// The built examples.
    pub examples: Option<PathBuf>,
    /// The program that prints sizes and offsets.
    pub sizes: Option<PathBuf>,
    /// The seconds that one check may take.
    pub check_limit: u64,
    /// A folder for files of the run.
    pub scratch: PathBuf,
}

impl Setup {
    /// Finds everything; an error says what is missing.
    pub fn new(options: &Run) -> Result<Setup, String> {
        let scratch = emptied(&scratch_folder(&options.platform)?)?;
        let runner = match &options.runner {
            None => Vec::new(),
            Some(text) => shlex::split(text).ok_or_else(|| format!("--runner {text}: a quote is open"))?,
        };
        let folder = own_folder()?;
        let beside = |name: &str| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        let build = |rp: &Path, modules: &Path, runner| {
            Ok::<_, String>(Build {
                rp: found(rp)?,
                modules: found(modules)?,
                starter: Starter::new(runner, scratch.clone(), options.limit),
            })
        };
        let reference_rp = options.reference_rp.clone().unwrap_or_else(|| beside("rp"));
        let reference_modules = options.reference_modules.as_ref().unwrap_or(&folder);
        Ok(Setup {
            tested: build(&options.rp, &options.modules, runner)?,
            reference: build(&reference_rp, reference_modules, Vec::new())
                .map_err(|error| format!("{error}; `cargo build --locked` makes this machine's own"))?,
            modules: modules()?,
            examples: options.examples.as_deref().map(found).transpose()?,
            sizes: options.sizes.as_deref().map(found).transpose()?,
            check_limit: options.check_limit.as_secs(),
            scratch,
        })
    }

    /// Whether the build is compared with itself.
    pub fn is_reference(&self) -> bool {
        self.tested.rp == self.reference.rp
    }

    /// The emulator with its version.
    pub fn emulator(&self) -> Option<String> {
        let first = self.tested.starter.runner.first()?;
        let output = Command::new(first).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(text.lines().next().unwrap_or(first).to_owned())
    }
}

/// The repository.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        above.expect("this package is tests/platforms").to_owned()
    });
    &ROOT
}

/// The system that this program runs on, for people.
pub fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name =
        release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).map(|name| name.trim_matches('"'));
    name.map(str::to_owned)
        .or_else(|| printed("sw_vers", &["-productVersion"]).map(|version| format!("macOS {version}")))
        .or_else(|| printed("cmd", &["/C", "ver"]))
        .unwrap_or_else(|| std::env::consts::OS.to_owned())
}

fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The folder of this program: cargo leaves the command and the modules there too.
fn own_folder() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("the path of this program: {error}"))?;
    Ok(program.parent().unwrap_or(Path::new(".")).to_owned())
}

fn scratch_folder(platform: &str) -> Result<PathBuf, String> {
    Ok(own_folder()?.join("platforms").join(platform))
}

fn emptied(folder: &Path) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    found(folder)
}

fn found(path: &Path) -> Result<PathBuf, String> {
    // The prefix of canonical paths on Windows is one that not every program takes.
    std::path::absolute(path)
        .and_then(|path| path.metadata().map(|_| path))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The names of the folders with modules.
fn modules() -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for folder in ["modules-rust", "modules-c"] {
        let entries = std::fs::read_dir(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
        let folders = entries.flatten().filter(|entry| entry.path().is_dir());
        names.extend(folders.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    }
    names.sort();
    if names.len() < 3 { Err(format!("only these modules: {names:?}")) } else { Ok(names) }
}

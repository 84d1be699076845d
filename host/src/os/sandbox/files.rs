//! Which files the process may open: Landlock.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};

use super::super::confinement::{Reach, Unconfined};
use super::super::landlock_abi;

/// What the sandbox promises of files needs this: from here on a file cannot be cut by opening it to read.
const NEEDED: ABI = ABI::V3;
/// What it takes beside, where the kernel has it: a second lock behind the one of the system calls, for the network, signals,
/// abstract sockets and ioctl.
const TAKEN: ABI = ABI::V6;

/// What every process needs of the system: libraries, time zones, languages, and random bytes for old libraries.
const SYSTEM: &[&str] = &[
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/locale",
    "/usr/share/zoneinfo",
    "/dev/urandom",
];

/// What can be written to without effect.
const SINK: &str = "/dev/null";

/// Leaves to this process the files of the system that it needs, and those of `reach`. Nothing can be executed.
pub(super) fn restrict(reach: &Reach) -> Result<(), Unconfined> {
    landlock_abi().map_err(Unconfined::Lacks)?;
    let mut rules = rules().map_err(refused)?;
    for path in SYSTEM.iter().map(Path::new) {
        rules = match PathFd::new(path) {
            Ok(opened) => allow(rules, path, opened, reading())?,
            // Not every system has all of them.
            Err(_) => rules,
        };
    }
    for path in &reach.read {
        rules = allow(rules, path, opened(path)?, reading())?;
    }
    for path in &reach.write {
        rules = allow(rules, path, opened(path)?, reading() | writing())?;
    }
    if let Ok(sink) = PathFd::new(SINK) {
        rules = allow(rules, Path::new(SINK), sink, AccessFs::ReadFile | AccessFs::WriteFile)?;
    }
    rules.restrict_self().map(|_| ()).map_err(refused)
}

fn rules() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(TAKEN))?
        .handle_access(AccessNet::from_all(TAKEN))?
        .scope(Scope::from_all(TAKEN))?
        .create()
}

fn reading() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::ReadDir
}

/// Files, folders and links, but no devices, pipes and sockets.
fn writing() -> BitFlags<AccessFs> {
    AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSym
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer
}

fn allow(
    rules: RulesetCreated,
    path: &Path,
    opened: PathFd,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, Unconfined> {
    let of_files = AccessFs::from_file(NEEDED);
    let access = if path.is_dir() { access } else { access & of_files };
    rules.add_rule(PathBeneath::new(opened, access)).map_err(refused)
}

fn opened(path: &Path) -> Result<PathFd, Unconfined> {
    PathFd::new(path).map_err(|error| match error {
        landlock::PathFdError::OpenCall { source, .. } => Unconfined::Path(path.into(), source),
        other => Unconfined::refused("Landlock", other),
    })
}

fn refused(error: RulesetError) -> Unconfined {
    Unconfined::refused("Landlock", error)
}

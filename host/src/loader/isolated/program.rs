//! The program that workers run.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::LoadFault;
use crate::os;

/// The argument by which such a program is asked to explain a crash of this one.
pub(crate) const EXPLAIN: &str = "explain-crash";

/// Whether the main function of this program serves as a worker when it is asked to.
static THIS_SERVES: AtomicBool = AtomicBool::new(false);

/// Lets workers run this program, whose main function serves them.
#[cfg(feature = "worker")]
pub(crate) fn let_this_serve() {
    THIS_SERVES.store(true, Ordering::Relaxed);
}

/// The program: the named one, or this one if it serves, or the one beside it. A program that does not serve is never started
/// a second time.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, LoadFault> {
    let no_worker = |why: String| LoadFault::NoWorker(why);
    if !os::HAS_WORKERS {
        return Err(no_worker("not on this system yet".into()));
    }
    if let Some(named) = named {
        // A name alone would be searched elsewhere, and the current folder may be another one when it is started again.
        return std::path::absolute(named).map_err(|error| no_worker(error.to_string()));
    }
    if THIS_SERVES.load(Ordering::Relaxed) {
        return os::this_program().map_err(|error| no_worker(error.to_string()));
    }
    let this = std::env::current_exe().map_err(|error| no_worker(error.to_string()))?;
    let name = format!("rp-worker{}", std::env::consts::EXE_SUFFIX);
    let beside = this.with_file_name(name);
    if beside.is_file() { Ok(beside) } else { Err(no_worker(format!("there is no {}", beside.display()))) }
}

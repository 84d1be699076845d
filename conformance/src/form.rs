//! What runs a module's code while it is checked.

use std::io::Read;
use std::path::Path;

/// What runs a module's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// This process: the check calls the module itself.
    Native,
    /// A process of the module's own, which the loader for isolated modules calls.
    Isolated,
    /// A sandbox for WebAssembly, in which its loader calls the module.
    Sandboxed,
}

impl Form {
    /// The form of a file; `is_isolated` is whether native modules are to be isolated.
    pub(crate) fn of(file: &Path, is_isolated: bool) -> Form {
        match is_isolated {
            _ if is_webassembly(file) => Form::Sandboxed,
            true => Form::Isolated,
            false => Form::Native,
        }
    }

    /// Whether a loader stands between the check and the module.
    pub(crate) fn has_loader(self) -> bool {
        self != Form::Native
    }
}

/// Whether a file is WebAssembly, by what it begins with. Opening a FIFO would wait.
fn is_webassembly(path: &Path) -> bool {
    let mut magic = [0; 4];
    path.is_file()
        && std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == *b"\0asm"
}

//! Why Windows refused a library. It gives a number, and names no library.

use std::io;
use std::path::Path;

use super::image::Image;
use super::{private_copy, unresolved};
use crate::error::LoadFault;
use crate::os::{self, Refused};

const ACCESS_DENIED: i32 = 5;
const MODULE_NOT_FOUND: i32 = 126;
const PROCEDURE_NOT_FOUND: i32 = 127;
const BAD_FORMAT: i32 = 193;
const VIRUS_INFECTED: i32 = 225;
const INVALID_IMAGE_HASH: i32 = 577;
const DLL_INIT_FAILED: i32 = 1114;
const DISABLED_BY_POLICY: i32 = 1260;
const INTEGRITY_POLICY: i32 = 4551;

/// The fault for a number; `original` is the module's own file.
pub(super) fn fault(number: i32, refused: Refused, module: &Image<'_>, original: &Path) -> LoadFault {
    match number {
        MODULE_NOT_FOUND | PROCEDURE_NOT_FOUND | BAD_FORMAT => {
            let folder = std::path::absolute(original).unwrap_or_else(|_| original.to_owned());
            let folder = folder.parent().unwrap_or(&folder);
            let found = unresolved::find(module, folder, &os::library_folders());
            found.unwrap_or_else(|| other(refused))
        }
        DLL_INIT_FAILED => LoadFault::DllMainFailed(refused.library.unwrap_or_else(|| "the module".into())),
        ACCESS_DENIED | VIRUS_INFECTED | INVALID_IMAGE_HASH | DISABLED_BY_POLICY | INTEGRITY_POLICY
            if refused.library.is_none() =>
        {
            private_copy::fault(io::Error::from_raw_os_error(number))
        }
        _ => other(refused),
    }
}

fn other(refused: Refused) -> LoadFault {
    match refused.library {
        Some(name) => LoadFault::BrokenDependency { name, text: refused.text },
        None => LoadFault::System(refused.text),
    }
}

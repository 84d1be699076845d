//! What files of modules say about themselves. None of their code runs.

use core::ffi::c_char;

use host::{Error, HostFault, LoadOptions};

use crate::contain::{contain, given};
use crate::error::rph_error;
use crate::options;
use crate::reply::rph_reply;
use crate::text::text;

/// What the file of a module says about it; none of its code runs. options: as of rph_load, to
/// compare it with what they expect, and with what this host can load; without a length nothing is
/// compared. out: as `rp inspect --json` has it.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_inspect(
    path: *const c_char,
    path_len: usize,
    options: *const c_char,
    len: usize,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        // SAFETY: C lends both texts until this call returns (rule 3 of rp_host.h).
        let path = unsafe { text("path", path, path_len) }?;
        // SAFETY: as above.
        let expected: LoadOptions = unsafe { options::read(options, len) }?;
        let found = if len == 0 { host::inspect(path) } else { host::inspect_with(path, &expected) }?;
        given("out", out)?.show(&found);
        Ok(())
    })
}

/// The modules of a folder; none of their code runs. out: as `rp list --json` has it.
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_scan(
    folder: *const c_char,
    len: usize,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let folder = unsafe { text("folder", folder, len) }?;
        let found = host::scan(folder)
            .map_err(|error| Error::host(HostFault::System { what: "read the folder", error }))?;
        given("out", out)?.show(&found);
        Ok(())
    })
}

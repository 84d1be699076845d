//! Loading modules.

use core::ffi::c_char;

use host::abi::rp_module;
use host::{Error, Host, Instance, LoadOptions};

use crate::contain::{Outcome, contain, given, hand_over};
use crate::error::rph_error;
use crate::host::rph_host;
use crate::instance::rph_instance;
use crate::options;
use crate::text::text;

/// Loads a module and starts one instance of it. A native module is code in this process: load what
/// you trust.
///
/// options  {"instance", "config", "grants", "grant_requested", "restart", "name", "version",
///          "sha256", "loader", "isolated", "engine", "cache", "wasm", "recorded"}, as the tables
///          module, instance and wasm of an rp.toml have them; or nothing. With recorded, a
///          recording answers in place of the module, whose file need not be there
/// out      the instance: a handle, whose rph_instance_free does not unload it
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_load(
    host: Option<&rph_host>,
    path: *const c_char,
    path_len: usize,
    options: *const c_char,
    len: usize,
    out: *mut *mut rph_instance,
) -> Option<Box<rph_error>> {
    // SAFETY: C keeps the rules of rp_host.h for each argument.
    contain(|| unsafe {
        load(host, (path, path_len), (options, len), out, |host, path, options| host.load_with(path, options))
    })
}

/// Loads a module, as `how` says.
///
/// # Safety
/// The texts are lent until this returns (rule 3 of rp_host.h), and `out` is NULL or valid for a write.
unsafe fn load(
    host: Option<&rph_host>,
    (path, path_len): (*const c_char, usize),
    (options, len): (*const c_char, usize),
    out: *mut *mut rph_instance,
    how: impl FnOnce(&Host, &str, LoadOptions) -> Result<Instance, Error>,
) -> Outcome {
    let host = given("host", host)?.own()?;
    // SAFETY: as the caller promises.
    let (path, options) = unsafe { (text("path", path, path_len)?, options::read(options, len)?) };
    // SAFETY: as the caller promises.
    unsafe { hand_over(out, || Ok(rph_instance::new(how(host, path, options)?))) }
}

/// As rph_load, for a file that need not be trusted: one that is not WebAssembly is refused.
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_load_wasm(
    host: Option<&rph_host>,
    path: *const c_char,
    path_len: usize,
    options: *const c_char,
    len: usize,
    out: *mut *mut rph_instance,
) -> Option<Box<rph_error>> {
    // SAFETY: C keeps the rules of rp_host.h for each argument.
    contain(|| unsafe {
        load(host, (path, path_len), (options, len), out, |host, path, options| host.load_wasm(path, options))
    })
}

/// Starts an instance of a module that is linked into this program; entry is its rp_module_v1,
/// under another name where there are several. Its table and functions are valid for the life of
/// the process.
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_add_static(
    host: Option<&rph_host>,
    entry: Option<unsafe extern "C" fn() -> *const rp_module>,
    options: *const c_char,
    len: usize,
    out: *mut *mut rph_instance,
) -> Option<Box<rph_error>> {
    contain(|| {
        let (host, entry) = (given("host", host)?.own()?, given("entry", entry)?);
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let options: LoadOptions = unsafe { options::read(options, len) }?;
        // SAFETY: C gives the entry of a module that keeps the rules of rp_module.h and stays where it is.
        let add = || Ok(rph_instance::new(unsafe { host.add_static(entry, options) }?));
        // SAFETY: C gives NULL or a place for the pointer (rule 1 of rp_host.h).
        unsafe { hand_over(out, add) }
    })
}

/// Lets the module in path take the place of the instance of that name, whose handles reach the new
/// code from then on; its state is new. If it fails, the old code goes on as if nothing had
/// happened.
///
/// options  as of rph_load; without a length those that the instance was loaded with
/// out      a handle to the instance, as the earlier ones are; NULL if none is wanted
/// [any-thread] [may-block] [not-in-callback]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_replace(
    host: Option<&rph_host>,
    name: *const c_char,
    name_len: usize,
    path: *const c_char,
    path_len: usize,
    options: *const c_char,
    len: usize,
    out: *mut *mut rph_instance,
) -> Option<Box<rph_error>> {
    contain(|| {
        let host = given("host", host)?.own()?;
        // SAFETY: C lends the texts until this call returns (rule 3 of rp_host.h).
        let (name, path) = unsafe { (text("name", name, name_len)?, text("path", path, path_len)?) };
        // SAFETY: as above.
        let options: LoadOptions = unsafe { options::read(options, len) }?;
        let replaced =
            if len == 0 { host.replace(name, path) } else { host.replace_with(name, path, options) }?;
        if out.is_null() {
            return Ok(());
        }
        // SAFETY: C gives a place for the pointer (rule 1 of rp_host.h).
        unsafe { hand_over(out, || Ok(rph_instance::new(replaced))) }
    })
}

//! The library itself.

use core::ffi::c_char;

use serde_json::json;

use crate::constants::RPH_ABI_VERSION;
use crate::contain::{Outcome, contain, contain_or, given};
use crate::error::rph_error;
use crate::reply::rph_reply;
use crate::text::text;

/// The version of the ABI that the library has: RPH_ABI_VERSION of its own header. It grows with
/// each function or field that is added.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_abi_version() -> u32 {
    RPH_ABI_VERSION
}

/// The version of the library, such as "0.1.0". Constant.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// What the library was built with, such as "sqlite wasm", parted by blanks. Constant.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_features() -> *const c_char {
    const FEATURES: &str =
        match (cfg!(feature = "sqlite"), cfg!(feature = "wasm"), cfg!(feature = "wasm-jit")) {
            (true, _, true) => "sqlite wasm wasm-jit\0",
            (true, true, false) => "sqlite wasm\0",
            (true, false, false) => "sqlite\0",
            (false, _, true) => "wasm wasm-jit\0",
            (false, true, false) => "wasm\0",
            (false, false, false) => "\0",
        };
    FEATURES.as_ptr().cast()
}

/// Makes this program one that the processes of isolated modules may run: call it at the start of
/// main, before a thread is started or a file opened. If a host has started the program with the
/// argument "worker", it serves and does not return. Without it the library runs the file rp-worker
/// beside the program, or what the option worker_program names.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_serve_if_asked() {
    contain_or((), host::worker::serve_if_asked);
}

/// Has every crash of this process told on standard error, on one line: the instance that crashed, the
/// signal, the message and the thread that were at work, the module and, on Linux, the functions with
/// their source lines. Then the process ends as it would have. Call it once, at the start of main, after
/// rph_serve_if_asked and before there is another thread.
/// note: what is told behind that, such as where the trace is; it may be empty.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_report_crashes(note: *const c_char, len: usize) -> Option<Box<rph_error>> {
    contain(|| -> Outcome {
        // SAFETY: the caller lends the text until this call returns (rule 3 of rp_host.h).
        let note = unsafe { text("note", note, len) }?.to_owned();
        host::on_crash(move |crash| crash.print(&note));
        Ok(())
    })
}

/// What isolated modules need of the system, and whether it is there; nothing is started or
/// changed. out: a JSON array of objects with the keys part, purpose, for_sandbox_only, is_found,
/// version, missing.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_isolation_support(out: Option<&mut rph_reply>) -> Option<Box<rph_error>> {
    contain(|| {
        let parts = host::isolation_support();
        let shown = parts.iter().map(|part| {
            json!({
                "part": part.name,
                "purpose": part.purpose,
                "for_sandbox_only": part.is_for_sandbox,
                "is_found": part.found.is_ok(),
                "version": part.found.as_ref().ok(),
                "missing": part.found.as_ref().err(),
            })
        });
        given("out", out)?.show(&shown.collect::<Vec<_>>());
        Ok(())
    })
}

/// The file name that the library of a module has on this system, as text in out: "test-minimal"
/// gives "libtest_minimal.so".
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_library_file_name(
    module: *const c_char,
    len: usize,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| -> Outcome {
        // SAFETY: the caller lends the text until this call returns (rule 3 of rp_host.h).
        let module = unsafe { text("module", module, len) }?;
        given("out", out)?.show_text(&host::library_file_name(module).to_string_lossy());
        Ok(())
    })
}

//! A handle to an instance.

use core::ffi::c_char;
use core::ptr;

use host::Instance;

use crate::contain::{Outcome, contain, contain_or, given};
use crate::error::rph_error;
use crate::kept::Kept;
use crate::process::Process;
use crate::reply::rph_reply;
use crate::view;

/// A handle to one instance. Freeing it does not unload the instance, nor does it keep that loaded:
/// calls with it are answered rp::call::unavailable then.
/// [any-thread]
pub struct rph_instance {
    pub(crate) instance: Instance,
    texts: Kept,
    process: Process,
}

impl rph_instance {
    pub(crate) fn new(instance: Instance) -> Self {
        rph_instance { instance, texts: Kept::default(), process: Process::this() }
    }

    /// The instance, unless it belongs to the process from which this one was forked.
    pub(crate) fn own(&self) -> Outcome<&Instance> {
        self.process.check()?;
        Ok(&self.instance)
    }
}

/// A text of the instance that is valid as long as the handle.
fn told(instance: Option<&rph_instance>, read: impl FnOnce(&Instance) -> Option<String>) -> *const c_char {
    contain_or(ptr::null(), || {
        let Some(handle) = instance else { return ptr::null() };
        read(&handle.instance).map_or(ptr::null(), |text| handle.texts.keep(&text))
    })
}

/// Its name, unique within its host. NULL only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_name(instance: Option<&rph_instance>) -> *const c_char {
    told(instance, |instance| Some(instance.name().to_owned()))
}

/// The manifest of its module, as the module wrote it. NULL only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_manifest(instance: Option<&rph_instance>) -> *const c_char {
    told(instance, |instance| Some(instance.manifest_text().to_owned()))
}

/// The file of its module; NULL: it is linked into this program.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_path(instance: Option<&rph_instance>) -> *const c_char {
    told(instance, |instance| instance.path().map(view::path))
}

/// Whether it takes messages, which is neither unloaded nor dead: 0 or 1.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_is_ready(instance: Option<&rph_instance>) -> i32 {
    contain_or(0, || instance.is_some_and(|handle| handle.instance.is_ready()).into())
}

/// What its calls took so far, if the host counts them (option count_calls). out:
/// {"calls","errors","faults","time_ns", "bytes_in","bytes_out"}, or null.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_counters(
    instance: Option<&rph_instance>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let counters = given("instance", instance)?.own()?.counters();
        given("out", out)?.show(&counters.map(view::counters));
        Ok(())
    })
}

/// The process of an isolated instance. out: {"pid","state","restarts","is_sandboxed"}, where state
/// is running, restarting or ended; or null if it has none.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_worker(
    instance: Option<&rph_instance>,
    out: Option<&mut rph_reply>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let worker = given("instance", instance)?.own()?.worker();
        given("out", out)?.show(&worker);
        Ok(())
    })
}

/// Ends the instance: waits for the calls in flight, then sends shutdown and calls destroy. An
/// error, if it is still busy after the host's wait limit (it stays loaded), or if shutdown failed
/// (it is gone all the same).
/// [any-thread] [may-block] [not-in-callback]
#[unsafe(no_mangle)]
pub extern "C" fn rph_unload(instance: Option<&rph_instance>) -> Option<Box<rph_error>> {
    contain(|| Ok(given("instance", instance)?.own()?.unload()?))
}

/// Frees the handle; the instance goes on.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_instance_free(instance: Option<Box<rph_instance>>) {
    contain_or((), || drop(instance));
}

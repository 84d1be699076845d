//! The plain profile: modules in languages that can only export C functions (`rp_plain.h`).

use core::ffi::{CStr, c_char, c_void};
use std::cell::RefCell;
use std::path::Path;
use std::ptr::NonNull;

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest, PROTOCOL_VERSION, Response};

use crate::abi::{RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status};
use crate::border::borrowed::bytes_of;
use crate::border::caller_reply::write_to_caller;
use crate::border::module::{Guest, Handler, HostLink, Module, ModuleInfo, Profile, Verdict};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// The functions of `rp_plain.h`.
#[derive(Clone, Copy)]
pub(super) struct PlainFunctions {
    pub(super) create_module: unsafe extern "C" fn() -> *mut c_void,
    pub(super) handle_message: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> *mut c_char,
    pub(super) free_string: unsafe extern "C" fn(*mut c_char),
    pub(super) destroy_module: unsafe extern "C" fn(*mut c_void),
    pub(super) get_module_metadata: Option<unsafe extern "C" fn() -> *mut c_char>,
}

// Results of the bridge below for which the ABI has no status. Only the verdict of a plain guest reads them.
const RETURNED_NULL: rp_status = i32::MIN;
const NUL_IN_TYPE: rp_status = i32::MIN + 1;
const NUL_IN_PAYLOAD: rp_status = i32::MIN + 2;

/// The fault for a status of the bridge.
fn fault_of(status: rp_status) -> Option<CallFault> {
    match status {
        RETURNED_NULL => Some(CallFault::PlainNull),
        NUL_IN_TYPE => Some(CallFault::RawNul("type")),
        NUL_IN_PAYLOAD => Some(CallFault::RawNul("payload")),
        _ => None,
    }
}

/// A module of the plain profile.
pub(super) struct PlainModule {
    info: ModuleInfo,
    functions: PlainFunctions,
}

impl PlainModule {
    pub(super) fn new(path: &Path, functions: PlainFunctions) -> Result<Self, LoadFault> {
        let manifest_text = match functions.get_module_metadata {
            // SAFETY: `rp_plain.h`: the function may be called at any time.
            Some(function) => unsafe { taken_text(function(), functions.free_string) }?,
            None => manifest_from_name(path),
        };
        let manifest = Manifest::parse(&manifest_text)?;
        let path = Some(path.to_owned());
        let info =
            ModuleInfo { profile: Profile::Plain, flags: 0, manifest, manifest_text, path, notice: None };
        Ok(PlainModule { info, functions })
    }
}

/// Copies a text that the module allocated, and frees it.
///
/// # Safety
/// `text` is NULL, or ends with NUL and belongs to the caller; `free` is the module's `free_string`.
unsafe fn taken_text(
    text: *mut c_char,
    free: unsafe extern "C" fn(*mut c_char),
) -> Result<String, LoadFault> {
    let text = NonNull::new(text).ok_or(LoadFault::PlainNoManifest)?;
    // SAFETY: the text ends with NUL, and only this function frees it, at its end.
    let bytes = unsafe { CStr::from_ptr(text.as_ptr()) }.to_bytes();
    let copy = if bytes.len() > MANIFEST_MAX_BYTES {
        Err(LoadFault::ManifestUnterminated)
    } else {
        core::str::from_utf8(bytes).map(str::to_owned).map_err(|_| LoadFault::ManifestNotUtf8)
    };
    // SAFETY: `free` frees texts of this module, each once; nothing uses this text from here on.
    unsafe { free(text.as_ptr()) };
    copy
}

/// The manifest of a module without `get_module_metadata`: only the name of its file is known.
pub(super) fn manifest_from_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = stem.strip_prefix(std::env::consts::DLL_PREFIX).unwrap_or(&stem);
    let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = stem.chars().map(fits).collect();
    serde_json::json!({"name": name, "version": "0.0.0", "protocol": PROTOCOL_VERSION}).to_string()
}

impl Module for PlainModule {
    fn info(&self) -> &ModuleInfo {
        &self.info
    }

    fn create(&self, _host: HostLink, _options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        // SAFETY: `rp_plain.h`: the function may be called at any time.
        let state = NonNull::new(unsafe { (self.functions.create_module)() });
        let state = state.ok_or(LoadFault::CreateFailed)?;
        Ok(Box::new(PlainGuest { functions: self.functions, state, texts: RefCell::default() }))
    }
}

struct PlainGuest {
    functions: PlainFunctions,
    state: NonNull<c_void>,
    /// The NUL-terminated copies that the module reads. They are kept, so calls stop allocating once the buffers have grown.
    texts: RefCell<Texts>,
}

#[derive(Default)]
struct Texts {
    message_type: Vec<u8>,
    payload: Vec<u8>,
}

// SAFETY: rule 5: the state may be used from any thread; the copies of texts are plain memory.
unsafe impl Send for PlainGuest {}
// SAFETY: only `bridge` borrows the `RefCell`, and whoever calls a handler lets one call of it run at a time, since a plain
// module is never RP_CONCURRENT; no other field changes.
unsafe impl Sync for PlainGuest {}

impl Guest for PlainGuest {
    fn handler(&self) -> Handler {
        Handler { function: bridge, context: core::ptr::from_ref(self).cast_mut().cast() }
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        // SAFETY: `create_module` made the state; the caller destroys it once, after the last message.
        unsafe { (self.functions.destroy_module)(self.state.as_ptr()) }
        Ok(())
    }

    unsafe fn verdict(&self, status: rp_status) -> Option<Verdict> {
        fault_of(status).map(|fault| Verdict { fault, is_deadly: false })
    }
}

/// Answers a message of the ABI through the plain functions.
unsafe extern "C" fn bridge(
    guest: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: `handler` is the only way to this function: the context is its boxed `PlainGuest`, which lives as long as its
    // instance; the message and its texts are valid until the call returns (rule 2).
    let (guest, message_type, payload) = unsafe {
        let message = &*message;
        (&*guest.cast::<PlainGuest>(), bytes_of(&message.r#type), bytes_of(&message.payload))
    };
    // The host passes no other text.
    let (Ok(message_type), Ok(payload)) = (message_type, payload) else { return RP_ERR_NO_MEMORY };
    // SAFETY: the reply is valid, and only this call uses it (rule 1).
    unsafe { guest.answer(message_type, payload, reply) }
}

impl PlainGuest {
    /// # Safety
    /// `reply` is valid, and only this call uses it (rule 1).
    unsafe fn answer(&self, message_type: &[u8], payload: &[u8], reply: *mut rp_reply) -> rp_status {
        let mut texts = self.texts.borrow_mut();
        let Some(message_type) = terminated(&mut texts.message_type, message_type) else {
            return NUL_IN_TYPE;
        };
        let message_type = message_type.as_ptr();
        let Some(payload) = terminated(&mut texts.payload, payload) else { return NUL_IN_PAYLOAD };
        // SAFETY: no message comes after `destroy`, so the state is alive; the texts end with NUL and stay until the call
        // returns.
        let answer =
            unsafe { (self.functions.handle_message)(self.state.as_ptr(), message_type, payload.as_ptr()) };
        let Some(answer) = NonNull::new(answer) else { return RETURNED_NULL };
        // SAFETY: `rp_plain.h`: the answer ends with NUL and belongs to the host until it calls free_string.
        let text = unsafe { CStr::from_ptr(answer.as_ptr()) }.to_bytes();
        // SAFETY: only this call uses the reply (rule 1), and the module allocated the text, which is no part of the reply.
        let written = unsafe { write_to_caller(reply, text) };
        let status = if written == RP_OK { status_of(text) } else { written };
        // SAFETY: `rp_plain.h`: free_string frees what handle_message returned, once; nothing uses the text from here on.
        unsafe { (self.functions.free_string)(answer.as_ptr()) };
        status
    }
}

/// The status that an ABI module would return. A text that is not a response counts as a success; whoever reads it finds
/// the error.
pub(super) fn status_of(response: &[u8]) -> rp_status {
    match core::str::from_utf8(response).map(Response::parse) {
        Ok(Ok(Response::Error(_))) => RP_FAILED,
        _ => RP_OK,
    }
}

/// Copies a text and adds a NUL; `None` if there is a NUL inside it.
fn terminated<'a>(buffer: &'a mut Vec<u8>, text: &[u8]) -> Option<&'a CStr> {
    buffer.clear();
    buffer.extend_from_slice(text);
    buffer.push(0);
    CStr::from_bytes_with_nul(buffer).ok()
}

//! Calls a module's exports directly: what a host never does, such as a command before `init`, or NULL.
use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::{ManuallyDrop, size_of};
use std::path::Path;
use std::ptr::null_mut;

use libloading::{Library, Symbol};

use ::rp_host::abi::{
    RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_host, rp_message, rp_module, rp_reply, rp_status, rp_str,
};

const NULL_INSTANCE: &str = r#"{"status":"error","error":"NULL instance","code":"invalid_payload"}"#;
const NULL_MESSAGE: &str = r#"{"status":"error","error":"NULL message","code":"invalid_payload"}"#;
const UNKNOWN_FLAGS: &str = r#"{"status":"error","error":"unknown message flags","code":"not_supported"}"#;

/// One instance, made without a host.
pub enum Bare {
    /// Of a module with a table.
    Abi {
        /// The module's table.
        table: &'static rp_module,
        /// What its `create` gave.
        instance: *mut c_void,
    },
    /// Of a module of the plain profile.
    Plain {
        /// The module's functions.
        exports: Plain,
        /// What `create_module` gave.
        module: *mut c_void,
    },
}

/// The functions of the plain profile.
pub struct Plain {
    handle_message: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> *mut c_char,
    free_string: unsafe extern "C" fn(*mut c_char),
    destroy_module: unsafe extern "C" fn(*mut c_void),
}

impl Bare {
    /// Opens a library for ever and makes an instance.
    pub fn open(path: &Path) -> Bare {
        // SAFETY: one of the workspace's own modules, whose constructors are harmless.
        let library = ManuallyDrop::new(unsafe { Library::new(path) }.unwrap());
        // SAFETY: the symbols have the types of rp_module.h and rp_plain.h.
        unsafe {
            if let Ok(entry) = library.get::<unsafe extern "C" fn() -> *const rp_module>(b"rp_module_v1\0") {
                let table = &*entry();
                let instance = table.create.unwrap()(&raw const HOST_THAT_LENDS_NOTHING.0);
                assert!(!instance.is_null());
                return Bare::Abi { table, instance };
            }
            let create: Symbol<'_, unsafe extern "C" fn() -> *mut c_void> =
                library.get(b"create_module\0").unwrap();
            let exports = Plain {
                handle_message: *library.get(b"handle_message\0").unwrap(),
                free_string: *library.get(b"free_string\0").unwrap(),
                destroy_module: *library.get(b"destroy_module\0").unwrap(),
            };
            Bare::Plain { exports, module: create() }
        }
    }

    /// Sends a message and gives back the response; its status must agree with it.
    pub fn ask(&self, message_type: &str, payload: &str) -> String {
        match self {
            Bare::Abi { table, instance } => {
                // SAFETY: the instance lives as long as `self`, the message for the call.
                let (status, text) = unsafe { call(table, *instance, &message(message_type, payload, 0)) };
                let expected = if text.starts_with(r#"{"status":"success""#) { RP_OK } else { RP_FAILED };
                assert_eq!(status, expected, "the status of {text}");
                text
            }
            Bare::Plain { exports, module } => {
                let (message_type, payload) =
                    (CString::new(message_type).unwrap(), CString::new(payload).unwrap());
                // SAFETY: rp_plain.h: NUL-terminated text, borrowed until the call returns.
                unsafe {
                    exports.take((exports.handle_message)(*module, message_type.as_ptr(), payload.as_ptr()))
                }
                .expect("a response")
            }
        }
    }

    /// What the rules forbid, and a module bears all the same.
    pub fn bears_null(&self) {
        match self {
            Bare::Abi { table, instance } => {
                let ping = message("command", r#"{"name":"ping"}"#, 0);
                let handle_message = table.handle_message.unwrap();
                // SAFETY: NULL is the point; there is nothing to write into.
                unsafe {
                    assert_eq!(call(table, null_mut(), &ping), (RP_FAILED, NULL_INSTANCE.to_owned()));
                    assert_eq!(call(table, *instance, null_mut()), (RP_FAILED, NULL_MESSAGE.to_owned()));
                    assert_eq!(handle_message(*instance, &ping, null_mut()), RP_ERR_NO_MEMORY);
                    table.destroy.unwrap()(null_mut());
                }
            }
            Bare::Plain { exports, module } => {
                let (message_type, payload) = (c"describe".as_ptr(), c"{}".as_ptr());
                for (module, message_type, payload) in [
                    (null_mut(), message_type, payload),
                    (*module, std::ptr::null(), payload),
                    (*module, message_type, std::ptr::null()),
                ] {
                    // SAFETY: NULL is the point; the rest is NUL-terminated.
                    let answer =
                        unsafe { exports.take((exports.handle_message)(module, message_type, payload)) };
                    assert!(answer.is_none_or(|text| text.starts_with(r#"{"status":"error""#)));
                }
                // SAFETY: NULL is the point.
                unsafe {
                    (exports.free_string)(null_mut());
                    (exports.destroy_module)(null_mut());
                }
            }
        }
    }

    /// Message flags that nobody knows are refused, and the message counts; the plain profile has no flags.
    pub fn refuses_unknown_flags(&self) {
        let Bare::Abi { table, instance } = self else { return };
        self.ask("init", "{}");
        for flags in [1, 0x8000_0000] {
            let ping = message("command", r#"{"name":"ping"}"#, flags);
            // SAFETY: the instance lives as long as `self`, the message for the call.
            let answer = unsafe { call(table, *instance, &ping) };
            assert_eq!(answer, (RP_FAILED, UNKNOWN_FLAGS.to_owned()));
        }
        let text = self.ask("command", r#"{"name":"ping"}"#);
        assert_eq!(text, r#"{"status":"success","data":{"reply":"pong","messages":4}}"#);
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // SAFETY: the last call for the instance.
        unsafe {
            match self {
                Bare::Abi { table, instance } => table.destroy.unwrap()(*instance),
                Bare::Plain { exports, module } => (exports.destroy_module)(*module),
            }
        }
    }
}

impl Plain {
    /// # Safety
    /// `text` is what `handle_message` returned.
    unsafe fn take(&self, text: *mut c_char) -> Option<String> {
        if text.is_null() {
            return None;
        }
        // SAFETY: rp_plain.h: NUL-terminated UTF-8, freed once with free_string.
        unsafe {
            let copy = CStr::from_ptr(text).to_str().unwrap().to_owned();
            (self.free_string)(text);
            Some(copy)
        }
    }
}

struct Constant(rp_host);

// SAFETY: nothing in it is ever written.
unsafe impl Sync for Constant {}

/// Valid for the life of the process (rule 6), and the same for all: it has nothing that could tell instances apart.
static HOST_THAT_LENDS_NOTHING: Constant = Constant(rp_host {
    struct_size: size_of::<rp_host>() as u32,
    flags: 0,
    context: null_mut(),
    send: None,
    write_log: None,
    cancelled: None,
    now_us: None,
    random: None,
});

fn message(message_type: &str, payload: &str, flags: u32) -> rp_message {
    let borrowed = |text: &str| rp_str { data: text.as_ptr().cast(), len: text.len() };
    let struct_size = size_of::<rp_message>() as u32;
    rp_message {
        struct_size,
        flags,
        id: 1,
        cause: 0,
        r#type: borrowed(message_type),
        payload: borrowed(payload),
    }
}

/// # Safety
/// Instance and message are alive, or a NULL that the module must bear.
unsafe fn call(table: &rp_module, instance: *mut c_void, message: *const rp_message) -> (rp_status, String) {
    let mut bytes: Vec<u8> = Vec::new();
    let mut reply = rp_reply {
        struct_size: size_of::<rp_reply>() as u32,
        flags: 0,
        context: (&raw mut bytes).cast(),
        data: bytes.as_mut_ptr().cast(),
        len: 0,
        capacity: 0,
        grow: Some(grow),
    };
    // SAFETY: the reply lives until the call returns (rule 1); for the rest the caller vouches.
    let status = unsafe { table.handle_message.unwrap()(instance, message, &raw mut reply) };
    assert!(reply.len <= bytes.capacity());
    // SAFETY: rule 1: the module wrote `len` bytes.
    unsafe { bytes.set_len(reply.len) };
    (status, String::from_utf8(bytes).unwrap())
}

unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: `call` made the reply; its vector lives behind `context`.
    unsafe {
        let reply = &mut *reply;
        let bytes = &mut *reply.context.cast::<Vec<u8>>();
        bytes.set_len(reply.len);
        bytes.reserve(additional);
        reply.data = bytes.as_mut_ptr().cast();
        reply.capacity = bytes.capacity();
    }
    RP_OK
}

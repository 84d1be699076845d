//! A program in C that calls a module: modules/caller.c with librp_host.

use std::ffi::{c_char, c_void};
use std::path::Path;

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LAZY};

type New = unsafe extern "C" fn(*const c_char, usize) -> *mut c_void;
type Call = unsafe extern "C" fn(*mut c_void, *const c_char, usize, *mut usize) -> *const c_char;

/// A caller of one module, for as long as the process lives.
pub struct Caller {
    own: *mut c_void,
    call: Call,
}

impl Caller {
    /// `library` is librp_host, `shim` what was made of caller.c, `how` its function that calls.
    pub fn new(library: &Path, shim: &Path, module: &Path, how: &str) -> Caller {
        let open = |path: &Path, flags| {
            // SAFETY: the benchmark's own libraries; what they run when they are loaded is harmless.
            let opened = unsafe { Library::open(Some(path), flags) };
            let opened = opened.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            &*Box::leak(Box::new(opened))
        };
        open(library, RTLD_LAZY | RTLD_GLOBAL);
        let shim = open(shim, RTLD_LAZY);
        // SAFETY: their types in caller.c.
        let (new, call) = unsafe { (shim.get::<New>(b"caller_new"), shim.get::<Call>(how.as_bytes())) };
        let path = module.to_str().expect("a path in UTF-8");
        // SAFETY: the text is lent until it returns.
        let own = unsafe { new.expect("caller.c has it")(path.as_ptr().cast(), path.len()) };
        assert!(!own.is_null(), "{path} is no module");
        Caller { own, call: *call.expect("caller.c has it") }
    }

    /// The response, until the next call.
    #[inline(always)]
    pub fn call(&mut self, text: &str) -> &[u8] {
        let mut len = 0;
        // SAFETY: the text is lent until it returns; what it gives is valid until the next call, and so as long as `self` is
        // borrowed.
        unsafe {
            let answer = (self.call)(self.own, text.as_ptr().cast(), text.len(), &raw mut len);
            assert!(!answer.is_null());
            std::slice::from_raw_parts(answer.cast(), len)
        }
    }
}

//! The interface alone: the message and the reply of `rp_module.h` and the module's own function, called by nobody who checks anything.
//! No host can be quicker.
use std::ffi::c_void;
use std::path::Path;
use std::ptr;

use ::rp_host::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_host, rp_message, rp_module, rp_reply, rp_status, rp_str};

use crate::answering::Echo;
use crate::place;

type HandleMessage = unsafe extern "C" fn(*mut c_void, *const rp_message, *mut rp_reply) -> rp_status;

/// An instance of a module that answers with the payload, and asks nothing of its host.
pub struct Alone {
    handle_message: HandleMessage,
    instance: *mut c_void,
    message: rp_message,
    reply: rp_reply,
    /// What the reply leads to.
    _memory: Vec<u8>,
}

impl Alone {
    /// `size` is that of the answer.
    pub fn new(library: &Path, size: usize) -> Self {
        let host = rp_host {
            struct_size: size_of::<rp_host>() as u32,
            flags: 0,
            context: ptr::null_mut(),
            send: None,
            write_log: None,
            cancelled: None,
            random: None,
            now_us: None,
        };
        // SAFETY: its type in rp_module.h; the table lives as long as the library, which is never unmapped, and has every function.
        let (handle_message, instance) = unsafe {
            let entry: unsafe extern "C" fn() -> *const rp_module =
                place::function(place::open(library), "rp_module_v1");
            let module = &*entry();
            let create = module.create.expect("it is never NULL");
            (module.handle_message.expect("it is never NULL"), create(Box::leak(Box::new(host))))
        };
        assert!(!instance.is_null(), "{} made no instance", library.display());
        let mut memory = vec![0; size];
        let reply = rp_reply {
            struct_size: size_of::<rp_reply>() as u32,
            flags: 0,
            context: ptr::null_mut(),
            data: memory.as_mut_ptr().cast(),
            len: 0,
            capacity: size,
            grow: Some(refuse),
        };
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: 0,
            id: 0,
            cause: 0,
            r#type: lend("command"),
            payload: lend(""),
        };
        Alone { handle_message, instance, message, reply, _memory: memory }
    }
}

fn lend(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

/// The memory is as large as the answer.
unsafe extern "C" fn refuse(_: *mut rp_reply, _: usize) -> rp_status {
    RP_ERR_NO_MEMORY
}

impl Echo for Alone {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        self.message.id += 1;
        self.message.payload = lend(text);
        self.reply.len = 0;
        // SAFETY: message and reply are what rp_module.h asks for, and live until it returns (rules 1 and 2).
        let status =
            unsafe { (self.handle_message)(self.instance, &raw const self.message, &raw mut self.reply) };
        assert!(status == RP_OK);
        // SAFETY: the module wrote so many bytes there (rule 1).
        see(unsafe { std::slice::from_raw_parts(self.reply.data.cast(), self.reply.len) });
    }
}

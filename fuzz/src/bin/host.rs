//! A module that answers as its input says: arbitrary replies, replies that were tampered with, arbitrary sends and logs.
#![no_main]

use core::ffi::{c_char, c_void};
use core::ptr;
use std::cell::RefCell;
use std::sync::atomic::AtomicPtr;
use std::sync::{LazyLock, Mutex};

use ::rp_host::abi::{RP_ERR_PANIC, RP_OK, rp_host, rp_message, rp_module, rp_reply, rp_status, rp_str};
use ::rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, Request, Status};
use libfuzzer_sys::fuzz_target;
use rp_fuzz::tape::Tape;

/// Large enough for what an input writes, and small enough to be reached.
const REPLY_LIMIT: usize = 4096;

/// Written whole, since few inputs would spell them.
const WORDS: [&str; 12] = [
    r#"{"status":"success","data":{"#,
    r#"{"status":"success"}"#,
    r#"{"status":"error","error":"e","code":"c","details":{}}"#,
    r#"{"status":"error"}"#,
    r#"{"status":"#,
    r#""\ud800""#,
    "1e999",
    "\u{FFFF}",
    "{",
    "}",
    "[",
    "]",
];
const TYPES: [&str; 8] = ["query", "mutation", "event", "command", "own", "init", "describe", "no such type"];
const PAYLOADS: [&str; 8] = [
    "{}",
    r#"{"entity":"note"}"#,
    r#"{"entity":"note","operation":"create","id":"a","data":{"x":1}}"#,
    r#"{"event":"thing.happened","data":{}}"#,
    r#"{"event":"progress","data":{"done":1,"total":2,"note":"n"}}"#,
    r#"{"module":"script","name":"again","args":{}}"#,
    r#"{"module":"nobody","name":"x"}"#,
    "[",
];

thread_local! {
    static SCRIPT: RefCell<Tape> = RefCell::default();
}

static HOST: LazyLock<Host> = LazyLock::new(|| {
    let own = |request: &Request<'_>, data: &mut Vec<u8>| {
        data.extend_from_slice(request.payload.as_bytes());
        Ok(())
    };
    let store = ::rp_host::store::SqliteStore::in_memory().expect("a store");
    Host::builder()
        .reply_limit(REPLY_LIMIT)
        .service("own", own)
        .store(std::sync::Arc::new(store))
        .on_log(|record| assert!(record.instance == "script", "{record:?}"))
        .build()
});

fuzz_target!(|data: &[u8]| {
    let instance = HOST.instance("script").unwrap_or_else(start);
    SCRIPT.with(|script| *script.borrow_mut() = Tape::new(data));
    let mut reply = Reply::with_limit(REPLY_LIMIT);
    while SCRIPT.with(|script| !script.borrow().is_empty()) && instance.is_ready() {
        ask(&instance, &mut reply);
    }
    if !instance.is_ready() {
        assert!(
            instance.call_raw(&Message::new("command", "{}"), &mut reply).is_err(),
            "the dead answer nothing"
        );
        let _ = instance.unload();
    }
});

/// One message, one of the two ways.
fn ask(instance: &Instance, reply: &mut Reply) {
    let message = Message::new("command", r#"{"name":"play","args":{}}"#);
    let is_raw = SCRIPT.with(|script| script.borrow_mut().byte()).is_multiple_of(2);
    let limit = reply.limit();
    if is_raw {
        let _: Result<Status, _> = instance.call_raw(&message, reply).inspect_err(check_error);
    } else if let Ok(response) = instance.call(&message, reply).inspect_err(check_error) {
        let text = format!("{response:?}");
        assert!(!text.is_empty() && reply.text().is_ok());
    }
    assert!(reply.as_bytes().len() <= limit);
}

fn check_error(error: &::rp_host::Error) {
    let text = error.to_string();
    assert!(text.contains("script"), "an error names the module: {text}");
}

fn start() -> Instance {
    let everything = || vec!["*".to_owned()];
    let grants = Grants {
        read: everything(),
        write: everything(),
        emit: everything(),
        subscribe: Vec::new(),
        call: everything(),
        provide: everything(),
    };
    // SAFETY: the module below keeps every rule but those whose breaking the host promises to notice.
    unsafe { HOST.add_static(entry, LoadOptions::new().grants(grants)) }.expect("loaded")
}

unsafe extern "C" fn entry() -> *const rp_module {
    struct Constant(rp_module);
    // SAFETY: nothing of the table changes.
    unsafe impl Sync for Constant {}
    static TABLE: Constant = Constant(rp_module {
        struct_size: size_of::<rp_module>() as u32,
        flags: 0,
        manifest: cr#"{"name":"script","version":"1.0.0","protocol":"1.0"}"#.as_ptr(),
        create: Some(create),
        destroy: Some(destroy),
        handle_message: Some(handle_message),
    });
    &raw const TABLE.0
}

/// Every host pointer that was lent. They live as long as the process (rule 6), and somebody has to remember them, or a
/// sanitizer takes them for leaks.
static LENT: Mutex<Vec<AtomicPtr<rp_host>>> = Mutex::new(Vec::new());

unsafe extern "C" fn create(host: *const rp_host) -> *mut c_void {
    LENT.lock().expect("one thread").push(AtomicPtr::new(host.cast_mut()));
    host.cast_mut().cast()
}

unsafe extern "C" fn destroy(_instance: *mut c_void) {}

unsafe extern "C" fn handle_message(
    instance: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rules 2 and 3: the message is valid for the call.
    let message_type = unsafe {
        let text = (*message).r#type;
        core::slice::from_raw_parts(text.data.cast::<u8>(), text.len)
    };
    // SAFETY: the instance is the host that `create` got; the reply is this call's alone (rule 1).
    let mut call = unsafe { Call::new(&*instance.cast::<rp_host>(), reply) };
    if message_type != b"command" {
        call.write(br#"{"status":"success","data":{}}"#);
        return RP_OK;
    }
    loop {
        if let Some(status) = call.step() {
            return status;
        }
    }
}

/// One message being answered. Once the reply was tampered with, nothing more is written through it: what would become
/// of that is the module's own fault, and no host can notice it.
struct Call<'a> {
    host: &'a rp_host,
    reply: *mut rp_reply,
    is_tampered: bool,
}

impl<'a> Call<'a> {
    unsafe fn new(host: &'a rp_host, reply: *mut rp_reply) -> Self {
        Call { host, reply, is_tampered: false }
    }

    /// Does one thing; a status ends the message.
    fn step(&mut self) -> Option<rp_status> {
        let (byte, piece) = SCRIPT.with(|script| {
            let mut script = script.borrow_mut();
            if script.is_empty() {
                return (15, Vec::new());
            }
            let byte = script.byte();
            let len = usize::from(byte >> 4);
            (byte & 15, if byte & 15 == 0 { script.bytes(len).to_vec() } else { Vec::new() })
        });
        match byte {
            0 => self.write(&piece),
            1 | 2 => self.write(WORDS[number() as usize % WORDS.len()].as_bytes()),
            3 => self.grow(),
            4 => self.tamper(),
            5 => self.shorten(),
            6 | 7 => self.send(),
            8 => self.log(),
            9 => self.ask_host(),
            10 => return Some(number() as rp_status),
            11 => return Some(i32::from(number() % 6) - 1),
            12 | 13 => return Some(RP_OK),
            14 => return Some(1),
            _ => return Some(if number() == 3 { RP_ERR_PANIC } else { RP_OK }),
        }
        None
    }

    /// Raw access; the reply is valid for the call.
    fn abi(&mut self) -> &mut rp_reply {
        // SAFETY: rule 1: valid, and used by one thread at a time; no other reference to it is alive.
        unsafe { &mut *self.reply }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.is_tampered {
            return;
        }
        let room = self.abi().capacity - self.abi().len;
        if room < bytes.len() && !self.ask_for(bytes.len()) {
            return;
        }
        let reply = self.abi();
        // SAFETY: the owner gave the room.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr().cast(), reply.data.add(reply.len), bytes.len()) };
        reply.len += bytes.len();
    }

    fn ask_for(&mut self, additional: usize) -> bool {
        let grow = self.abi().grow.expect("grow is never NULL");
        // SAFETY: the reply is passed exactly as it was given (rule 11).
        (unsafe { grow(self.reply, additional) }) == RP_OK
    }

    fn grow(&mut self) {
        let additional = match number() {
            0 => usize::MAX,
            1 => usize::MAX / 2,
            byte => usize::from(byte) * 32,
        };
        // Also of a reply that was tampered with, as long as there is a function.
        if self.abi().grow.is_some() {
            self.ask_for(additional);
        }
    }

    fn tamper(&mut self) {
        self.is_tampered = true;
        let value = usize::from(number());
        let reply = self.abi();
        match value % 8 {
            0 => reply.data = reply.data.wrapping_add(value / 8 + 1),
            1 => reply.data = ptr::null_mut(),
            2 => reply.capacity = reply.capacity.wrapping_add(value / 8 + 1),
            3 => reply.len = reply.capacity.wrapping_add(value / 8 + 1),
            4 => reply.len = usize::MAX - value,
            5 => reply.context = ptr::without_provenance_mut(value),
            6 => reply.grow = None,
            _ => (reply.struct_size, reply.flags) = (value as u32, value as u32),
        }
    }

    /// Below what it found is allowed to nobody, but nothing is lost by it.
    fn shorten(&mut self) {
        let by = usize::from(number());
        if !self.is_tampered {
            self.abi().len = self.abi().len.saturating_sub(by);
        }
    }

    fn send(&mut self) {
        let message_type = TYPES[usize::from(number()) % TYPES.len()].as_bytes();
        let choice = number();
        let own = SCRIPT.with(|script| script.borrow_mut().bytes(usize::from(choice >> 3)).to_vec());
        let payload = if choice > 15 { &own } else { PAYLOADS[usize::from(choice) % 8].as_bytes() };
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: u32::from(choice == 7),
            id: u64::from(choice == 6),
            cause: u64::from(number()),
            r#type: borrow(message_type),
            payload: borrow(payload),
        };
        let send = self.host.send.expect("a host has send");
        if self.is_tampered {
            return;
        }
        // SAFETY: the host, the message and the reply are valid; rule 1: a module may pass its own reply on.
        let status = unsafe { send(self.host, &raw const message, self.reply) };
        assert!(status != RP_ERR_PANIC, "rule 4");
    }

    fn log(&mut self) {
        let (level, id) = (i32::from(number()) - 2, u64::from(number()));
        let text = SCRIPT.with(|script| script.borrow_mut().bytes(9).to_vec());
        let write_log = self.host.write_log.expect("a host has write_log");
        // SAFETY: the text is valid for the call (rule 2).
        unsafe { write_log(self.host, id, level, text.as_ptr().cast::<c_char>(), text.len()) };
    }

    fn ask_host(&mut self) {
        let value = number();
        let mut bytes = [0_u8; 64];
        let len = usize::from(value) % 64;
        // SAFETY: the host is the one that `create` got, and the bytes are this function's (rule 11).
        unsafe {
            self.host.cancelled.expect("a host has cancelled")(self.host, u64::from(value));
            self.host.now_us.expect("a host has now_us")(self.host);
            self.host.random.expect("a host has random")(self.host, bytes.as_mut_ptr().cast(), len);
        }
        assert_eq!(bytes[len..], [0; 64][len..], "random wrote past what it was lent");
    }
}

fn number() -> u8 {
    SCRIPT.with(|script| script.borrow_mut().byte())
}

fn borrow(text: &[u8]) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

//! A host with nothing in it, so that what is fuzzed is the module's side of the border.
//!
//! Every reply moves at each growth and has not one byte more than was asked for, so that a sanitizer sees the first byte
//! that is written or read too much.

use core::cell::{Cell, RefCell};
use core::ffi::{c_char, c_void};
use core::ptr;
use std::collections::VecDeque;

use ::rp_host::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_host, rp_message, rp_module, rp_reply,
    rp_status, rp_str,
};
use rp_protocol::Response;

/// A response where the input brings none.
const UNAVAILABLE: &str = r#"{"status":"error","error":"nobody is there","code":"unavailable","details":{}}"#;
/// What an instance is told when it begins.
const INIT: &str =
    r#"init {"instance":"i","config":{},"host":{"name":"fuzz","version":"0.0.0","protocol":"1.0"}}"#;
/// Replies end here.
const LIMIT: usize = 1 << 20;

/// Plays an input: lines of a message type, a space and a payload; a line that begins with `<` is the response to
/// something that the module sends later on. A first line `-` leaves out `init`.
///
/// # Safety
/// `entry` is the entry of a module that keeps the rules of `rp_module.h`.
pub unsafe fn play(entry: unsafe extern "C" fn() -> *const rp_module, input: &str) {
    let input = input.strip_prefix("-\n").map_or_else(|| format!("{INIT}\n{input}"), str::to_owned);
    let host = FuzzHost::new(input.lines().filter_map(|line| line.strip_prefix('<')));
    // SAFETY: the caller's promise; rule 6: the table is constant.
    let table = unsafe { &*entry() };
    let (create, destroy) = (table.create.expect("create"), table.destroy.expect("destroy"));
    // SAFETY: the host outlives the instance (rule 6).
    let instance = unsafe { create(host.as_host()) };
    assert!(!instance.is_null(), "create gave nothing");
    let mut reply = Reply::new();
    let messages = input.lines().filter(|line| !line.starts_with('<'));
    for (at, line) in messages.chain(["shutdown {}"]).enumerate() {
        let (message_type, payload) = line.split_once(' ').unwrap_or((line, ""));
        host.innermost.set(at as u64 + 1);
        // SAFETY: the instance is alive, and one call at a time reaches it (rules 5 and 6).
        unsafe { call(table, instance, at as u64 + 1, message_type, payload, &mut reply) };
    }
    host.is_closed.set(true);
    // SAFETY: rule 6: after the last message, and once.
    unsafe { destroy(instance) };
}

/// Sends one message and holds the answer against the protocol.
unsafe fn call(
    table: &rp_module,
    instance: *mut c_void,
    id: u64,
    message_type: &str,
    payload: &str,
    reply: &mut Reply,
) {
    // In memory of their own, so that one byte read too much is seen.
    let (message_type, payload): (Box<str>, Box<str>) = (message_type.into(), payload.into());
    let message = rp_message {
        struct_size: size_of::<rp_message>() as u32,
        flags: 0,
        id,
        cause: 0,
        r#type: borrow(&message_type),
        payload: borrow(&payload),
    };
    let handle = table.handle_message.expect("handle_message");
    // SAFETY: the caller's promise; message and reply are valid for the call (rules 1 and 2).
    let status = unsafe { handle(instance, &raw const message, reply.begin()) };
    let text = reply.text();
    match (status, Response::parse(text)) {
        (RP_OK, Ok(Response::Success(_))) | (RP_FAILED, Ok(Response::Error(_))) | (RP_ERR_NO_MEMORY, _) => {}
        (status, parsed) => panic!("status {status}, {parsed:?} after {message_type} {payload}: {text}"),
    }
}

fn borrow(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

#[repr(C)]
struct Reply {
    abi: rp_reply,
    storage: Box<[u8]>,
}

impl Reply {
    fn new() -> Self {
        let abi = rp_reply {
            struct_size: size_of::<rp_reply>() as u32,
            flags: 0,
            context: ptr::null_mut(),
            data: ptr::dangling_mut(),
            len: 0,
            capacity: 0,
            grow: Some(grow),
        };
        Reply { abi, storage: Box::default() }
    }

    fn begin(&mut self) -> *mut rp_reply {
        self.storage = Box::default();
        self.publish(0);
        ptr::from_mut(self).cast()
    }

    fn publish(&mut self, len: usize) {
        self.abi.data = self.storage.as_mut_ptr().cast();
        self.abi.capacity = self.storage.len();
        self.abi.len = len;
    }

    fn text(&self) -> &str {
        let is_untouched = ptr::eq(self.abi.data.cast(), self.storage.as_ptr())
            && self.abi.capacity == self.storage.len()
            && self.abi.context.is_null();
        assert!(is_untouched, "the module changed what is the owner's");
        str::from_utf8(&self.storage[..self.abi.len]).expect("a response is UTF-8")
    }
}

unsafe extern "C" fn grow(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: `begin` made the pointer from a whole `Reply` (rule 11).
    let reply = unsafe { &mut *reply.cast::<Reply>() };
    let len = reply.abi.len;
    match len.checked_add(additional).filter(|needed| *needed <= LIMIT) {
        None => RP_ERR_NO_MEMORY,
        Some(needed) if needed <= reply.storage.len() => RP_OK,
        Some(needed) => {
            let mut storage = vec![0xAA; needed].into_boxed_slice();
            storage[..len].copy_from_slice(&reply.storage[..len]);
            reply.storage = storage;
            reply.publish(len);
            RP_OK
        }
    }
}

/// What `create` gets.
#[repr(C)]
struct FuzzHost {
    abi: rp_host,
    responses: RefCell<VecDeque<String>>,
    innermost: Cell<u64>,
    is_closed: Cell<bool>,
    time_us: Cell<i64>,
}

impl FuzzHost {
    fn new<'a>(responses: impl Iterator<Item = &'a str>) -> Self {
        let abi = rp_host {
            struct_size: size_of::<rp_host>() as u32,
            flags: 0,
            context: ptr::null_mut(),
            send: Some(send),
            write_log: Some(write_log),
            cancelled: Some(cancelled),
            now_us: Some(now_us),
            random: Some(random),
        };
        // A host hands on only what is a response (rule 2).
        let responses = responses.filter(|text| Response::parse(text).is_ok()).map(str::to_owned).collect();
        FuzzHost {
            abi,
            responses: RefCell::new(responses),
            innermost: Cell::new(0),
            is_closed: Cell::new(false),
            time_us: Cell::new(1_700_000_000_000_000),
        }
    }

    fn as_host(&self) -> *const rp_host {
        ptr::from_ref(self).cast()
    }
}

/// # Safety
/// `host` was made by `FuzzHost::as_host`, and the `FuzzHost` is alive.
unsafe fn fuzz_host<'a>(host: *const rp_host) -> &'a FuzzHost {
    // SAFETY: rule 11: the module passes what `as_host` gave, which is the address of the whole `FuzzHost`.
    unsafe { &*host.cast::<FuzzHost>() }
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 11: the module passes the host of `play`; rule 3: the message is not NULL, and it is valid for the call.
    let (this, message) = unsafe { (fuzz_host(host), &*message) };
    assert_eq!((message.id, message.flags), (0, 0), "a module numbers no messages and knows no flags");
    for text in [message.r#type, message.payload] {
        // SAFETY: rule 2: the text is valid until this call returns.
        let bytes = unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
        str::from_utf8(bytes).expect("a module sends UTF-8");
    }
    if this.is_closed.get() {
        return RP_ERR_CANCELLED;
    }
    let response = this.responses.borrow_mut().pop_front().unwrap_or_else(|| UNAVAILABLE.to_owned());
    let status =
        if matches!(Response::parse(&response), Ok(Response::Success(_))) { RP_OK } else { RP_FAILED };
    // SAFETY: rules 1 and 3: the reply is the module's, valid, and this call's alone.
    if unsafe { write(reply, response.as_bytes()) } { status } else { RP_ERR_NO_MEMORY }
}

/// # Safety
/// `reply` is a valid reply of its owner that nobody else uses (rule 1).
unsafe fn write(reply: *mut rp_reply, bytes: &[u8]) -> bool {
    // SAFETY: the caller's promise; the room behind `data + len` is as large as `grow` said.
    unsafe {
        let room = (*reply).capacity - (*reply).len;
        if room < bytes.len() && (*reply).grow.expect("grow")(reply, bytes.len()) != RP_OK {
            return false;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr().cast(), (*reply).data.add((*reply).len), bytes.len());
        (*reply).len += bytes.len();
    }
    true
}

unsafe extern "C" fn write_log(
    _host: *const rp_host,
    _message_id: u64,
    _level: i32,
    text: *const c_char,
    len: usize,
) {
    // SAFETY: rule 2: the text is valid until this call returns.
    let bytes = unsafe { core::slice::from_raw_parts(text.cast::<u8>(), len) };
    str::from_utf8(bytes).expect("a module logs UTF-8");
}

unsafe extern "C" fn cancelled(host: *const rp_host, message_id: u64) -> i32 {
    // SAFETY: rule 11: the module passes the host of `play`, which outlives the instance.
    let this = unsafe { fuzz_host(host) };
    i32::from(message_id != this.innermost.get() && (message_id != 0 || this.is_closed.get()))
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: rule 11: the module passes the host of `play`, which outlives the instance.
    let time = unsafe { &fuzz_host(host).time_us };
    time.set(time.get() + 1);
    time.get()
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: rule 11: the module passes the host of `play`, which outlives the instance.
    let time = unsafe { now_us(host) };
    // SAFETY: the module lends `len` bytes for this call.
    let bytes = unsafe { core::slice::from_raw_parts_mut(data.cast::<u8>(), len) };
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = (time as u64).wrapping_mul(at as u64 | 1).to_le_bytes()[at % 8];
    }
}

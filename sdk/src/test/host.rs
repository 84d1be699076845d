//! The fake host's functions.
use std::ffi::{c_char, c_void};
use std::ptr::NonNull;

use super::world::World;
use crate::abi::{self, rp_host, rp_message, rp_reply, rp_status, rp_str};
use crate::host::Level;
use crate::reply::Reply;
use crate::status;

pub(super) fn new(world: &World) -> Box<rp_host> {
    Box::new(rp_host {
        struct_size: size_of::<rp_host>() as u32,
        flags: 0,
        context: NonNull::from(world).as_ptr().cast(),
        send: Some(send),
        write_log: Some(write_log),
        cancelled: Some(cancelled),
        now_us: Some(now_us),
        random: Some(random),
    })
}

/// # Safety
/// `host` is one that `new` made, and lives.
unsafe fn world<'a>(host: *const rp_host) -> &'a World {
    // SAFETY: the caller's promise (rule 11); its context is the world of the kit, which outlives the instance.
    unsafe { &*(*host).context.cast() }
}

/// # Safety
/// The text keeps rule 2.
unsafe fn text(text: &rp_str) -> String {
    // SAFETY: the caller's promise: `len` bytes, borrowed until the call returns.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    String::from_utf8_lossy(bytes).into_owned()
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 11: the module passes the host that `new` made; rule 2: the message is valid until this call returns.
    let (world, message) = unsafe { (world(host), &*message) };
    // SAFETY: rule 2: both texts of the message are valid until this call returns.
    let (message_type, payload) = unsafe { (text(&message.r#type), text(&message.payload)) };
    let answered = world.ask(message_type, &payload, message.cause);
    // SAFETY: rule 1: the reply is the module's, until this call returns.
    let reply = unsafe { Reply::from_raw(reply) };
    match answered {
        Ok(data) => {
            world.write(&format!("  < {data}"));
            reply.success(&data).map_or(status::NO_MEMORY, |written| written.status())
        }
        Err(error) => {
            world.write(&format!("  < {error}"));
            if error.status() == status::FAILED { reply.error(&error) } else { error.status() }
        }
    }
}

unsafe extern "C" fn write_log(host: *const rp_host, id: u64, level: i32, data: *const c_char, len: usize) {
    let level = match level {
        abi::RP_LOG_ERROR => Level::Error,
        abi::RP_LOG_WARN => Level::Warn,
        abi::RP_LOG_INFO => Level::Info,
        abi::RP_LOG_DEBUG => Level::Debug,
        _ => Level::Trace,
    };
    // SAFETY: rule 11: the module passes the host that `new` made; rule 2: the line is valid until this call returns.
    unsafe { world(host).log(id, level, text(&rp_str { data, len })) }
}

unsafe extern "C" fn cancelled(host: *const rp_host, _: u64) -> i32 {
    // SAFETY: rule 11: the module passes the host that `new` made.
    unsafe { world(host) }.is_cancelled().into()
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: rule 11: the module passes the host that `new` made.
    unsafe { world(host) }.now_us()
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: rule 11: the module passes the host that `new` made; `data` is the module's memory, writable for `len` bytes.
    unsafe { world(host).fill(std::slice::from_raw_parts_mut(data.cast(), len)) }
}

//! Calls.

use core::ffi::c_char;
use std::time::{Duration, Instant};

use host::abi::{RP_FAILED, RP_OK, rp_status};
use host::{CallOptions, Error, Instance, Message, Reply, Status, Turn};
use rp_protocol::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::abi::rph_call_options;
use crate::constants::RPH_UNCHECKED;
use crate::contain::{Outcome, argument, contain, given};
use crate::error::rph_error;
use crate::host::rph_host;
use crate::instance::rph_instance;
use crate::reply::rph_reply;
use crate::text::{bytes, payload, text, type_of_message};

impl rph_call_options {
    /// Reads what C gives; NULL is the default.
    ///
    /// # Safety
    /// `options` is NULL or leads to as many bytes as its first field says.
    #[inline(always)]
    pub(crate) unsafe fn read<'a>(options: *const Self) -> Outcome<Option<&'a Self>> {
        if options.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller knows that the first field is there.
        let size = unsafe { (&raw const (*options).struct_size).read() };
        if (size as usize) < size_of::<Self>() {
            return Err(too_small(size));
        }
        // SAFETY: all of it is there.
        let options = unsafe { &*options };
        match options.flags & !RPH_UNCHECKED {
            0 => Ok(Some(options)),
            unknown => Err(unknown_flag(unknown)),
        }
    }

    /// Whether they are nothing but `RPH_UNCHECKED`.
    ///
    /// # Safety
    /// `options` leads to as many bytes as its first field says.
    #[inline(always)]
    unsafe fn are_unchecked_alone(options: *const Self) -> bool {
        // SAFETY: the caller knows that the first field is there, and the others where they are read.
        unsafe {
            (&raw const (*options).struct_size).read() as usize >= size_of::<Self>()
                && (*options).flags == RPH_UNCHECKED
                && (*options).is_plain()
        }
    }

    pub(crate) fn is_unchecked(&self) -> bool {
        self.flags & RPH_UNCHECKED != 0
    }

    /// Whether the answer is wanted whenever it comes.
    fn is_plain(&self) -> bool {
        self.timeout_us == 0 && self.cancel.is_null()
    }

    /// The message with its time limit and its token.
    #[inline(always)]
    fn apply<'m>(&'m self, message: Message<'m>) -> Message<'m> {
        let message = match self.timeout_us {
            0 => message,
            limit => limited(message, limit),
        };
        // SAFETY: C gives NULL or a token that lives until the call returns.
        match unsafe { self.cancel.as_ref() } {
            Some(cancel) => message.cancel(&cancel.token),
            None => message,
        }
    }
}

#[cold]
#[inline(never)]
fn too_small(size: u32) -> Box<rph_error> {
    argument("options", format!("struct_size is {size}: set it to sizeof(rph_call_options)"))
}

#[cold]
#[inline(never)]
fn unknown_flag(unknown: u32) -> Box<rph_error> {
    argument("options", format!("the flag {unknown} is unknown"))
}

impl rph_call_options {
    /// Time limit and token, to keep for a wait that begins now.
    pub(crate) fn kept(&self) -> CallOptions {
        let options = match (self.timeout_us, u64::try_from(self.timeout_us)) {
            (0, _) => CallOptions::new(),
            (_, Ok(limit)) => CallOptions::new().timeout(Duration::from_micros(limit)),
            (_, Err(_)) => CallOptions::new().deadline(Instant::now()),
        };
        // SAFETY: C gives NULL or a token that lives until the call returns.
        match unsafe { self.cancel.as_ref() } {
            Some(cancel) => options.cancel(&cancel.token),
            None => options,
        }
    }
}

#[inline(never)]
fn limited(message: Message<'_>, timeout_us: i64) -> Message<'_> {
    match u64::try_from(timeout_us) {
        Ok(limit) => message.timeout(Duration::from_micros(limit)),
        Err(_) => message.deadline(Instant::now()),
    }
}

/// The message that C describes.
#[inline(always)]
pub(crate) fn message<'m>(
    message_type: &'m str,
    payload: &'m str,
    options: Option<&'m rph_call_options>,
) -> Message<'m> {
    let message = Message::new(message_type, payload);
    options.map_or(message, |options| options.apply(message))
}

/// The status of a response that was read.
pub(crate) fn status_of(response: &Response<'_>) -> rp_status {
    if response.is_success() { RP_OK } else { RP_FAILED }
}

/// What sends a message.
pub(crate) enum Sender<'a> {
    Instance(&'a Instance),
    Turn(&'a mut Turn<'static>),
}

impl Sender<'_> {
    #[inline(always)]
    fn call_status(&mut self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        match self {
            Sender::Instance(instance) => instance.call_status(message, reply),
            Sender::Turn(turn) => turn.call_status(message, reply),
        }
    }

    #[inline(always)]
    fn call_raw(&mut self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        match self {
            Sender::Instance(instance) => instance.call_raw(message, reply),
            Sender::Turn(turn) => turn.call_raw(message, reply),
        }
    }
}

#[inline(always)]
fn call_checked(mut to: Sender<'_>, message: &Message<'_>, reply: &mut rph_reply) -> Outcome<rp_status> {
    Ok(in_c(to.call_status(message, reply.begin())?))
}

#[inline(always)]
fn call_raw(mut to: Sender<'_>, message: &Message<'_>, reply: &mut rph_reply) -> Outcome<rp_status> {
    Ok(in_c(to.call_raw(message, reply.begin())?))
}

#[inline(always)]
fn in_c(status: Status) -> rp_status {
    match status {
        Status::Success => RP_OK,
        Status::Failed => RP_FAILED,
    }
}

/// Sends a message with whatever options it has.
#[inline(never)]
fn call_with(
    to: Sender<'_>,
    message: &Message<'_>,
    options: Option<&rph_call_options>,
    reply: &mut rph_reply,
) -> Outcome<rp_status> {
    match options.is_some_and(rph_call_options::is_unchecked) {
        true => call_raw(to, message, reply),
        false => call_checked(to, message, reply),
    }
}

/// Sends a message to an instance and waits for its response. Everything but a response is an
/// error.
///
/// type     "command", "query", "mutation", "event", "describe", or a type of the program's own
/// payload  one JSON object; it reaches the module byte for byte
/// options  or NULL
/// reply    holds the response then; NULL is an error
/// status   RP_OK, or RP_FAILED for an error response, which is a response; may be NULL
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_call(
    instance: Option<&rph_instance>,
    r#type: *const c_char,
    type_len: usize,
    payload: *const c_char,
    len: usize,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Option<Box<rph_error>> {
    contain(|| {
        let to = Sender::Instance(&given("instance", instance)?.instance);
        // SAFETY: they are what C gives.
        unsafe { send(to, (r#type, type_len), (payload, len), options, reply, status) }
    })
}

/// A text that C passes.
type Text = (*const c_char, usize);

/// Sends a message, whose type and payload are pointers with their lengths. What nearly every program asks for is sent in registers.
///
/// # Safety
/// All pointers are as C gives them to `rph_call`.
#[inline(always)]
pub(crate) unsafe fn send(
    to: Sender<'_>,
    of_type: Text,
    payload: Text,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Outcome {
    // SAFETY: C gives NULL or options with their size (rule 8 of rp_host.h), lends both texts until this call returns (rule 3), and
    // vouches for their UTF-8 where it says RPH_UNCHECKED.
    let answer = unsafe {
        match reply {
            Some(reply) if options.is_null() => {
                let (of_type, text) = read(of_type, payload)?;
                call_checked(to, &Message::new(of_type, text), reply)
            }
            Some(reply) if rph_call_options::are_unchecked_alone(options) => {
                let (of_type, text) = believe(of_type, payload)?;
                call_raw(to, &Message::new(of_type, text), reply)
            }
            reply => send_with(to, of_type, payload, options, reply),
        }
    }?;
    // SAFETY: C gives NULL or a place for the status (rule 1 of rp_host.h).
    unsafe { tell(status, answer) };
    Ok(())
}

/// The same with whatever options there are.
///
/// # Safety
/// As for [`send`].
#[inline(never)]
unsafe fn send_with(
    to: Sender<'_>,
    of_type: Text,
    payload: Text,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
) -> Outcome<rp_status> {
    let reply = given("reply", reply)?;
    // SAFETY: as the caller promises.
    let options = unsafe { rph_call_options::read(options) }?;
    let is_unchecked = options.is_some_and(rph_call_options::is_unchecked);
    // SAFETY: as the caller promises, who vouches for the UTF-8 of both by RPH_UNCHECKED.
    let (of_type, text) =
        unsafe { if is_unchecked { believe(of_type, payload) } else { read(of_type, payload) } }?;
    call_with(to, &message(of_type, text, options), options, reply)
}

/// The type and the payload of a message.
///
/// # Safety
/// C lends both until the call returns (rule 3 of rp_host.h).
#[inline(always)]
unsafe fn read<'a>(of_type: Text, payload: Text) -> Outcome<(&'a str, &'a str)> {
    // SAFETY: as the caller promises.
    unsafe { Ok((type_of_message(of_type.0, of_type.1)?, self::payload("payload", payload.0, payload.1)?)) }
}

/// The same of a program that vouches for their UTF-8 (`RPH_UNCHECKED`).
///
/// # Safety
/// As for [`read`], and both are UTF-8.
#[inline(always)]
unsafe fn believe<'a>(of_type: Text, payload: Text) -> Outcome<(&'a str, &'a str)> {
    // SAFETY: as the caller promises.
    unsafe {
        let (of_type, text) = (bytes("type", of_type.0, of_type.1)?, bytes("payload", payload.0, payload.1)?);
        Ok((core::str::from_utf8_unchecked(of_type), core::str::from_utf8_unchecked(text)))
    }
}

/// Writes a status where C wants it.
///
/// # Safety
/// `place` is NULL or valid for a write.
#[inline(always)]
unsafe fn tell(place: *mut rp_status, status: rp_status) {
    if !place.is_null() {
        // SAFETY: the caller knows it to be valid for a write.
        unsafe { place.write(status) };
    }
}

#[derive(Serialize)]
struct Command<'a> {
    name: &'a str,
    args: &'a RawValue,
}

/// Runs a command: sends {"name", "args"} as rph_call does. args: one JSON value; without a length
/// {}.
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_command(
    instance: Option<&rph_instance>,
    name: *const c_char,
    name_len: usize,
    args: *const c_char,
    len: usize,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Option<Box<rph_error>> {
    contain(|| {
        let to = Sender::Instance(&given("instance", instance)?.instance);
        // SAFETY: they are what C gives.
        unsafe { run(to, (name, name_len), (args, len), options, reply, status) }
    })
}

/// Runs a command, whose name and arguments are pointers with their lengths.
///
/// # Safety
/// All pointers are as C gives them to `rph_command`.
pub(crate) unsafe fn run(
    to: Sender<'_>,
    (name, name_len): (*const c_char, usize),
    (args, len): (*const c_char, usize),
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Outcome {
    let reply = given("reply", reply)?;
    // SAFETY: C gives NULL or options with their size (rule 8 of rp_host.h).
    let options = unsafe { rph_call_options::read(options) }?;
    // SAFETY: C lends both texts until this call returns (rule 3 of rp_host.h).
    let payload = unsafe { command(name, name_len, args, len) }?;
    let message = message(rp_protocol::message_type::COMMAND, &payload, options);
    let answer = call_with(to, &message, options, reply)?;
    // SAFETY: C gives NULL or a place for the status (rule 1 of rp_host.h).
    unsafe { tell(status, answer) };
    Ok(())
}

/// The payload of a command.
///
/// # Safety
/// The pointers are valid for their lengths, or NULL.
unsafe fn command(name: *const c_char, name_len: usize, args: *const c_char, len: usize) -> Outcome<String> {
    // SAFETY: as the caller promises.
    let (name, args) = unsafe { (text("name", name, name_len)?, payload("args", args, len)?) };
    let args = if args.is_empty() { "{}" } else { args };
    let args =
        serde_json::from_str(args).map_err(|error| argument("args", format!("it is not JSON: {error}")))?;
    Ok(serde_json::to_string(&Command { name, args }).expect("two texts are JSON"))
}

/// Sends a message where one that a module sends would go, with every right: a command names its
/// instance by "module" beside "name", queries and mutations go to the module that provides the
/// entity or to the store, an event is published, and any other type goes to the service of that
/// type.
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_send(
    host: Option<&rph_host>,
    r#type: *const c_char,
    type_len: usize,
    payload: *const c_char,
    len: usize,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Option<Box<rph_error>> {
    contain(|| {
        let (host, reply) = (given("host", host)?.own()?, given("reply", reply)?);
        // SAFETY: C gives NULL or options with their size (rule 8 of rp_host.h).
        let options = unsafe { rph_call_options::read(options) }?;
        // SAFETY: C lends both texts until this call returns (rule 3 of rp_host.h).
        let (of_type, text) =
            unsafe { (type_of_message(r#type, type_len)?, self::payload("payload", payload, len)?) };
        let response = host.send(&message(of_type, text, options), reply.begin())?;
        // SAFETY: C gives NULL or a place for the status (rule 1 of rp_host.h).
        unsafe { tell(status, status_of(&response)) };
        Ok(())
    })
}

//! A message, as a module receives it.
use std::borrow::Cow;
use std::sync::atomic::{AtomicU8, Ordering};

use rp_protocol::{members, message_type};
use serde_core::Deserialize;

use crate::abi::{rp_message, rp_str};
use crate::error::Error;
use crate::host::Host;
use crate::read::read;

/// One message: a type and a payload, borrowed until it is answered.
pub struct Message<'a> {
    raw: &'a rp_message,
    host: Host,
    life: &'a Life,
}

/// The message types of the protocol; an embedder may add its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageType<'a> {
    /// Prepares the instance.
    Init,
    /// Asks to do something by name.
    Command,
    /// Reads entities.
    Query,
    /// Creates, updates or deletes one entity.
    Mutation,
    /// Tells that something happened.
    Event,
    /// Ends the work of the instance.
    Shutdown,
    /// Asks what commands there are.
    Describe,
    /// A type that the protocol does not name.
    Other(&'a str),
}

impl<'a> From<&'a str> for MessageType<'a> {
    fn from(name: &'a str) -> Self {
        match name {
            message_type::INIT => MessageType::Init,
            message_type::COMMAND => MessageType::Command,
            message_type::QUERY => MessageType::Query,
            message_type::MUTATION => MessageType::Mutation,
            message_type::EVENT => MessageType::Event,
            message_type::SHUTDOWN => MessageType::Shutdown,
            message_type::DESCRIBE => MessageType::Describe,
            other => MessageType::Other(other),
        }
    }
}

impl<'a> Message<'a> {
    #[inline]
    pub(crate) fn new(raw: &'a rp_message, host: Host, life: &'a Life) -> Message<'a> {
        Message { raw, host, life }
    }

    /// The type.
    pub fn message_type(&self) -> MessageType<'a> {
        self.type_name().into()
    }

    /// The type, as it is written.
    #[inline]
    pub fn type_name(&self) -> &'a str {
        // SAFETY: rule 2: a message's text is UTF-8 and borrowed until the call returns, as `raw` is.
        unsafe { text(&self.raw.r#type) }
    }

    /// The payload as it arrived. [`dispatch`](crate::dispatch) has seen that it is one JSON object;
    /// a module that overrides `handle_message` reads it unchecked.
    #[inline]
    pub fn payload(&self) -> &'a str {
        // SAFETY: rule 2: a message's text is UTF-8 and borrowed until the call returns, as `raw` is.
        unsafe { text(&self.raw.payload) }
    }

    /// The payload as a value of serde, such as [`protocol::Query`](crate::protocol::Query).
    pub fn read<T: Deserialize<'a>>(&self) -> Result<T, Error> {
        read(self.payload())
    }

    /// The `config` of an `init`; the default where there is none.
    pub fn config<T: Deserialize<'a> + Default>(&self) -> Result<T, Error> {
        struct Init<T> {
            config: Option<T>,
        }
        members! { Init<T> { optional config } }
        Ok(self.read::<Init<T>>()?.config.unwrap_or_default())
    }

    /// The number of the message within its host.
    pub fn id(&self) -> u64 {
        self.raw.id
    }

    /// The message in whose service this one was sent, or 0.
    pub fn cause(&self) -> u64 {
        self.raw.cause
    }

    /// Flags; [`dispatch`](crate::dispatch) refuses those that it does not know, which are all.
    pub fn flags(&self) -> u32 {
        self.raw.flags
    }

    /// The host. Log lines and messages that go through it count as made for this message, until it is answered.
    #[inline]
    pub fn host(&self) -> Host {
        self.host.for_message(self.raw.id)
    }

    /// Whether `init` was answered with success, and `shutdown` not yet.
    #[inline]
    pub fn is_initialized(&self) -> bool {
        self.life.is_initialized()
    }

    pub(crate) fn life(&self) -> &'a Life {
        self.life
    }
}

/// A command: the payload of a message of that type.
pub struct Command<'a> {
    message: &'a Message<'a>,
    name: Cow<'a, str>,
    /// One JSON object; what is yet to be found to be one where `is_checked` is false.
    args: &'a str,
    is_checked: bool,
}

impl<'a> Command<'a> {
    /// Reads the payload of a command, and checks all of it.
    pub fn read(message: &'a Message<'a>) -> Result<Command<'a>, Error> {
        let body = rp_protocol::Command::parse(message.payload())?;
        let args = body.args_text();
        Ok(Command { message, name: body.name, args, is_checked: true })
    }

    /// Takes the payload apart without checking it, where it is written as everyone writes it.
    ///
    /// Only for commands whose arguments are read into a type before anything else happens: that reading is the check, since
    /// all that stands around them is known here.
    pub(crate) fn shaped(message: &'a Message<'a>) -> Option<Command<'a>> {
        let (name, rest) = message.payload().strip_prefix(r#"{"name":""#)?.split_once('"')?;
        let args = rest.strip_prefix(r#","args":"#)?.strip_suffix('}')?;
        let is_plain = args.starts_with('{') && name.bytes().all(|byte| byte >= b' ' && byte != b'\\');
        is_plain.then_some(Command { message, name: Cow::Borrowed(name), args, is_checked: false })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments as a value of serde.
    pub fn args<T: Deserialize<'a>>(&self) -> Result<T, Error> {
        if self.is_checked {
            return read(self.args);
        }
        match serde_json::from_str(self.args) {
            Ok(args) => Ok(args),
            Err(_) => Command::read(self.message)?.args(),
        }
    }

    /// The arguments as they arrived, one JSON object.
    pub fn args_json(&self) -> &'a str {
        self.args
    }

    /// The message that brought the command.
    pub fn message(&self) -> &'a Message<'a> {
        self.message
    }

    /// The host, see [`Message::host`].
    pub fn host(&self) -> Host {
        self.message.host()
    }

    /// The refusal of a command that the module does not have.
    pub fn unknown(&self) -> Error {
        Error::unknown_command(self.name())
    }
}

/// # Safety
/// The text keeps rule 2 for `'a`.
#[inline]
unsafe fn text<'a>(text: &rp_str) -> &'a str {
    if text.data.is_null() {
        return "";
    }
    // SAFETY: the caller promises rule 2: `len` bytes of UTF-8, borrowed for 'a.
    unsafe { str::from_utf8_unchecked(std::slice::from_raw_parts(text.data.cast(), text.len)) }
}

/// Where an instance stands between `create` and `destroy`.
#[derive(Default)]
pub(crate) struct Life(AtomicU8);

impl Life {
    const INITIALIZED: u8 = 1;
    const BUSY: u8 = 2;

    #[inline]
    pub(crate) fn is_initialized(&self) -> bool {
        self.0.load(Ordering::Acquire) & Life::INITIALIZED != 0
    }

    pub(crate) fn set_initialized(&self, initialized: bool) {
        if initialized {
            self.0.fetch_or(Life::INITIALIZED, Ordering::Release);
        } else {
            self.0.fetch_and(!Life::INITIALIZED, Ordering::Release);
        }
    }

    /// Marks an instance that takes one call at a time as busy; false if it is.
    ///
    /// The host keeps calls apart (rule 5), so a plain load and store will do: they find a host that comes back
    /// into a call of its own thread, which would alias the module's state.
    #[inline]
    pub(crate) fn enter(&self) -> bool {
        let life = self.0.load(Ordering::Relaxed);
        self.0.store(life | Life::BUSY, Ordering::Relaxed);
        life & Life::BUSY == 0
    }

    #[inline]
    pub(crate) fn leave(&self) {
        let life = self.0.load(Ordering::Relaxed);
        self.0.store(life & !Life::BUSY, Ordering::Relaxed);
    }
}

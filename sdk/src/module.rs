//! What an author implements, and how messages find their method.
use rp_protocol::{code, message_type};

use crate::error::Error;
use crate::host::Host;
use crate::message::{Command, Message, MessageType};
use crate::reply::{Answer, Reply};

/// Refuses what the protocol lets a module refuse; the default of the methods below.
fn no_entities() -> Answer {
    Err(Error::not_supported("this module keeps no entities"))
}

macro_rules! module_trait {
    ($(#[$doc:meta])* $name:ident: $($bound:ident),+; $self:ident: $receiver:ty) => {
        $(#[$doc])*
        pub trait $name: Sized + $($bound +)+ 'static {
            /// Makes an instance. Of the host only log, time and randomness work yet; keep it to send later.
            ///
            /// An error is written to the log, and the host gets no instance.
            fn create(host: Host) -> Result<Self, Error>;

            /// Prepares the instance; see [`Message::config`].
            fn init($self: $receiver, message: &Message<'_>) -> Result<(), Error> {
                let _ = message;
                Ok(())
            }

            /// Does what the command says. End a `match` on its name with `Err(command.unknown())`.
            fn command($self: $receiver, command: &Command<'_>, reply: Reply<'_>) -> Answer {
                let _ = reply;
                Err(command.unknown())
            }

            /// Whether [`command`](Self::command) begins with reading the arguments of this one into a type; what
            /// `#[module]` writes, so that such arguments are read once and not also checked before.
            #[doc(hidden)]
            fn reads_arguments(name: &str) -> bool {
                let _ = name;
                false
            }

            /// Answers a query for entities that the module provides; read it as
            /// [`protocol::Query`](crate::protocol::Query).
            fn query($self: $receiver, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                let _ = (message, reply);
                no_entities()
            }

            /// Changes an entity that the module provides; read it as
            /// [`protocol::Mutation`](crate::protocol::Mutation).
            fn mutation($self: $receiver, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                let _ = (message, reply);
                no_entities()
            }

            /// Hears of something that happened; read it as [`protocol::Event`](crate::protocol::Event).
            fn event($self: $receiver, message: &Message<'_>) -> Result<(), Error> {
                let _ = message;
                Ok(())
            }

            /// Ends the work: writes what must not be lost, joins threads.
            fn shutdown($self: $receiver) -> Result<(), Error> {
                Ok(())
            }

            /// Tells the commands; see [`protocol::Description`](crate::protocol::Description).
            fn describe($self: $receiver, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                let _ = message;
                reply.success_json(r#"{"commands":[],"events":{}}"#)
            }

            /// Answers a message of a type that the protocol does not name.
            fn other($self: $receiver, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                let _ = reply;
                Err(Error::unknown_type(message.type_name()))
            }

            /// Answers any message; the raw form, beneath all the others.
            ///
            /// Override it to see every message, then go on with [`dispatch`]; or to answer without any of the checks
            /// that `dispatch` makes: flags, one JSON object, `init` before the rest.
            #[inline]
            fn handle_message($self: $receiver, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                dispatch($self, message, reply)
            }
        }
    };
}

module_trait! {
    /// A module that answers one message at a time.
    ///
    /// Only [`create`](Self::create) must be written; every method answers what the protocol says until it is
    /// overridden. A panic in any of them is caught, logged and told to the host, which then drops the instance.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no rp module",
        note = "implement `rp_sdk::Module` for it, or write `rp_sdk::export!(concurrent {Self})` for a `ConcurrentModule`"
    )]
    Module: Send; self: &mut Self
}

module_trait! {
    /// A module that answers messages on several threads at once; it keeps its state behind locks of its own.
    ///
    /// The methods are those of [`Module`], with `&self`. Export it with `rp_sdk::export!(concurrent …)`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no concurrent rp module",
        note = "implement `rp_sdk::ConcurrentModule` for it, or write `rp_sdk::export!({Self})` for a `Module`"
    )]
    ConcurrentModule: Send, Sync; self: &Self
}

/// The methods of both traits, whatever their receiver: `&mut M` of a [`Module`], `&M` of a [`ConcurrentModule`].
pub trait Routes: Sized {
    #![allow(missing_docs)]
    fn reads_arguments(&self, name: &str) -> bool;
    fn init(self, message: &Message<'_>) -> Result<(), Error>;
    fn command(self, command: &Command<'_>, reply: Reply<'_>) -> Answer;
    fn query(self, message: &Message<'_>, reply: Reply<'_>) -> Answer;
    fn mutation(self, message: &Message<'_>, reply: Reply<'_>) -> Answer;
    fn event(self, message: &Message<'_>) -> Result<(), Error>;
    fn shutdown(self) -> Result<(), Error>;
    fn describe(self, message: &Message<'_>, reply: Reply<'_>) -> Answer;
    fn other(self, message: &Message<'_>, reply: Reply<'_>) -> Answer;
}

macro_rules! routes {
    ($trait:ident for $receiver:ty) => {
        impl<M: $trait> Routes for $receiver {
            fn reads_arguments(&self, name: &str) -> bool {
                M::reads_arguments(name)
            }
            fn init(self, message: &Message<'_>) -> Result<(), Error> {
                M::init(self, message)
            }
            fn command(self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
                M::command(self, command, reply)
            }
            fn query(self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                M::query(self, message, reply)
            }
            fn mutation(self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                M::mutation(self, message, reply)
            }
            fn event(self, message: &Message<'_>) -> Result<(), Error> {
                M::event(self, message)
            }
            fn shutdown(self) -> Result<(), Error> {
                M::shutdown(self)
            }
            fn describe(self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                M::describe(self, message, reply)
            }
            fn other(self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
                M::other(self, message, reply)
            }
        }
    };
}

routes!(Module for &mut M);
routes!(ConcurrentModule for &M);

/// Checks a message as the protocol asks and calls the method of its type; what
/// [`Module::handle_message`] does unless it is overridden.
///
/// The payload must be one JSON object and the flags known; before `init` only `init` and `describe` are answered.
///
/// ```
/// use rp_sdk::{Answer, Host, Message, Module, Reply, Result, dispatch};
///
/// struct Counter(u64);
///
/// impl Module for Counter {
///     fn create(_: Host) -> Result<Self> {
///         Ok(Counter(0))
///     }
///     fn handle_message(&mut self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
///         self.0 += 1;
///         dispatch(self, message, reply)
///     }
/// }
/// ```
pub fn dispatch(module: impl Routes, message: &Message<'_>, reply: Reply<'_>) -> Answer {
    if message.type_name() == message_type::COMMAND && message.is_initialized() {
        let shaped = Command::shaped(message).filter(|command| module.reads_arguments(command.name()));
        let command = match shaped {
            Some(command) if message.flags() == 0 => command,
            _ => Command::read(message)?,
        };
        check_flags(message)?;
        return module.command(&command, reply);
    }
    rp_protocol::is_object(message.payload())?;
    check_flags(message)?;
    match (message.message_type(), message.is_initialized()) {
        (MessageType::Describe, _) => module.describe(message, reply),
        (MessageType::Init, false) => init(module, message, reply),
        (MessageType::Init, true) => Err(Error::conflict("already initialized")),
        (_, false) => Err(Error::new(code::NOT_INITIALIZED, "the module is not initialized")),
        (MessageType::Query, true) => module.query(message, reply),
        (MessageType::Mutation, true) => module.mutation(message, reply),
        (MessageType::Event, true) => module.event(message).and_then(|()| reply.empty()),
        (MessageType::Shutdown, true) => shutdown(module, message, reply),
        (_, true) => module.other(message, reply),
    }
}

fn check_flags(message: &Message<'_>) -> Result<(), Error> {
    if message.flags() == 0 { Ok(()) } else { Err(Error::not_supported("unknown message flags")) }
}

fn init(module: impl Routes, message: &Message<'_>, reply: Reply<'_>) -> Answer {
    module.init(message)?;
    let written = reply.empty()?;
    message.life().set_initialized(true);
    Ok(written)
}

fn shutdown(module: impl Routes, message: &Message<'_>, reply: Reply<'_>) -> Answer {
    let ended = module.shutdown();
    message.life().set_initialized(false);
    ended?;
    reply.empty()
}

/// The host in `create`, where there is no message yet; for the code that `#[module]` writes.
pub struct Created(pub Host);

impl Created {
    #![allow(missing_docs)]
    pub fn host(&self) -> Host {
        self.0
    }
}

/// Makes a module without `#[create]`.
pub fn default<M: ByDefault>() -> M {
    M::default()
}

/// A module that needs nothing to be made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how an instance is made",
    note = "derive or implement `Default` for it, or mark a method: #[create] fn create(host: Host) -> Self"
)]
pub trait ByDefault: Default {}
impl<M: Default> ByDefault for M {}

/// The refusal of an entity that no method answers for.
pub fn not_provided(entity: &str) -> Error {
    Error::not_supported(format_args!("this module does not provide {entity}"))
}

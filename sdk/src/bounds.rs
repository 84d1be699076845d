//! What `#[module]` asks of the types in a method's signature. A type that does not fit is reported once, where it
//! stands, with what to do; so what is done with it is done through these traits, by name, in every place.
use rp_protocol::Event;
use serde_core::{Deserialize, Serialize};
use serde_json::Value;

use crate::describe::{Schema, schema_of};
use crate::error::Error;
use crate::message::{Command, Message};
use crate::read::read_at;
use crate::reply::{Answer, Reply};

/// What is read from the arguments of a command, or from the data of an event, or a part of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of arguments",
    label = "nothing reads it from JSON",
    note = "put #[rp_sdk::args] on the type, or #[rp_sdk::data] if it is also a result"
)]
pub trait Argument<'a>: Deserialize<'a> + Schema {}

// What it asks is in the note above; the compiler would name only the first of its parts.
#[diagnostic::do_not_recommend]
impl<'a, T: Deserialize<'a> + Schema> Argument<'a> for T {}

/// A type of arguments, as what is done with it. Without supertraits, here and below: the compiler reports each of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of arguments",
    label = "nothing reads it from JSON",
    note = "put #[rp_sdk::args] on the type, or #[rp_sdk::data] if it is also a result"
)]
pub trait Whole<'a>: Sized {
    #![allow(missing_docs)]
    fn of_command(command: &Command<'a>) -> Result<Self, Error>;
    fn of_event(event: &Event<'a>) -> Result<Self, Error>;
    fn schema() -> Value;
}

#[diagnostic::do_not_recommend]
impl<'a, T: Argument<'a>> Whole<'a> for T {
    fn of_command(command: &Command<'a>) -> Result<T, Error> {
        command.args()
    }
    fn of_event(event: &Event<'a>) -> Result<T, Error> {
        read_at("data", event.data.map_or("{}", |data| data.get()))
    }
    fn schema() -> Value {
        schema_of::<T>(true)
    }
}

/// The same for the struct that `#[module]` makes of named parameters, which implements it where each of their types is
/// one of arguments: so that what is reported is that type and not the struct.
pub trait Fields<'a>: Sized {
    #![allow(missing_docs)]
    fn of_command(command: &Command<'a>) -> Result<Self, Error>;
    fn of_event(event: &Event<'a>) -> Result<Self, Error>;
    fn schema() -> Value;
}

/// What a command gives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of results",
    label = "nothing writes it as JSON",
    note = "put #[rp_sdk::data] on the type"
)]
pub trait Returned {
    #![allow(missing_docs)]
    fn answer(&self, reply: Reply<'_>) -> Answer;
    fn schema() -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + Schema + ?Sized> Returned for T {
    fn answer(&self, reply: Reply<'_>) -> Answer {
        reply.success(self)
    }
    fn schema() -> Value {
        schema_of::<T>(false)
    }
}

/// What a query, a mutation or a message of another type gives: `describe` has no schema of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of results",
    label = "nothing writes it as JSON",
    note = "put #[rp_sdk::data] on the type"
)]
pub trait Provided {
    #![allow(missing_docs)]
    fn answer(&self, reply: Reply<'_>) -> Answer;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Provided for T {
    fn answer(&self, reply: Reply<'_>) -> Answer {
        reply.success(self)
    }
}

/// The `config` of `init`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of configuration",
    label = "without a default, or nothing reads it from JSON",
    note = "put #[rp_sdk::data] on the type, and derive or implement Default: a host may send no configuration"
)]
pub trait Config<'a>: Sized {
    #![allow(missing_docs)]
    fn of_init(message: &Message<'a>) -> Result<Self, Error>;
}

#[diagnostic::do_not_recommend]
impl<'a, T: Deserialize<'a> + Default> Config<'a> for T {
    fn of_init(message: &Message<'a>) -> Result<T, Error> {
        message.config()
    }
}

/// The error of a method's `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error response",
    label = "no rp_sdk::Error is made from it",
    note = "return rp_sdk::Result, and say in the method what the error means to the asker: `.or_unavailable(\"the archive cannot be read\")?` of rp_sdk::OrRefuse, or `.map_err(rp_sdk::Error::internal)?`",
    note = "an error type of your own may implement `Into<rp_sdk::Error>` instead"
)]
pub trait Refused {
    #![allow(missing_docs)]
    fn into_error(self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Error>> Refused for E {
    fn into_error(self) -> Error {
        self.into()
    }
}

/// What a method gave.
pub fn refused<T, E: Refused>(given: Result<T, E>) -> Result<T, Error> {
    given.map_err(Refused::into_error)
}

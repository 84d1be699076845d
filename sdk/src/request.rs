//! Messages to the host and to other modules, typed by serde.
use rp_protocol::{Operation, Query, Response, message_type};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::buffer::Buffer;
use crate::error::Error;
use crate::host::Host;

/// Data of a successful query.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entities<T> {
    /// The entities that were found.
    pub entities: Vec<T>,
    /// How many there are without `limit` and `offset`.
    pub count: u64,
}

impl Host {
    /// Asks another module to do something. An error response is the `Err`, as it came.
    pub fn command<A, R>(&self, module: &str, name: &str, args: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        #[derive(Serialize)]
        struct Payload<'a, A: ?Sized> {
            module: &'a str,
            name: &'a str,
            args: &'a A,
        }
        self.ask(message_type::COMMAND, &Payload { module, name, args })
    }

    /// Reads entities.
    pub fn query<R: DeserializeOwned>(&self, query: &Query<'_>) -> Result<Entities<R>, Error> {
        self.ask(message_type::QUERY, query)
    }

    /// Creates, updates or deletes one entity.
    pub fn mutate<A, R>(&self, entity: &str, operation: Operation, data: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        #[derive(Serialize)]
        struct Payload<'a, A: ?Sized> {
            entity: &'a str,
            operation: Operation,
            data: &'a A,
        }
        self.ask(message_type::MUTATION, &Payload { entity, operation, data })
    }

    /// Tells that something happened; returns before anybody has heard of it.
    pub fn emit<A: Serialize + ?Sized>(&self, event: &str, data: &A) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Payload<'a, A: ?Sized> {
            event: &'a str,
            data: &'a A,
        }
        self.ask::<_, serde::de::IgnoredAny>(message_type::EVENT, &Payload { event, data }).map(|_| ())
    }

    fn ask<A: Serialize, R: DeserializeOwned>(&self, message_type: &str, payload: &A) -> Result<R, Error> {
        let payload = serde_json::to_string(payload).map_err(|error| {
            Error::internal(format_args!("the {message_type} cannot be written: {error}"))
        })?;
        let mut buffer = Buffer::new();
        match self.send(message_type, &payload, &mut buffer)? {
            Response::Error(body) => Err(Error::of_response(body)),
            Response::Success(success) => {
                let data = success.data.map_or("{}", |data| data.get());
                serde_json::from_str(data).map_err(|error| {
                    Error::internal(format_args!(
                        "the response to the {message_type} is not as expected: {error}"
                    ))
                })
            }
        }
    }
}

//! What the program around the host asks of it: as its owner, who needs no grants.

use rp_protocol::{Response, members, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};

use crate::border::message::{Message, Status};
use crate::border::reply::{Reply, with_kept, with_kept_text};
use crate::border::response::read_response;
use crate::error::{CallFault, Error};
use crate::host::host::Host;
use crate::host::typed::{read_data, write};
use crate::host_functions::owner::send_as_owner;
use crate::observe::observers::HOST_NAME;

impl Host {
    /// Runs a command of the instance with that name and returns its result; see [`Instance::command`](crate::Instance::command).
    ///
    /// # Errors
    /// As there, and if there is no such instance.
    pub fn command<A, R>(&self, instance: &str, name: &str, args: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        self.named(instance, &format!("command {name}"))?.command(name, args)
    }

    /// Queries entities: the module that provides them answers, or else the store. `query` is a [`rp_protocol::Query`], or
    /// anything that is written like one.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> Result<(), rp_host::Error> {
    /// use std::sync::Arc;
    /// use rp_host::{Host, store::{Changed, SqliteStore}};
    /// use serde_json::{Value, json};
    ///
    /// let host = Host::builder().store(Arc::new(SqliteStore::in_memory()?)).build();
    /// let note = json!({"entity": "note", "operation": "create", "data": {"text": "Ask about the census"}});
    /// let Changed { id, .. } = host.mutate(&note)?;
    /// let found: Value = host.query(&json!({"entity": "note", "id": id}))?;
    /// assert_eq!(found["entities"][0]["data"]["text"], "Ask about the census");
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// If there is no response, if it is an error response (`rp::call::answered_error`), or if its data is not an `R`.
    pub fn query<R: DeserializeOwned>(&self, query: &(impl Serialize + ?Sized)) -> Result<R, Error> {
        self.ask(message_type::QUERY, query)
    }

    /// Changes an entity: the module that provides it does, or else the store, which publishes the change event. `mutation`
    /// is a [`rp_protocol::Mutation`], or anything that is written like one. Of the store, the data is a
    /// [`Changed`](crate::store::Changed).
    ///
    /// # Errors
    /// As for [`query`](Host::query).
    pub fn mutate<R: DeserializeOwned>(&self, mutation: &(impl Serialize + ?Sized)) -> Result<R, Error> {
        self.ask(message_type::MUTATION, mutation)
    }

    /// Publishes an event to every subscriber: instances, functions of [`on_event`](crate::HostBuilder::on_event), and
    /// [subscriptions](Host::subscribe).
    ///
    /// Returns once the event is queued; [`drain_events`](Host::drain_events) waits until it has been handled. To hand an event
    /// to one instance and wait for its answer, use [`Instance::deliver_event`](crate::Instance::deliver_event).
    ///
    /// ```
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let host = rp_host::Host::new();
    /// host.publish("import.finished", &serde_json::json!({"people": 1204}))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the queue of a subscriber is full, or too many bytes wait: the event reaches nobody.
    pub fn publish(&self, event: &str, data: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        struct Payload<'a, D: ?Sized> {
            event: &'a str,
            data: &'a D,
        }
        members! { writes Payload<'a, D> { required event, required data } }
        self.ask::<IgnoredAny>(message_type::EVENT, &Payload { event, data }).map(|_| ())
    }

    /// Sends a message where one that a module sends would go, with every right: a command names its instance by `module`
    /// beside `name`, queries and mutations go to the module that provides the entity or to the store, an event is published,
    /// and any other type goes to the service of that type.
    ///
    /// ```
    /// use rp_host::{Host, Message, Reply};
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let mut reply = Reply::new();
    /// let answer = Host::new().send(&Message::new("query", r#"{"entity":"note"}"#), &mut reply)?;
    /// assert!(matches!(answer, rp_protocol::Response::Error(error) if error.code.as_deref() == Some("not_supported")));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If an instance that was asked brings no response, or one that breaks the protocol. An error response is a response.
    pub fn send<'r>(&self, message: &Message<'_>, reply: &'r mut Reply) -> Result<Response<'r>, Error> {
        reply.wipe();
        let status = self.send_raw(message, reply)?;
        read_response(status, reply).map_err(|fault| Error::call(HOST_NAME, message.message_type, fault))
    }

    fn send_raw(&self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        self.services().check_process()?;
        send_as_owner(self.services(), message, reply)
            .map_err(|(instance, fault)| Error::call(&instance, message.message_type, fault))
    }

    fn ask<R: DeserializeOwned>(
        &self,
        message_type: &str,
        payload: &(impl Serialize + ?Sized),
    ) -> Result<R, Error> {
        let limit = self.services().dispatcher.reply_limit;
        let error = |fault| Error::call(HOST_NAME, message_type, fault);
        with_kept_text(limit, |request| {
            let text = write(request, payload).map_err(|fault| error(CallFault::Arguments(fault)))?;
            with_kept(limit, |reply| {
                let status = self.send_raw(&Message::new(message_type, text), reply)?;
                read_data(status, reply).map_err(error)
            })
        })
    }
}

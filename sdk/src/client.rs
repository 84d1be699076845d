//! Messages to the host and to other modules, typed by serde.
use rp_protocol::{Operation, Response, members, message_type};
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_core::ser::{Error as _, SerializeMap};
use serde_core::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::buffer::Buffer;
use crate::describe::EventData;
use crate::entity::{Changed, Entities, Entity};
use crate::error::Error;
use crate::host::Host;
use crate::read::read_data;

/// A query in the making; see [`Host::query`].
#[must_use = "a query is asked by fetch, first or count"]
pub struct QueryBuilder<'a> {
    host: Host,
    entity: &'a str,
    id: Option<&'a str>,
    filters: Option<Filters<'a>>,
    include: Vec<&'a str>,
    sort: Vec<&'a str>,
    limit: Option<u64>,
    offset: Option<u64>,
}

members! {
    writes QueryBuilder<'a> {
        required entity,
        optional id,
        optional filters,
        optional include,
        optional sort,
        optional limit,
        optional offset,
    }
}

/// Conditions with their paths; one that has no JSON fails the query.
#[derive(Default)]
struct Filters<'a>(Vec<(&'a str, Result<Box<RawValue>, String>)>);

impl Serialize for Filters<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(Some(self.0.len()))?;
        for (path, condition) in &self.0 {
            let failed = |error| S::Error::custom(format!("{path}: {error}"));
            object.serialize_entry(path, condition.as_ref().map_err(failed)?)?;
        }
        object.end()
    }
}

impl<'a> QueryBuilder<'a> {
    /// Only the entity of that id.
    pub fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    /// Only entities where a value of the document fits: `.filter("county", "Cork")`, or with operators
    /// `.filter("born", json!({"gte": 1840, "lt": 1850}))`.
    ///
    /// Operators are `eq ne in lt lte gt gte contains exists`; the path has dots, `place.county`.
    pub fn filter(mut self, path: &'a str, condition: impl Serialize) -> Self {
        let condition = to_raw_value(&condition).map_err(|error| error.to_string());
        self.filters.get_or_insert_default().0.push((path, condition));
        self
    }

    /// Follows the references at a path; what they lead to comes as [`Entities::included`].
    pub fn include(mut self, path: &'a str) -> Self {
        self.include.push(path);
        self
    }

    /// Sorts by a path, after those given before; `-path` turns the order round.
    pub fn sort(mut self, path: &'a str) -> Self {
        self.sort.push(path);
        self
    }

    /// At most so many.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Passes over so many first.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Asks.
    pub fn fetch<T: DeserializeOwned>(&self) -> Result<Entities<Entity<T>>, Error> {
        self.host.ask(message_type::QUERY, self)
    }

    /// Asks for the first one only.
    pub fn first<T: DeserializeOwned>(self) -> Result<Option<Entity<T>>, Error> {
        Ok(self.limit(1).fetch()?.entities.into_iter().next())
    }

    /// Asks how many there are.
    pub fn count(self) -> Result<u64, Error> {
        Ok(self.limit(0).fetch::<IgnoredAny>()?.count)
    }
}

/// A change of one entity.
struct Mutation<'a, D: ?Sized> {
    entity: &'a str,
    operation: Operation,
    id: Option<&'a str>,
    data: Option<&'a D>,
    version: Option<u64>,
}

members! {
    writes Mutation<'a, D> { required entity, required operation, optional id, optional data, optional version }
}

impl Host {
    /// Asks another module to do something. An error response is the `Err`, as it came.
    ///
    /// ```
    /// # use rp_sdk::{Host, Result, json};
    /// fn logs(host: Host) -> Result<serde_json::Value> {
    ///     host.call("research-log", "list_entries", &json!({"limit": 10}))
    /// }
    /// ```
    pub fn call<R: DeserializeOwned>(
        &self,
        module: &str,
        command: &str,
        args: &(impl Serialize + ?Sized),
    ) -> Result<R, Error> {
        struct Payload<'a, A: ?Sized> {
            module: &'a str,
            name: &'a str,
            args: &'a A,
        }
        members! { writes Payload<'a, A> { required module, required name, required args } }
        self.ask(message_type::COMMAND, &Payload { module, name: command, args })
    }

    /// Reads entities.
    ///
    /// ```
    /// # use rp_sdk::{Host, Result};
    /// # #[rp_sdk::data] struct Person { name: String }
    /// fn born_in(host: Host, county: &str) -> Result<Vec<String>> {
    ///     let found = host.query("person").filter("birth.county", county).sort("name").limit(50).fetch::<Person>()?;
    ///     Ok(found.entities.into_iter().map(|person| person.data.name).collect())
    /// }
    /// ```
    pub fn query<'a>(&self, entity: &'a str) -> QueryBuilder<'a> {
        QueryBuilder {
            host: *self,
            entity,
            id: None,
            filters: None,
            include: Vec::new(),
            sort: Vec::new(),
            limit: None,
            offset: None,
        }
    }

    /// Reads one entity; code `not_found` where there is none.
    pub fn get<T: DeserializeOwned>(&self, entity: &str, id: &str) -> Result<Entity<T>, Error> {
        let found = self.query(entity).id(id).first()?;
        found.ok_or_else(|| Error::not_found(format_args!("there is no {entity} {id}")))
    }

    /// Makes an entity; its keeper gives the id.
    pub fn create(&self, entity: &str, data: &(impl Serialize + ?Sized)) -> Result<Changed, Error> {
        self.mutate(&Mutation {
            entity,
            operation: Operation::Create,
            id: None,
            data: Some(data),
            version: None,
        })
    }

    /// Makes an entity with an id; code `conflict` where it is taken.
    pub fn create_as(
        &self,
        entity: &str,
        id: &str,
        data: &(impl Serialize + ?Sized),
    ) -> Result<Changed, Error> {
        let operation = Operation::Create;
        self.mutate(&Mutation { entity, operation, id: Some(id), data: Some(data), version: None })
    }

    /// Replaces the document of an entity; with a version, code `conflict` where it has another.
    ///
    /// ```
    /// # use rp_sdk::{Entity, Host, Result};
    /// # #[rp_sdk::data] struct Note { text: String }
    /// /// Refused with `conflict` where somebody was faster.
    /// fn correct(host: Host, id: &str) -> Result<()> {
    ///     let note: Entity<Note> = host.get("note", id)?;
    ///     let text = note.data.text.replace("Blankenhein", "Blankenhain");
    ///     host.update("note", id, Some(note.version), &Note { text })?;
    ///     Ok(())
    /// }
    /// ```
    pub fn update(
        &self,
        entity: &str,
        id: &str,
        version: Option<u64>,
        data: &(impl Serialize + ?Sized),
    ) -> Result<Changed, Error> {
        let operation = Operation::Update;
        self.mutate(&Mutation { entity, operation, id: Some(id), data: Some(data), version })
    }

    /// Removes an entity; with a version, code `conflict` where it has another.
    pub fn delete(&self, entity: &str, id: &str, version: Option<u64>) -> Result<Changed, Error> {
        self.mutate(&Mutation::<()> {
            entity,
            operation: Operation::Delete,
            id: Some(id),
            data: None,
            version,
        })
    }

    fn mutate(&self, mutation: &impl Serialize) -> Result<Changed, Error> {
        self.ask(message_type::MUTATION, mutation)
    }

    /// Emits an event; returns before anybody has heard of it. The manifest must request it: `emits = [Added]`.
    ///
    /// ```
    /// # use rp_sdk::{Host, Result};
    /// #[rp_sdk::event("note.added")]
    /// struct Added {
    ///     id: String,
    /// }
    ///
    /// fn added(host: Host, id: &str) -> Result<()> {
    ///     host.emit(&Added { id: id.to_owned() })
    /// }
    /// ```
    pub fn emit<E: EventData>(&self, event: &E) -> Result<(), Error> {
        self.emit_named(E::NAME, event)
    }

    /// Emits an event that has no type of its own, under a name. The manifest must request it: `emit = ["note.added"]`.
    pub fn emit_named(&self, event: &str, data: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        struct Payload<'a, A: ?Sized> {
            event: &'a str,
            data: &'a A,
        }
        members! { writes Payload<'a, A> { required event, required data } }
        self.ask::<IgnoredAny>(message_type::EVENT, &Payload { event, data }).map(|_| ())
    }

    /// Sends a message of any type and reads the data of its response. An error response is the `Err`, as it came.
    ///
    /// ```
    /// # use rp_sdk::{Host, Result, json};
    /// fn matches(host: Host, surname: &str) -> Result<serde_json::Value> {
    ///     host.ask("genealogy.match", &json!({"surname": surname}))
    /// }
    /// ```
    pub fn ask<R: DeserializeOwned>(
        &self,
        message_type: &str,
        payload: &(impl Serialize + ?Sized),
    ) -> Result<R, Error> {
        let payload = serde_json::to_string(payload).map_err(|error| unwritten(message_type, &error))?;
        let mut buffer = Buffer::new();
        let data = self.data(message_type, &payload, &mut buffer)?;
        read_data(data).map_err(|error| unexpected(message_type, &error))
    }

    /// What of it has no type, and so is compiled once.
    fn data<'b>(
        &self,
        message_type: &str,
        payload: &str,
        buffer: &'b mut Buffer,
    ) -> Result<Option<&'b RawValue>, Error> {
        match self.send(message_type, payload, buffer)? {
            Response::Error(body) => Err(Error::of_response(body)),
            Response::Success(success) => Ok(success.data),
        }
    }
}

#[cold]
fn unwritten(message_type: &str, error: &serde_json::Error) -> Error {
    Error::internal(format_args!("the {message_type} cannot be written: {error}"))
}

#[cold]
fn unexpected(message_type: &str, error: &serde_json::Error) -> Error {
    Error::internal(format_args!("the response to the {message_type} is not as expected: {error}"))
}

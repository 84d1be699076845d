//! Entities that a module keeps itself.
use std::collections::HashMap;

use rp_protocol::{Mutation, Operation, Query};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::entity::{Changed, Entities, Entity};
use crate::error::Error;
use crate::filter::{Filter, Row};
use crate::host::Host;

/// Entities of one kind, in memory, in the order in which they were made.
///
/// ```
/// use rp_sdk::protocol::{Mutation, Query};
/// use rp_sdk::{Changed, Collection, Entities, Entity, Host, Result, module};
///
/// #[rp_sdk::data]
/// struct Note {
///     text: String,
/// }
///
/// #[derive(Default)]
/// struct Notes(Collection<Note>);
///
/// #[module(entry = notes_v1)]
/// impl Notes {
///     #[query("note")]
///     fn find(&self, query: &Query<'_>) -> Result<Entities<&Entity<Note>>> {
///         self.0.find(query)
///     }
///     #[mutation("note")]
///     fn change(&mut self, host: Host, mutation: &Mutation<'_>) -> Result<Changed> {
///         self.0.apply(host, mutation)
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct Collection<T> {
    entities: Vec<Entity<T>>,
    /// Where each id stands.
    places: HashMap<String, usize>,
}

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Collection { entities: Vec::new(), places: HashMap::new() }
    }
}

impl<T> FromIterator<Entity<T>> for Collection<T> {
    fn from_iter<I: IntoIterator<Item = Entity<T>>>(entities: I) -> Self {
        let mut collection = Collection { entities: entities.into_iter().collect(), places: HashMap::new() };
        collection.find_places();
        collection
    }
}

impl<T> Collection<T> {
    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Entity<T>> {
        self.entities.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// The one with an id; code `not_found` where there is none.
    pub fn get(&self, id: &str) -> Result<&Entity<T>, Error> {
        self.places.get(id).map(|at| &self.entities[*at]).ok_or_else(|| not_found(id))
    }

    /// Makes one, with an id and a time of the host.
    pub fn create(&mut self, host: Host, data: T) -> Result<&Entity<T>, Error> {
        let now_us = host.now_us()?;
        self.create_at(now_us, host.new_id_at(now_us)?, data)
    }

    /// Makes one with an id; code `conflict` where it is taken.
    pub fn create_as(&mut self, host: Host, id: String, data: T) -> Result<&Entity<T>, Error> {
        self.create_at(host.now_us()?, id, data)
    }

    /// Makes one with a time and an id that were made before; code `conflict` where the id is taken.
    pub fn create_at(&mut self, now_us: i64, id: String, data: T) -> Result<&Entity<T>, Error> {
        if self.get(&id).is_ok() {
            return Err(Error::conflict(format_args!("the id {id} is taken")));
        }
        let at = self.entities.len();
        self.places.insert(id.clone(), at);
        self.entities.push(Entity { id, version: 1, created_us: now_us, modified_us: now_us, data });
        Ok(&self.entities[at])
    }

    /// Changes the document of one, and with it version and time; an error of `change` leaves those as they are.
    pub fn update<R>(
        &mut self,
        host: Host,
        id: &str,
        change: impl FnOnce(&mut T) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let at = self.position(id, None)?;
        let now = host.now_us()?;
        let entity = &mut self.entities[at];
        let result = change(&mut entity.data)?;
        entity.version += 1;
        entity.modified_us = now;
        Ok(result)
    }

    /// Removes one.
    pub fn delete(&mut self, id: &str) -> Result<Entity<T>, Error> {
        self.position(id, None).map(|at| self.remove(at))
    }

    fn remove(&mut self, at: usize) -> Entity<T> {
        let removed = self.entities.remove(at);
        self.find_places();
        removed
    }

    fn find_places(&mut self) {
        let places = self.entities.iter().enumerate().map(|(at, entity)| (entity.id.clone(), at));
        self.places = places.collect();
    }

    fn position(&self, id: &str, version: Option<u64>) -> Result<usize, Error> {
        let at = *self.places.get(id).ok_or_else(|| not_found(id))?;
        match version {
            Some(expected) if expected != self.entities[at].version => {
                let found = self.entities[at].version;
                let details = serde_json::json!({ "expected": expected, "found": found });
                let text = format_args!("{id} has version {found}, not {expected}");
                Err(Error::conflict(text).with_details(&details))
            }
            _ => Ok(at),
        }
    }
}

impl<T: Serialize> Collection<T> {
    /// Answers a query as the host's store does: id, filters, sort, limit and offset. It follows no references.
    ///
    /// Without `sort` the order is that of the ids.
    pub fn find(&self, query: &Query<'_>) -> Result<Entities<&Entity<T>>, Error> {
        if !query.include.is_empty() {
            return Err(Error::not_supported("include: this module follows no references"));
        }
        let filter = Filter::read(query)?;
        let mut found = Vec::new();
        for entity in self.candidates(query)? {
            let row = row(entity)?;
            if filter.holds(&row) {
                found.push((row, entity));
            }
        }
        found.sort_by(|(left, _), (right, _)| filter.order(left, right));
        let at_most = |number: Option<u64>, otherwise| {
            number.map_or(otherwise, |number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let count = found.len() as u64;
        let page = found.into_iter().skip(at_most(query.offset, 0)).take(at_most(query.limit, usize::MAX));
        Ok(Entities { entities: page.map(|(_, entity)| entity).collect(), count, included: Vec::new() })
    }

    fn candidates(&self, query: &Query<'_>) -> Result<&[Entity<T>], Error> {
        match &query.id {
            Some(id) => self.get(id).map(std::slice::from_ref).map_err(|_| no_such(&query.entity, id)),
            None => Ok(&self.entities),
        }
    }
}

fn row<T: Serialize>(entity: &Entity<T>) -> Result<Row<'_>, Error> {
    let Entity { id, version, created_us, modified_us, data } = entity;
    let data = serde_json::to_value(data).map_err(Error::internal)?;
    Ok(Row { id, version: *version, created_us: *created_us, modified_us: *modified_us, data })
}

impl<T: DeserializeOwned> Collection<T> {
    /// Does what a mutation says.
    pub fn apply(&mut self, host: Host, mutation: &Mutation<'_>) -> Result<Changed, Error> {
        let id = || {
            let id = mutation.id.as_deref().ok_or_else(|| Error::invalid_payload("id: expected a string"))?;
            self.get(id).map(|_| id).map_err(|_| no_such(&mutation.entity, id))
        };
        let data = || match mutation.data {
            Some(data) => crate::read::read_at("data", data.get()),
            None => Err(Error::invalid_payload("data: expected an object")),
        };
        let changed = |entity: &Entity<T>| Changed { id: entity.id.clone(), version: entity.version };
        match mutation.operation {
            Operation::Create => {
                let data = data()?;
                match &mutation.id {
                    Some(id) => self.create_as(host, id.clone().into_owned(), data),
                    None => self.create(host, data),
                }
                .map(changed)
            }
            Operation::Update => {
                let at = self.position(id()?, mutation.version)?;
                let (data, now) = (data()?, host.now_us()?);
                let entity = &mut self.entities[at];
                *entity = Entity {
                    id: std::mem::take(&mut entity.id),
                    version: entity.version + 1,
                    created_us: entity.created_us,
                    modified_us: now,
                    data,
                };
                Ok(changed(entity))
            }
            Operation::Delete => {
                let at = self.position(id()?, mutation.version)?;
                Ok(changed(&self.remove(at)))
            }
        }
    }
}

fn not_found(id: &str) -> Error {
    Error::not_found(format_args!("there is nothing with the id {id}"))
}

fn no_such(entity: &str, id: &str) -> Error {
    Error::not_found(format_args!("there is no {entity} {id}"))
}

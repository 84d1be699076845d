//! Runs mutations, each in one transaction.

use std::fmt;

use rp_protocol::{Mutation, Operation, code};
use rusqlite::{OptionalExtension, Transaction};
use serde_json::value::RawValue;

use super::fault::{damaged, service_error};
use crate::error::ServiceError;
use crate::services::store::contract::{Asker, Changed, Moment};
use crate::services::store::document::{self, Reference};
use crate::services::store::ids::Ids;
use crate::services::store::names::{check_entity, check_id};

/// How many referrers a conflict lists.
const LISTED_REFERRERS: usize = 10;

/// A parsed and checked mutation.
pub(super) struct Change<'a> {
    entity: &'a str,
    action: Action<'a>,
}

enum Action<'a> {
    Create { id: Option<&'a str>, document: Document<'a> },
    Update { id: &'a str, expected: Option<u64>, document: Document<'a> },
    Delete { id: &'a str, expected: Option<u64>, force: bool },
}

struct Document<'a> {
    data: &'a str,
    references: Vec<(Reference<'a>, String)>,
}

impl<'a> Change<'a> {
    pub(super) fn parse(mutation: &'a Mutation<'_>) -> Result<Self, ServiceError> {
        check_entity(&mutation.entity)?;
        let id = mutation.id.as_deref();
        id.map_or(Ok(()), check_id)?;
        let needed = || id.ok_or_else(|| invalid("id: expected a string"));
        let version = mutation.version;
        if version.is_some() && mutation.operation == Operation::Create {
            return Err(invalid("version: a new entity has none"));
        }
        if mutation.force && mutation.operation != Operation::Delete {
            return Err(invalid("force: only for delete"));
        }
        let action = match mutation.operation {
            Operation::Create => Action::Create { id, document: Document::parse(mutation)? },
            Operation::Update => {
                Action::Update { id: needed()?, expected: version, document: Document::parse(mutation)? }
            }
            Operation::Delete => Action::Delete { id: needed()?, expected: version, force: mutation.force },
        };
        Ok(Change { entity: &mutation.entity, action })
    }

    /// Rejects references to entities that the asker may not read, before anything shows whether these exist.
    pub(super) fn check_rights(&self, asker: &Asker<'_>) -> Result<(), ServiceError> {
        let document = match &self.action {
            Action::Create { document, .. } | Action::Update { document, .. } => document,
            Action::Delete { .. } => return Ok(()),
        };
        document.references.iter().try_for_each(|(target, _)| (asker.check_read)(&target.entity))
    }

    pub(super) fn run(
        &self,
        transaction: &Transaction<'_>,
        ids: &Ids,
        asker: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError> {
        let table = Table { transaction, entity: self.entity, asker, time_us: moment.time_us };
        match &self.action {
            Action::Create { id: Some(id), document } => table.create(id, document),
            Action::Create { id: None, document } => {
                table.create(&ids.next(moment.time_us, moment.random), document)
            }
            Action::Update { id, expected, document } => table.update(id, *expected, document),
            Action::Delete { id, expected, force } => table.delete(id, *expected, *force),
        }
    }
}

impl<'a> Document<'a> {
    fn parse(mutation: &'a Mutation<'_>) -> Result<Self, ServiceError> {
        let data = mutation.data.map(RawValue::get).filter(|data| data.starts_with('{'));
        let data = data.ok_or_else(|| invalid("data: expected an object"))?;
        Ok(Document { data, references: document::check(data)? })
    }
}

/// The entities of one name, within a transaction.
struct Table<'a> {
    transaction: &'a Transaction<'a>,
    entity: &'a str,
    asker: &'a Asker<'a>,
    time_us: i64,
}

impl Table<'_> {
    fn create(&self, id: &str, document: &Document<'_>) -> Result<Changed, ServiceError> {
        let text = "INSERT INTO entity (entity, id, version, created_us, modified_us, data) \
                    VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING";
        let time_us = self.time_us;
        let inserted = self.execute(text, (self.entity, id, time_us, time_us, document.data))?;
        if inserted == 0 {
            return Err(ServiceError::new(
                code::CONFLICT,
                format!("{}/{id}: it is there already", self.entity),
            ));
        }
        self.refer(self.transaction.last_insert_rowid(), document)?;
        Ok(Changed { id: id.to_owned(), version: 1 })
    }

    fn update(
        &self,
        id: &str,
        expected: Option<u64>,
        document: &Document<'_>,
    ) -> Result<Changed, ServiceError> {
        let (key, found) = self.find(id, expected)?;
        let version = found + 1;
        let text = "UPDATE entity SET version = ?, modified_us = ?, data = ? WHERE key = ?";
        self.execute(text, (version, self.time_us, document.data, key))?;
        self.forget(key)?;
        self.refer(key, document)?;
        Ok(Changed { id: id.to_owned(), version: version.cast_unsigned() })
    }

    fn delete(&self, id: &str, expected: Option<u64>, force: bool) -> Result<Changed, ServiceError> {
        let (key, version) = self.find(id, expected)?;
        if !force {
            self.check_unreferenced(id, key)?;
        }
        self.execute("DELETE FROM entity WHERE key = ?", [key])?;
        self.forget(key)?;
        Ok(Changed { id: id.to_owned(), version: version.cast_unsigned() })
    }

    /// The row of an entity and its version, which must be the expected one.
    fn find(&self, id: &str, expected: Option<u64>) -> Result<(i64, i64), ServiceError> {
        let text = "SELECT key, version FROM entity WHERE entity = ? AND id = ?";
        let found = self
            .transaction
            .prepare_cached(text)
            .and_then(|mut statement| {
                statement.query_row((self.entity, id), |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .map_err(|error| service_error(&error))?;
        let Some((key, version)) = found else {
            return Err(ServiceError::new(
                code::NOT_FOUND,
                format!("{}/{id}: there is no such entity", self.entity),
            ));
        };
        if !(1..i64::MAX).contains(&version) {
            return Err(damaged(format!("the version of {}/{id} is {version}", self.entity)));
        }
        let found = i64::cast_unsigned(version);
        match expected {
            Some(expected) if expected != found => {
                let text = format!("{}/{id}: version {expected} was expected, found {found}", self.entity);
                let details = serde_json::json!({ "expected": expected, "found": found });
                Err(with_details(ServiceError::new(code::CONFLICT, text), &details))
            }
            _ => Ok((key, version)),
        }
    }

    /// Stores the references of a document, whose targets must exist.
    fn refer(&self, source: i64, document: &Document<'_>) -> Result<(), ServiceError> {
        for (target, place) in &document.references {
            let target_name = (&*target.entity, &*target.id);
            let exists = self
                .transaction
                .prepare_cached("SELECT 1 FROM entity WHERE entity = ? AND id = ?")
                .and_then(|mut statement| statement.exists(target_name));
            if !exists.map_err(|error| service_error(&error))? {
                let text = format!("{place}: refers to {}/{}, which is not there", target.entity, target.id);
                return Err(ServiceError::new(code::NOT_FOUND, text));
            }
            let text = "INSERT INTO reference (entity, id, source) VALUES (?, ?, ?)";
            self.execute(text, (&*target.entity, &*target.id, source))?;
        }
        Ok(())
    }

    fn forget(&self, source: i64) -> Result<(), ServiceError> {
        self.execute("DELETE FROM reference WHERE source = ?", [source]).map(|_| ())
    }

    /// Fails if other entities refer to this one.
    fn check_unreferenced(&self, id: &str, key: i64) -> Result<(), ServiceError> {
        let referrers = self.referrers(id, key)?;
        if referrers.count == 0 {
            return Ok(());
        }
        let text =
            format!("{}/{id}: {referrers}; with \"force\":true it is deleted nevertheless", self.entity);
        let details = serde_json::json!({ "count": referrers.count, "referrers": referrers.listed });
        Err(with_details(ServiceError::new(code::CONFLICT, text), &details))
    }

    fn referrers(&self, id: &str, key: i64) -> Result<Referrers, ServiceError> {
        let text = "SELECT other.entity, other.id FROM reference JOIN entity AS other ON other.key = source \
                    WHERE reference.entity = ? AND reference.id = ? AND source <> ? ORDER BY source";
        let read = |error| service_error(&error);
        let mut statement = self.transaction.prepare_cached(text).map_err(read)?;
        let mut rows = statement.query((self.entity, id, key)).map_err(read)?;
        let mut found = Referrers::default();
        while let Some(row) = rows.next().map_err(read)? {
            let (entity, id): (String, String) =
                row.get(0).and_then(|entity| Ok((entity, row.get(1)?))).map_err(read)?;
            if check_entity(&entity).is_err() || check_id(&id).is_err() {
                return Err(damaged("a name that no entity has"));
            }
            let is_readable = (self.asker.check_read)(&entity).is_ok();
            found.add(is_readable.then(|| format!("{entity}/{id}")));
        }
        Ok(found)
    }

    fn execute(&self, text: &str, values: impl rusqlite::Params) -> Result<usize, ServiceError> {
        let done = self.transaction.prepare_cached(text).and_then(|mut statement| statement.execute(values));
        done.map_err(|error| service_error(&error))
    }
}

/// The referrers of an entity: all are counted, those that the asker may read are named.
#[derive(Default)]
struct Referrers {
    count: usize,
    hidden: usize,
    listed: Vec<String>,
}

impl Referrers {
    fn add(&mut self, name: Option<String>) {
        self.count += 1;
        match name {
            Some(name) if self.listed.len() < LISTED_REFERRERS => self.listed.push(name),
            Some(_) => {}
            None => self.hidden += 1,
        }
    }
}

impl fmt::Display for Referrers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.listed.first() else {
            return write!(out, "{} that you may not read refer to it", self.hidden);
        };
        write!(out, "{} refer to it, {first} among them", self.count - self.hidden)?;
        if self.hidden == 0 { Ok(()) } else { write!(out, ", and {} that you may not read", self.hidden) }
    }
}

fn invalid(text: &str) -> ServiceError {
    ServiceError::new(code::INVALID_PAYLOAD, text)
}

fn with_details(error: ServiceError, details: &serde_json::Value) -> ServiceError {
    match serde_json::value::to_raw_value(details) {
        Ok(details) => error.with_details(details),
        Err(_) => error,
    }
}

//! Reads entities from JSON Lines, in one transaction.

use std::io::{BufRead, Read};

use rusqlite::{OptionalExtension, Transaction};
use serde_json::value::RawValue;

use super::line::{Content, EntityLine, Head, VERSION};
use super::number;
use super::store_file::StoreFile;
use super::watch::{Counter, Watch};
use crate::error::{Error, ServiceError, StoreFault};
use crate::platform::clock::system_now_us;
use crate::services::store::document::{self, Reference};
use crate::services::store::names::{check_entity, check_id};
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::indexes;

/// The longest line, in bytes.
const LINE_BYTES: u64 = 64 << 20;

/// What an import does with entities that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// The store must have no entities, and no line may repeat another.
    Refuse,
    /// The store's own entity stays.
    Keep,
    /// The line's entity takes its place, with its version and times.
    Replace,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Imported {
    /// Entities that were not there before.
    pub created: u64,
    /// Entities that took the place of others.
    pub replaced: u64,
    /// Entities that were there already and stayed.
    pub kept: u64,
    /// Indexes that were not there before.
    pub indexes: u64,
    /// References in the whole store whose targets do not exist: a host refuses to write them, but leaves them behind where
    /// their target is deleted by force.
    pub dangling: u64,
}

impl StoreFile {
    /// Adds the entities of JSON Lines, as [`export`](Self::export) writes them, in one transaction and with memory for one of
    /// them. Blank lines are skipped. In lines written by hand, `version` may be missing and is 1 then, and so may be
    /// the times, which are now; the first line may be missing too. References are not
    /// checked line by line, since they may lead to later lines; [`Imported::dangling`] counts those that lead nowhere.
    ///
    /// No event is published. Hosts that have the store open wait with their changes until it is over, or
    /// answer `unavailable` when that takes them too long.
    ///
    /// # Errors
    /// A line is wrong: the error names it and the reason. The store has entities and `existing` refuses that, another process
    /// writes for longer than the wait limit, or `watch` stops it. Nothing was imported then.
    pub fn import(
        &self,
        lines: &mut dyn BufRead,
        existing: Existing,
        watch: &mut Watch<'_>,
    ) -> Result<Imported, Error> {
        self.take_all(lines, existing, watch).map_err(|fault| self.blame(fault))
    }

    fn take_all(
        &self,
        lines: &mut dyn BufRead,
        existing: Existing,
        watch: &mut Watch<'_>,
    ) -> Result<Imported, StoreFault> {
        let transaction = self.change()?;
        if existing == Existing::Refuse {
            check_empty(&transaction)?;
        }
        let mut import = Import {
            transaction: &transaction,
            existing,
            done: Imported::default(),
            now_us: system_now_us(),
            content: None,
            counter: Counter::new(watch, None),
        };
        import.take(lines)?;
        let done = import.finish()?;
        transaction.commit().and_then(|()| indexes::see_sizes(&self.connection)).map_err(store_fault)?;
        Ok(done)
    }
}

fn check_empty(transaction: &Transaction<'_>) -> Result<(), StoreFault> {
    let count = number::one(transaction, "SELECT count(*) FROM entity").map_err(store_fault)?;
    if count == 0 { Ok(()) } else { Err(StoreFault::NotEmpty { count }) }
}

struct Import<'a, 'w> {
    transaction: &'a Transaction<'a>,
    existing: Existing,
    done: Imported,
    now_us: i64,
    /// What the first line promised.
    content: Option<Content>,
    counter: Counter<'a, 'w>,
}

impl Import<'_, '_> {
    fn take(&mut self, lines: &mut dyn BufRead) -> Result<(), StoreFault> {
        let mut bytes = Vec::new();
        let mut number = 0;
        loop {
            bytes.clear();
            let mut limited = (&mut *lines).take(LINE_BYTES + 1);
            if limited.read_until(b'\n', &mut bytes).map_err(StoreFault::Stream)? == 0 {
                return self.check_count(number);
            }
            number += 1;
            self.line(number, &bytes).map_err(|error| match error {
                Refused::Line(text) => StoreFault::Line { number, text },
                Refused::Store(fault) => fault,
            })?;
        }
    }

    fn line(&mut self, number: u64, bytes: &[u8]) -> Result<(), Refused> {
        if bytes.len() as u64 > LINE_BYTES {
            return Err(Refused::Line(format!("longer than {LINE_BYTES} bytes")));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Refused::Line(format!("byte {} is not UTF-8", error.valid_up_to())))?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        if number == 1 && text.starts_with("{\"store\"") {
            return self.head(text);
        }
        // serde_json would take an array too.
        if !text.starts_with('{') {
            return Err(Refused::Line("expected a JSON object".to_owned()));
        }
        let line: EntityLine<'_> = serde_json::from_str(text).map_err(of_json)?;
        self.entity(&line)?;
        Ok(self.counter.count()?)
    }

    fn head(&mut self, text: &str) -> Result<(), Refused> {
        let content = serde_json::from_str::<Head>(text).map_err(of_json)?.store;
        if content.version != VERSION {
            let found = content.version;
            return Err(Refused::Line(format!(
                "an export of version {found}; this host reads version {VERSION}"
            )));
        }
        self.counter.expect(content.entities);
        self.content = Some(content);
        Ok(())
    }

    fn entity(&mut self, line: &EntityLine<'_>) -> Result<(), Refused> {
        check_entity(&line.entity).and_then(|()| check_id(&line.id)).map_err(of_service)?;
        if line.version.is_some_and(|version| version < 1) {
            return Err(Refused::Line("version: expected a whole number from 1".to_owned()));
        }
        let data = Some(line.data.get()).filter(|data| data.starts_with('{'));
        let data = data.ok_or_else(|| Refused::Line("data: expected an object".to_owned()))?;
        let references = document::check(data).map_err(of_service)?;
        let Some(key) = self.place(line)? else { return Ok(()) };
        for (target, _) in &references {
            self.refer(key, target)?;
        }
        Ok(())
    }

    /// Writes the row of an entity; answers its key, or none where another one stays.
    fn place(&mut self, line: &EntityLine<'_>) -> Result<Option<i64>, Refused> {
        if self.insert(line)? {
            self.done.created += 1;
            return Ok(Some(self.transaction.last_insert_rowid()));
        }
        match self.existing {
            Existing::Refuse => {
                Err(Refused::Line(format!("an earlier line has {}/{} too", line.entity, line.id)))
            }
            Existing::Keep => {
                self.done.kept += 1;
                Ok(None)
            }
            Existing::Replace => {
                self.done.replaced += 1;
                Ok(Some(self.replace(line)?))
            }
        }
    }

    fn insert(&self, line: &EntityLine<'_>) -> Result<bool, StoreFault> {
        let text = "INSERT INTO entity (entity, id, version, created_us, modified_us, data) \
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        let (version, created_us, modified_us) = self.times(line);
        let values = (&*line.entity, &*line.id, version, created_us, modified_us, text_of(line.data));
        Ok(self.execute(text, values)? > 0)
    }

    /// Overwrites an entity; answers its key.
    fn replace(&self, line: &EntityLine<'_>) -> Result<i64, StoreFault> {
        let found =
            self.transaction.prepare_cached("SELECT key FROM entity WHERE entity = ? AND id = ?").and_then(
                |mut statement| statement.query_row((&*line.entity, &*line.id), |row| row.get(0)).optional(),
            );
        let lost = || StoreFault::Damaged("an index of the entities is incomplete".to_owned());
        let key: i64 = found.map_err(store_fault)?.ok_or_else(lost)?;
        let (version, created_us, modified_us) = self.times(line);
        let text = "UPDATE entity SET version = ?, created_us = ?, modified_us = ?, data = ? WHERE key = ?";
        self.execute(text, (version, created_us, modified_us, text_of(line.data), key))?;
        self.execute("DELETE FROM reference WHERE source = ?", [key])?;
        Ok(key)
    }

    fn times(&self, line: &EntityLine<'_>) -> (i64, i64, i64) {
        let created_us = line.created_us.unwrap_or(self.now_us);
        (line.version.unwrap_or(1), created_us, line.modified_us.unwrap_or(created_us))
    }

    fn refer(&self, source: i64, target: &Reference<'_>) -> Result<(), StoreFault> {
        let text = "INSERT INTO reference (entity, id, source) VALUES (?, ?, ?)";
        self.execute(text, (&*target.entity, &*target.id, source)).map(|_| ())
    }

    fn execute(&self, text: &str, values: impl rusqlite::Params) -> Result<usize, StoreFault> {
        let done = self.transaction.prepare_cached(text).and_then(|mut statement| statement.execute(values));
        done.map_err(store_fault)
    }

    fn check_count(&self, number: u64) -> Result<(), StoreFault> {
        let (found, promised) = (self.counter.done(), self.content.as_ref().map(|content| content.entities));
        match promised {
            Some(promised) if promised != found => {
                let text =
                    format!("the end, but {found} entities were read and the first line says {promised}");
                Err(StoreFault::Line { number, text })
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Imported, StoreFault> {
        for index in self.content.iter().flat_map(|content| &content.indexes) {
            let is_new = indexes::create(self.transaction, &index.entity, &index.path)?;
            self.done.indexes += u64::from(is_new);
        }
        self.done.dangling = dangling(self.transaction)?;
        Ok(self.done)
    }
}

/// How many references lead to entities that do not exist.
pub(super) fn dangling(connection: &rusqlite::Connection) -> Result<u64, StoreFault> {
    let text = "SELECT count(*) FROM reference WHERE NOT EXISTS \
                (SELECT 1 FROM entity WHERE entity.entity = reference.entity AND entity.id = reference.id)";
    number::one(connection, text).map_err(store_fault)
}

fn text_of(data: &RawValue) -> &str {
    data.get()
}

/// Why an import ends.
enum Refused {
    /// The line is wrong.
    Line(String),
    Store(StoreFault),
}

impl From<StoreFault> for Refused {
    fn from(fault: StoreFault) -> Self {
        Refused::Store(fault)
    }
}

fn of_service(error: ServiceError) -> Refused {
    Refused::Line(error.text().to_owned())
}

/// The line is one, so that its number says nothing; the column does.
fn of_json(error: serde_json::Error) -> Refused {
    Refused::Line(error.to_string().replace(" at line 1 column ", " at column "))
}

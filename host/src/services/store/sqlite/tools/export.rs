//! Writes entities as JSON Lines.

use std::io::Write;

use rusqlite::{Connection, OptionalExtension};

use super::entities::Selection;
use super::line::{self, Content, Head, IndexLine};
use super::store_file::StoreFile;
use super::watch::{Counter, Watch};
use crate::error::{Error, StoreFault};
use crate::services::store::names::{check_entity, check_id};
use crate::services::store::sqlite::envelope::Envelope;
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::indexes;

impl StoreFile {
    /// Writes the entities as JSON Lines, all from one moment, with memory for one of them. The first line
    /// says how many follow, and names the indexes; [`import`](Self::import) reads them. Answers how many were written.
    ///
    /// A line is `{"entity":…,"id":…,"version":…,"created_us":…,"modified_us":…,"data":…}`; the data are the bytes that were
    /// written, with spaces in place of line breaks.
    ///
    /// # Errors
    /// The selection is not valid, the store is damaged, writing to `out` fails, or `watch` stops it.
    pub fn export(
        &self,
        selection: &Selection,
        out: &mut dyn Write,
        watch: &mut Watch<'_>,
    ) -> Result<u64, Error> {
        self.write_all(selection, true, out, watch).map_err(|fault| self.blame(fault))
    }

    /// The same without the first line.
    ///
    /// # Errors
    /// As for [`export`](Self::export).
    pub fn list(
        &self,
        selection: &Selection,
        out: &mut dyn Write,
        watch: &mut Watch<'_>,
    ) -> Result<u64, Error> {
        self.write_all(selection, false, out, watch).map_err(|fault| self.blame(fault))
    }

    /// One entity as such a line, without its end.
    ///
    /// # Errors
    /// There is no such entity, or it is damaged.
    pub fn get(&self, entity: &str, id: &str) -> Result<String, Error> {
        one(&self.connection, entity, id).map_err(|fault| self.blame(fault))
    }

    fn write_all(
        &self,
        selection: &Selection,
        with_head: bool,
        out: &mut dyn Write,
        watch: &mut Watch<'_>,
    ) -> Result<u64, StoreFault> {
        let selection = selection.parse()?;
        let moment = self.moment()?;
        let mut counter = Counter::new(watch, None);
        let mut buffer = Vec::new();
        if with_head {
            let entities = selection.count(&moment)?;
            counter.expect(entities);
            serde_json::to_writer(&mut buffer, &head(&moment, entities)?)
                .map_err(|error| StoreFault::Stream(error.into()))?;
            buffer.push(b'\n');
            out.write_all(&buffer).map_err(StoreFault::Stream)?;
        }
        selection.each(&moment, &mut |kind, row| {
            buffer.clear();
            line::write(kind, row, &mut buffer)
                .and_then(|()| out.write_all(&buffer))
                .map_err(StoreFault::Stream)?;
            counter.count()
        })?;
        out.flush().map_err(StoreFault::Stream)?;
        Ok(counter.done())
    }
}

fn head(moment: &Connection, entities: u64) -> Result<Head, StoreFault> {
    let found = indexes::in_file(moment).map_err(store_fault)?.into_iter();
    let indexes = found.map(|index| IndexLine { entity: index.entity, path: index.path }).collect();
    Ok(Head { store: Content { version: line::VERSION, entities, indexes } })
}

fn one(connection: &Connection, entity: &str, id: &str) -> Result<String, StoreFault> {
    check_entity(entity)
        .and_then(|()| check_id(id))
        .map_err(|error| StoreFault::Selection(error.text().to_owned()))?;
    let text = "SELECT id, version, created_us, modified_us, data FROM entity WHERE entity = ? AND id = ?";
    let mut statement = connection.prepare(text).map_err(store_fault)?;
    let found = statement
        .query_row((entity, id), |row| {
            let mut line = Vec::new();
            Ok(Envelope::read(entity, row).and_then(|row| {
                line::write(entity, &row, &mut line).map_err(StoreFault::Stream)?;
                Ok(line)
            }))
        })
        .optional()
        .map_err(store_fault)?;
    let no_entity = || StoreFault::NoEntity { entity: entity.to_owned(), id: id.to_owned() };
    let line = String::from_utf8(found.ok_or_else(no_entity)??);
    let line = line.map_err(|error| StoreFault::Damaged(error.to_string()))?;
    Ok(line.trim_end().to_owned())
}

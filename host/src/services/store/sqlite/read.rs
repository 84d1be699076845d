//! Runs queries.

use std::collections::HashSet;

use rp_protocol::{Query, code};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::envelope::Envelope;
use super::fault::{damaged, fault_error, service_error};
use super::indexes::Index;
use super::select::{self, Sql};
use crate::error::ServiceError;
use crate::services::store::contract::Asker;
use crate::services::store::document::{Reference, references_at};
use crate::services::store::filter;
use crate::services::store::names::{check_entity, check_id};
use crate::services::store::path::Path;

/// After how many steps of SQLite's virtual machine a query checks whether its answer is still wanted.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// A parsed and checked query.
pub(super) struct Asked {
    entity: String,
    id: Option<String>,
    /// Whether there are filters; without them the count is known in advance.
    is_filtered: bool,
    matching: Sql,
    order: Sql,
    include: Vec<Path>,
    limit: Option<i64>,
    offset: i64,
}

impl Asked {
    pub(super) fn parse(query: &Query<'_>, indexes: &[Index]) -> Result<Self, ServiceError> {
        check_entity(&query.entity)?;
        query.id.as_deref().map_or(Ok(()), check_id)?;
        let conditions = query.filters.map_or(Ok(Vec::new()), |filters| filter::parse(filters.get()))?;
        let sort = filter::parse_sort(&query.sort)?;
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(Asked {
            entity: query.entity.to_string(),
            id: query.id.as_deref().map(str::to_owned),
            is_filtered: !conditions.is_empty(),
            matching: select::matching(indexes, &query.entity, query.id.as_deref(), &conditions),
            order: select::order(indexes, &query.entity, &sort),
            include: filter::parse_include(&query.include)?,
            limit: query.limit.map(whole),
            offset: query.offset.map_or(0, whole),
        })
    }
}

impl Asked {
    /// Whether it may take several statements, which must see the same snapshot.
    fn is_compound(&self) -> bool {
        let is_paged = self.limit.is_some() || self.offset > 0;
        !self.include.is_empty() || is_paged || (self.id.is_some() && self.is_filtered)
    }

    /// The statement whose rows are the page; its values are those of `matching` and `order`, the limit and the offset.
    pub(super) fn page_text(&self) -> String {
        let (matching, order) = (&self.matching.text, &self.order.text);
        format!(
            "SELECT id, version, created_us, modified_us, data FROM entity WHERE {matching} ORDER BY {order} LIMIT ? OFFSET ?"
        )
    }
}

/// Appends the answer to a query.
pub(super) fn run(
    connection: &mut Connection,
    asked: &Asked,
    asker: &Asker<'_>,
    out: &mut Vec<u8>,
) -> Result<(), ServiceError> {
    let Some(stop) = asker.stop.clone() else { return answer(connection, asked, asker, out) };
    let look = move || stop();
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(look)).map_err(|error| service_error(&error))?;
    let answered = answer(connection, asked, asker, out);
    let removed = connection.progress_handler(0, None::<fn() -> bool>);
    answered.and(removed.map_err(|error| service_error(&error)))
}

fn answer(
    connection: &mut Connection,
    asked: &Asked,
    asker: &Asker<'_>,
    out: &mut Vec<u8>,
) -> Result<(), ServiceError> {
    if !asked.is_compound() {
        return write_answer(connection, asked, asker, out);
    }
    let moment = connection.transaction().map_err(|error| service_error(&error))?;
    write_answer(&moment, asked, asker, out)
}

fn write_answer(
    connection: &Connection,
    asked: &Asked,
    asker: &Asker<'_>,
    out: &mut Vec<u8>,
) -> Result<(), ServiceError> {
    let end = out.len().saturating_add(asker.max_bytes);
    let mut writer = Writer { out, end, include: &asked.include, asker, found: Included::default() };
    writer.raw(b"{\"entities\":[")?;
    let returned = writer.page(connection, asked)?;
    if let (Some(id), 0) = (&asked.id, returned) {
        must_exist(connection, &asked.entity, id)?;
    }
    let count = match asked.limit {
        // A page that is not full is the last one.
        None if asked.offset == 0 => returned,
        Some(limit) if returned < limit && (asked.offset == 0 || returned > 0) => asked.offset + returned,
        _ => count(connection, asked)?,
    };
    writer.raw(format!("],\"count\":{count}").as_bytes())?;
    if !asked.include.is_empty() {
        writer.included(connection)?;
    }
    writer.raw(b"}")
}

fn must_exist(connection: &Connection, entity: &str, id: &str) -> Result<(), ServiceError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM entity WHERE entity = ? AND id = ?")
        .and_then(|mut statement| statement.exists((entity, id)));
    if found.map_err(|error| service_error(&error))? {
        return Ok(());
    }
    Err(ServiceError::new(code::NOT_FOUND, format!("{entity}/{id}: there is no such entity")))
}

/// How many entities match.
fn count(connection: &Connection, asked: &Asked) -> Result<i64, ServiceError> {
    let number = |text: &str, values: &[Value]| {
        let mut statement = connection.prepare_cached(text)?;
        statement.query_row(params_from_iter(values), |row| row.get(0)).optional()
    };
    let counted = if asked.is_filtered || asked.id.is_some() {
        number(&format!("SELECT count(*) FROM entity WHERE {}", asked.matching.text), &asked.matching.values)
    } else {
        number("SELECT count FROM total WHERE entity = ?", &[asked.entity.clone().into()])
    };
    let count: i64 = counted.map_err(|error| service_error(&error))?.unwrap_or_default();
    if count < 0 { Err(damaged(format!("it counts {count} of {}", asked.entity))) } else { Ok(count) }
}

/// References found so far, each once, in the order in which they were found.
#[derive(Default)]
struct Included {
    order: Vec<Reference<'static>>,
    seen: HashSet<Reference<'static>>,
}

/// Writes the answer.
struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// The length that `out` may reach.
    end: usize,
    include: &'a [Path],
    asker: &'a Asker<'a>,
    found: Included,
}

impl Writer<'_> {
    fn raw(&mut self, bytes: &[u8]) -> Result<(), ServiceError> {
        self.room(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Checks that the answer may grow by that much.
    fn room(&self, bytes: usize) -> Result<(), ServiceError> {
        if bytes <= self.end.saturating_sub(self.out.len()) {
            return Ok(());
        }
        let limit = self.asker.max_bytes;
        let text = format!("the answer is larger than {limit} bytes: ask for less, with filters or limit");
        Err(ServiceError::new(code::TOO_LARGE, text))
    }

    /// Writes the page of entities, and returns how many there are.
    fn page(&mut self, connection: &Connection, asked: &Asked) -> Result<i64, ServiceError> {
        let text = asked.page_text();
        // A negative limit means no limit.
        let end = [Value::Integer(asked.limit.unwrap_or(-1)), Value::Integer(asked.offset)];
        let values = asked.matching.values.iter().chain(&asked.order.values).chain(&end);
        let mut statement = connection.prepare_cached(&text).map_err(|error| service_error(&error))?;
        let mut rows = statement.query(params_from_iter(values)).map_err(|error| service_error(&error))?;
        let mut returned = 0;
        while let Some(row) = rows.next().map_err(|error| service_error(&error))? {
            self.raw(if returned == 0 { b"{" } else { b",{" })?;
            let data = self.entity(&asked.entity, row)?;
            self.meet(data)?;
            returned += 1;
        }
        Ok(returned)
    }

    /// Writes the rest of an entity, after the brace that opens it.
    fn entity<'r>(&mut self, entity: &str, row: &'r Row<'_>) -> Result<&'r str, ServiceError> {
        let envelope = Envelope::read(entity, row).map_err(|fault| fault_error(&fault))?;
        // The few bytes around the data are not checked in advance; the next check finds them.
        let written = envelope.write_head(self.out);
        debug_assert!(written.is_ok(), "neither writing into memory nor a string as JSON can fail");
        self.raw(envelope.data.as_bytes())?;
        self.raw(b"}")?;
        Ok(envelope.data)
    }

    /// Collects the references to include.
    fn meet(&mut self, data: &str) -> Result<(), ServiceError> {
        for path in self.include {
            for reference in references_at(path, data) {
                if self.found.seen.contains(&reference) {
                    continue;
                }
                (self.asker.check_read)(&reference.entity)?;
                let reference = reference.into_owned();
                self.found.seen.insert(reference.clone());
                self.found.order.push(reference);
            }
        }
        Ok(())
    }

    /// Writes the targets of the references. A target that was deleted by force is left out.
    fn included(&mut self, connection: &Connection) -> Result<(), ServiceError> {
        self.raw(b",\"included\":[")?;
        let text =
            "SELECT id, version, created_us, modified_us, data FROM entity WHERE entity = ? AND id = ?";
        let mut statement = connection.prepare_cached(text).map_err(|error| service_error(&error))?;
        let mut is_first = true;
        for reference in std::mem::take(&mut self.found.order) {
            let mut rows = statement
                .query((&*reference.entity, &*reference.id))
                .map_err(|error| service_error(&error))?;
            let Some(row) = rows.next().map_err(|error| service_error(&error))? else { continue };
            self.raw(if is_first { b"{" } else { b",{" })?;
            // Names of entities need no escapes.
            self.raw(format!("\"entity\":\"{}\",", reference.entity).as_bytes())?;
            self.entity(&reference.entity, row)?;
            is_first = false;
        }
        self.raw(b"]")
    }
}

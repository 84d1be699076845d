//! Walks through the entities of a file, one at a time.

use rp_protocol::is_object;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::number::number;
use crate::error::{ServiceError, StoreFault};
use crate::services::store::filter::{self, Condition, SortKey};
use crate::services::store::names::check_entity;
use crate::services::store::sqlite::envelope::Envelope;
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::select::{self, Sql};

/// Which entities, and in which order.
///
/// ```
/// use rp_host::store::Selection;
///
/// let newest = Selection::all().entity("note").filters(r#"{"year":{"gte":1700}}"#).sort("-$modified_us").limit(10);
/// # let _ = newest;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Selection {
    entity: Option<String>,
    filters: Option<String>,
    sort: Vec<String>,
    limit: Option<u64>,
}

impl Selection {
    /// Every entity, by its name and its id.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only this kind of entity.
    pub fn entity(self, name: &str) -> Self {
        Selection { entity: Some(name.to_owned()), ..self }
    }

    /// Only those that the filters of a query match, a JSON object.
    pub fn filters(self, filters: &str) -> Self {
        Selection { filters: Some(filters.to_owned()), ..self }
    }

    /// Orders the entities of one kind by a path; `-` before it reverses that. Several are compared one after the other.
    pub fn sort(mut self, path: &str) -> Self {
        self.sort.push(path.to_owned());
        self
    }

    /// At most so many entities of a kind.
    pub fn limit(self, limit: u64) -> Self {
        Selection { limit: Some(limit), ..self }
    }

    pub(super) fn parse(&self) -> Result<Parsed, StoreFault> {
        let refuse = |error: ServiceError| StoreFault::Selection(error.text().to_owned());
        self.entity.as_deref().map_or(Ok(()), check_entity).map_err(refuse)?;
        let sort: Vec<_> = self.sort.iter().map(|path| path.as_str().into()).collect();
        Ok(Parsed {
            entity: self.entity.clone(),
            conditions: self.filters.as_deref().map_or(Ok(Vec::new()), conditions)?,
            sort: filter::parse_sort(&sort).map_err(refuse)?,
            limit: self.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX)),
        })
    }
}

fn conditions(filters: &str) -> Result<Vec<Condition>, StoreFault> {
    is_object(filters).map_err(|_| StoreFault::Selection("filters: expected a JSON object".to_owned()))?;
    filter::parse(filters).map_err(|error| StoreFault::Selection(error.text().to_owned()))
}

/// A selection that was checked.
pub(super) struct Parsed {
    entity: Option<String>,
    conditions: Vec<Condition>,
    sort: Vec<SortKey>,
    /// Negative for none.
    limit: i64,
}

impl Parsed {
    /// How many entities it selects.
    pub(super) fn count(&self, connection: &Connection) -> Result<u64, StoreFault> {
        let mut all = 0;
        self.kinds(connection, &mut |kind| {
            let matching = self.matching(kind);
            let text = format!(
                "SELECT count(*) FROM (SELECT 1 FROM entity WHERE {} LIMIT {})",
                matching.text, self.limit
            );
            let mut statement = connection.prepare(&text).map_err(store_fault)?;
            let count = statement
                .query_row(params_from_iter(&matching.values), |row| number(row, 0))
                .map_err(store_fault)?;
            all += count;
            Ok(())
        })?;
        Ok(all)
    }

    /// Calls `each` with every entity: its name and its row.
    pub(super) fn each(
        &self,
        connection: &Connection,
        each: &mut dyn FnMut(&str, &Envelope<'_>) -> Result<(), StoreFault>,
    ) -> Result<(), StoreFault> {
        self.kinds(connection, &mut |kind| {
            let (matching, order) = (self.matching(kind), select::order(&[], kind, &self.sort));
            let text = format!(
                "SELECT id, version, created_us, modified_us, data FROM entity WHERE {} ORDER BY {} LIMIT {}",
                matching.text, order.text, self.limit
            );
            let mut statement = connection.prepare(&text).map_err(store_fault)?;
            let values = matching.values.iter().chain(&order.values);
            let mut rows = statement.query(params_from_iter(values)).map_err(store_fault)?;
            while let Some(row) = rows.next().map_err(store_fault)? {
                each(kind, &Envelope::read(kind, row)?)?;
            }
            Ok(())
        })
    }

    fn matching(&self, kind: &str) -> Sql {
        select::matching(&[], kind, None, &self.conditions)
    }

    fn kinds(
        &self,
        connection: &Connection,
        each: &mut dyn FnMut(&str) -> Result<(), StoreFault>,
    ) -> Result<(), StoreFault> {
        match &self.entity {
            Some(entity) => each(entity),
            None => each_kind(connection, each),
        }
    }
}

/// Calls `each` with the name of every kind of entity, in their order.
pub(super) fn each_kind(
    connection: &Connection,
    each: &mut dyn FnMut(&str) -> Result<(), StoreFault>,
) -> Result<(), StoreFault> {
    // From one name to the next: much quicker than DISTINCT, which reads the whole index.
    let next = "SELECT entity FROM entity WHERE entity > ? ORDER BY entity LIMIT 1";
    let mut statement = connection.prepare(next).map_err(store_fault)?;
    let mut last = String::new();
    while let Some(kind) =
        statement.query_row([&last], |row| row.get::<_, String>(0)).optional().map_err(store_fault)?
    {
        check_entity(&kind).map_err(|_| StoreFault::Damaged("a name that no entity has".to_owned()))?;
        each(&kind)?;
        last = kind;
    }
    Ok(())
}

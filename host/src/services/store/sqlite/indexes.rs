//! Indexes of entities by a path.

use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::{Connection, Result as SqlResult, Transaction, TransactionBehavior};

use super::fault::store_fault;
use super::schema::INDEX_SIZES;
use crate::error::StoreFault;
use crate::services::store::filter::Field;
use crate::services::store::names::check_entity;

/// One index. Its SQL comes from the store's configuration, never from a query.
#[derive(Clone)]
pub(super) struct Index {
    entity: String,
    field: Field,
    /// The indexed expression; a query must use exactly the same.
    expression: String,
}

/// The indexes that queries may use.
#[derive(Default)]
pub(super) struct Indexes(RwLock<Arc<Vec<Index>>>);

impl Indexes {
    /// The indexes that exist now.
    pub(super) fn current(&self) -> Arc<Vec<Index>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Creates an index unless it exists.
    pub(super) fn add(&self, writer: &Connection, entity: &str, path: &str) -> Result<(), StoreFault> {
        let Some((field, expression)) = indexed(entity, path)? else { return Ok(()) };
        let transaction =
            Transaction::new_unchecked(writer, TransactionBehavior::Immediate).map_err(store_fault)?;
        if make(&transaction, entity, &expression).map_err(store_fault)? {
            transaction.commit().and_then(|()| see_sizes(writer)).map_err(store_fault)?;
        }
        let index = Index { entity: entity.to_owned(), field, expression };
        let mut indexes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if find(&indexes, entity, &index.field).is_none() {
            Arc::make_mut(&mut indexes).push(index);
        }
        Ok(())
    }
}

/// The field of an index and its expression; `None` where the table's own index covers it.
fn indexed(entity: &str, path: &str) -> Result<Option<(Field, String)>, StoreFault> {
    let wrong = |text: &str| StoreFault::Index {
        entity: entity.to_owned(),
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check_entity(entity).map_err(|error| wrong(&error.text))?;
    let field = Field::parse(path, "path").map_err(|error| wrong(&error.text))?;
    let expression = match &field {
        Field::Id => return Ok(None),
        Field::Whole(column) => (*column).to_owned(),
        Field::Data(path) if path.to_string().contains('\0') => return Err(wrong("path: a NUL byte")),
        Field::Data(path) => format!("rp_key(data,{})", literal(&path.to_string())),
    };
    Ok(Some((field, expression)))
}

/// Creates an index within a transaction unless it exists; answers whether it is new.
pub(super) fn create(transaction: &Connection, entity: &str, path: &str) -> Result<bool, StoreFault> {
    let Some((_, expression)) = indexed(entity, path)? else { return Ok(false) };
    make(transaction, entity, &expression).map_err(store_fault)
}

/// Creates an index unless it exists from an earlier run; answers whether it is new.
fn make(transaction: &Connection, entity: &str, expression: &str) -> SqlResult<bool> {
    let name = name(entity, expression);
    let known = "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?";
    if transaction.prepare(known)?.exists([&name])? {
        return Ok(false);
    }
    transaction.execute_batch(&statement(entity, expression))?;
    let sizes = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('entity', ?, ?)";
    transaction.execute(sizes, [&*name, INDEX_SIZES])?;
    Ok(true)
}

/// Makes SQLite read the sizes of new indexes.
pub(super) fn see_sizes(writer: &Connection) -> SqlResult<()> {
    writer.execute_batch("ANALYZE sqlite_schema")
}

/// An index of a file.
pub(super) struct InFile {
    /// Its name in the file.
    pub(super) name: String,
    pub(super) entity: String,
    pub(super) path: String,
}

/// The indexes that a file has, by name.
pub(super) fn in_file(connection: &Connection) -> SqlResult<Vec<InFile>> {
    let text = "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'by %' ORDER BY name";
    let mut statement = connection.prepare(text)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names.filter_map(|name| name.map(described).transpose()).collect()
}

/// The entity and the path in the name of an index.
fn described(name: String) -> Option<InFile> {
    let (entity, expression) = name.strip_prefix("by ")?.split_once(' ')?;
    let path = match expression.strip_prefix("rp_key(data,'").and_then(|rest| rest.strip_suffix("')")) {
        Some(path) => path.replace("''", "'"),
        None => format!("${expression}"),
    };
    let entity = entity.to_owned();
    Some(InFile { name, entity, path })
}

fn name(entity: &str, expression: &str) -> String {
    format!("by {entity} {expression}")
}

fn statement(entity: &str, expression: &str) -> String {
    format!(
        "CREATE INDEX \"{}\" ON entity (entity, {expression}, id) WHERE entity = {}",
        name(entity, expression).replace('"', "\"\""),
        literal(entity)
    )
}

/// Whether an index in a file is one that `make` creates.
pub(super) fn is_ours(name: &str, sql: &str) -> bool {
    let Some((entity, expression)) = name.strip_prefix("by ").and_then(|rest| rest.split_once(' ')) else {
        return false;
    };
    check_entity(entity).is_ok() && is_expression(expression) && sql == statement(entity, expression)
}

fn is_expression(text: &str) -> bool {
    let path = text.strip_prefix("rp_key(data,'").and_then(|rest| rest.strip_suffix("')"));
    match path {
        // Between the quotes of a literal every quote is doubled.
        Some(path) => !path.replace("''", "").contains('\''),
        None => ["version", "created_us", "modified_us"].contains(&text),
    }
}

/// The expression of a field's index, if there is one.
pub(super) fn find<'i>(indexes: &'i [Index], entity: &str, field: &Field) -> Option<&'i str> {
    let index = indexes.iter().find(|index| index.entity == entity && index.field == *field)?;
    Some(&index.expression)
}

/// The name of the entity as an SQL literal, if it has indexes.
pub(super) fn entity_literal(indexes: &[Index], entity: &str) -> Option<String> {
    indexes.iter().find(|index| index.entity == entity).map(|index| literal(&index.entity))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

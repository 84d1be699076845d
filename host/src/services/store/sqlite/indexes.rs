//! Indexes, where an entity asks for them.

use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use super::fault::store_fault;
use crate::error::StoreFault;
use crate::services::store::filter::Field;
use crate::services::store::names::check_entity;

/// One index. Its SQL comes from whoever configures the store, never from a query.
#[derive(Clone)]
pub(super) struct Index {
    entity: String,
    field: Field,
    /// The indexed expression; a query must use the very same.
    expression: String,
}

/// The indexes that queries may use.
#[derive(Default)]
pub(super) struct Indexes(RwLock<Arc<Vec<Index>>>);

impl Indexes {
    /// Those that are there now.
    pub(super) fn current(&self) -> Arc<Vec<Index>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes one more, unless it is there.
    pub(super) fn add(&self, writer: &Connection, entity: &str, path: &str) -> Result<(), StoreFault> {
        let wrong = |text: &str| StoreFault::Index {
            entity: entity.to_owned(),
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check_entity(entity).map_err(|refusal| wrong(&refusal.text))?;
        let field = Field::parse(path, "path").map_err(|refusal| wrong(&refusal.text))?;
        let expression = match &field {
            // The table's own index serves it.
            Field::Id => return Ok(()),
            Field::Whole(column) => (*column).to_owned(),
            Field::Data(path) if path.to_string().contains('\0') => return Err(wrong("path: a NUL byte")),
            Field::Data(path) => format!("rp_key(data,{})", literal(&path.to_string())),
        };
        let name = format!("\"by {entity} {}\"", expression.replace('"', "\"\""));
        let create = format!(
            "CREATE INDEX IF NOT EXISTS {name} ON entity (entity, {expression}, id) WHERE entity = {}",
            literal(entity)
        );
        writer.execute_batch(&create).map_err(store_fault)?;
        let index = Index { entity: entity.to_owned(), field, expression };
        let mut indexes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if find(&indexes, entity, &index.field).is_none() {
            Arc::make_mut(&mut indexes).push(index);
        }
        Ok(())
    }
}

/// The expression of the index of a field, where there is one.
pub(super) fn find<'i>(indexes: &'i [Index], entity: &str, field: &Field) -> Option<&'i str> {
    let index = indexes.iter().find(|index| index.entity == entity && index.field == *field)?;
    Some(&index.expression)
}

/// The name of the entity as SQL, where it has indexes.
pub(super) fn entity_literal(indexes: &[Index], entity: &str) -> Option<String> {
    indexes.iter().find(|index| index.entity == entity).map(|index| literal(&index.entity))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

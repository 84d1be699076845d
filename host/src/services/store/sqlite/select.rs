//! The SQL of a query. Values and paths are bound; the text comes only from this file and from indexes.

use rusqlite::types::Value;

use super::indexes::{Index, entity_literal, find};
use crate::services::store::filter::{Condition, Field, Order, SortKey, Test};
use crate::services::store::scalar::{NUMBER, Number, Scalar, TEXT};

/// A piece of SQL and the values of its placeholders.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn bind(&mut self, value: impl Into<Value>) {
        self.text.push('?');
        self.values.push(value.into());
    }

    /// Writes `FIELD OPERATOR ?`.
    fn compare(&mut self, field: &Sql, operator: &str, value: impl Into<Value>) {
        self.append(field);
        self.push(operator);
        self.bind(value);
    }

    fn append(&mut self, other: &Sql) {
        self.push(&other.text);
        self.values.extend(other.values.iter().cloned());
    }
}

/// The condition of a query, the part after WHERE.
pub(super) fn matching(indexes: &[Index], entity: &str, id: Option<&str>, conditions: &[Condition]) -> Sql {
    let mut sql = Sql::default();
    sql.push("entity = ");
    match entity_literal(indexes, entity) {
        // SQLite uses an index of one entity only if the query names that entity as a literal.
        Some(literal) => sql.push(&literal),
        None => sql.bind(entity.to_owned()),
    }
    if let Some(id) = id {
        sql.push(" AND id = ");
        sql.bind(id.to_owned());
    }
    for condition in conditions {
        sql.push(" AND ");
        let field = expression(indexes, entity, &condition.field);
        match &condition.field {
            Field::Data(path) => data(&mut sql, &field, &path.to_string(), &condition.test),
            Field::Id => own(&mut sql, &field, &condition.test, text_value),
            Field::Whole(_) => own(&mut sql, &field, &condition.test, number_value),
        }
    }
    sql
}

/// The part after ORDER BY.
pub(super) fn order(indexes: &[Index], entity: &str, sort: &[SortKey]) -> Sql {
    let mut sql = Sql::default();
    for key in sort {
        sql.append(&expression(indexes, entity, &key.field));
        sql.push(if key.descending { " DESC, " } else { ", " });
    }
    sql.push("id");
    sql
}

fn expression(indexes: &[Index], entity: &str, field: &Field) -> Sql {
    let mut sql = Sql::default();
    match field {
        Field::Id => sql.push("id"),
        Field::Whole(column) => sql.push(column),
        Field::Data(path) => match find(indexes, entity, field) {
            Some(indexed) => sql.push(indexed),
            None => {
                sql.push("rp_key(data,");
                sql.bind(path.to_string());
                sql.push(")");
            }
        },
    }
    sql
}

/// A condition on a value in the data, by its key.
fn data(sql: &mut Sql, key: &Sql, path: &str, test: &Test) {
    match test {
        Test::Equal(value) => sql.compare(key, " = ", value.key()),
        Test::Unequal(value) => sql.compare(key, " <> ", value.key()),
        Test::In(values) => in_list(sql, key, values.iter().map(|value| value.key().into())),
        Test::Order(order, value) => {
            sql.compare(key, operator(*order), value.key());
            // Only values of the same kind compare.
            let kind = if matches!(value, Scalar::Number(_)) { NUMBER } else { TEXT };
            sql.push(" AND ");
            match order {
                Order::Less | Order::LessOrEqual => sql.compare(key, " >= ", vec![kind]),
                Order::Greater | Order::GreaterOrEqual => sql.compare(key, " < ", vec![kind + 1]),
            }
        }
        Test::Contains(value) => {
            sql.push("rp_contains(data,");
            sql.bind(path.to_owned());
            sql.push(",");
            sql.bind(value.key());
            sql.push(")");
        }
        Test::Exists(exists) => {
            sql.append(key);
            sql.push(if *exists { " IS NOT NULL" } else { " IS NULL" });
        }
    }
}

/// A condition on a column. `convert` gives a value of the column's kind; only such a value can be equal.
fn own(sql: &mut Sql, column: &Sql, test: &Test, convert: fn(&Scalar) -> Option<Value>) {
    let constant = |sql: &mut Sql, holds: bool| sql.push(if holds { "1" } else { "0" });
    match test {
        Test::Equal(value) => match convert(value) {
            Some(value) => sql.compare(column, " = ", value),
            None => constant(sql, false),
        },
        Test::Unequal(value) => match convert(value) {
            Some(value) => sql.compare(column, " <> ", value),
            None => constant(sql, true),
        },
        Test::In(values) => in_list(sql, column, values.iter().filter_map(convert)),
        Test::Order(order, value) => match convert(value) {
            Some(value) => sql.compare(column, operator(*order), value),
            None => constant(sql, false),
        },
        Test::Contains(Scalar::Text(text)) if column.text == "id" => {
            sql.push("instr(id, ");
            sql.bind(text.clone());
            sql.push(") > 0");
        }
        Test::Contains(_) => constant(sql, false),
        Test::Exists(exists) => constant(sql, *exists),
    }
}

fn in_list(sql: &mut Sql, field: &Sql, values: impl Iterator<Item = Value>) {
    sql.append(field);
    sql.push(" IN (");
    for (at, value) in values.enumerate() {
        if at > 0 {
            sql.push(",");
        }
        sql.bind(value);
    }
    sql.push(")");
}

fn operator(order: Order) -> &'static str {
    match order {
        Order::Less => " < ",
        Order::LessOrEqual => " <= ",
        Order::Greater => " > ",
        Order::GreaterOrEqual => " >= ",
    }
}

fn text_value(value: &Scalar) -> Option<Value> {
    match value {
        Scalar::Text(text) => Some(text.clone().into()),
        _ => None,
    }
}

fn number_value(value: &Scalar) -> Option<Value> {
    match value {
        // SQLite compares whole numbers with doubles exactly.
        Scalar::Number(Number::Whole(whole)) => Some(match i64::try_from(*whole) {
            Ok(whole) => whole.into(),
            #[expect(clippy::cast_precision_loss, reason = "it stays beyond every value of a column")]
            Err(_) => (*whole as f64).into(),
        }),
        Scalar::Number(Number::Double(double)) => Some((*double).into()),
        _ => None,
    }
}

//! The filters and the order of a query.

use std::borrow::Cow;

use rp_protocol::code;

use super::path::Path;
use super::scalar::Scalar;
use super::scan::{Scan, unescape};
use crate::error::ServiceError;

/// How many conditions a query may have, and how many values an `in` may list.
const MAX_CONDITIONS: usize = 100;
const MAX_VALUES: usize = 1000;

/// What a query's path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `$id`
    Id,
    /// `$version`, `$created_us`, `$modified_us`, by the name of the column.
    Whole(&'static str),
    /// A value in the data.
    Data(Path),
}

impl Field {
    /// Parses a path; `place` is its place in the payload.
    pub(super) fn parse(text: &str, place: &str) -> Result<Field, ServiceError> {
        Ok(match text {
            "$id" => Field::Id,
            "$version" => Field::Whole("version"),
            "$created_us" => Field::Whole("created_us"),
            "$modified_us" => Field::Whole("modified_us"),
            unknown if unknown.starts_with('$') => {
                let expected = "of the names with $ there are $id, $version, $created_us and $modified_us";
                return Err(invalid(&format!("{place}: {expected}; a key like that is written /{unknown}")));
            }
            path => {
                Field::Data(Path::parse(path).map_err(|problem| invalid(&format!("{place}: {problem}")))?)
            }
        })
    }
}

/// One operator and its value.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Equal(Scalar),
    Unequal(Scalar),
    In(Vec<Scalar>),
    /// The value is a number or a text.
    Order(Order, Scalar),
    Contains(Scalar),
    Exists(bool),
}

/// The operators `lt`, `lte`, `gt` and `gte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The condition on one field.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) field: Field,
    pub(super) test: Test,
}

/// Parses the filters of a query, an object. All conditions must hold.
pub(super) fn parse(filters: &str) -> Result<Vec<Condition>, ServiceError> {
    let mut conditions = Vec::new();
    for (path, condition) in members(filters, "filters")? {
        let place = format!("filters: {path}");
        let field = Field::parse(&path, &place)?;
        let mut add = |test| conditions.push(Condition { field: field.clone(), test });
        match Scan::new(condition).peek() {
            b'{' => {
                for (operator, value) in members(condition, &place)? {
                    add(read_test(&operator, value, &format!("{place}.{operator}"))?);
                }
            }
            _ => add(Test::Equal(scalar(
                condition,
                &place,
                "a value that is no array, or an object of operators",
            )?)),
        }
        if conditions.len() > MAX_CONDITIONS {
            return Err(ServiceError::new(
                code::TOO_LARGE,
                format!("filters: more than {MAX_CONDITIONS} conditions"),
            ));
        }
    }
    Ok(conditions)
}

fn read_test(operator: &str, value: &str, place: &str) -> Result<Test, ServiceError> {
    let one = || scalar(value, place, "a value that is no array and no object");
    let ordered = |order| match one()? {
        value @ (Scalar::Number(_) | Scalar::Text(_)) => Ok(Test::Order(order, value)),
        _ => Err(invalid(&format!("{place}: expected a number or a string"))),
    };
    match operator {
        "eq" => one().map(Test::Equal),
        "ne" => one().map(Test::Unequal),
        "in" => read_values(value, place).map(Test::In),
        "lt" => ordered(Order::Less),
        "lte" => ordered(Order::LessOrEqual),
        "gt" => ordered(Order::Greater),
        "gte" => ordered(Order::GreaterOrEqual),
        "contains" => one().map(Test::Contains),
        "exists" => match one()? {
            Scalar::Bool(exists) => Ok(Test::Exists(exists)),
            _ => Err(invalid(&format!("{place}: expected true or false"))),
        },
        _ => Err(invalid(&format!("{place}: expected one of eq ne in lt lte gt gte contains exists"))),
    }
}

fn read_values(value: &str, place: &str) -> Result<Vec<Scalar>, ServiceError> {
    let expected = "an array of values that are no arrays and no objects";
    let mut scan = Scan::new(value);
    if scan.peek() != b'[' {
        return Err(invalid(&format!("{place}: expected {expected}")));
    }
    let mut values = Vec::new();
    scan.step();
    while scan.another(b']') {
        values.push(scalar(scan.value(), place, expected)?);
        if values.len() > MAX_VALUES {
            return Err(ServiceError::new(
                code::TOO_LARGE,
                format!("{place}: more than {MAX_VALUES} values"),
            ));
        }
    }
    Ok(values)
}

fn scalar(value: &str, place: &str, expected: &str) -> Result<Scalar, ServiceError> {
    Scalar::parse(value).ok_or_else(|| invalid(&format!("{place}: expected {expected}")))
}

/// The members of an object, each key once.
fn members<'a>(object: &'a str, place: &str) -> Result<Vec<(Cow<'a, str>, &'a str)>, ServiceError> {
    let mut found: Vec<(Cow<'a, str>, &'a str)> = Vec::new();
    let mut scan = Scan::new(object);
    scan.step();
    while scan.another(b'}') {
        let key = unescape(scan.key()).ok_or_else(|| invalid(&format!("{place}: a key that is no text")))?;
        if found.iter().any(|(other, _)| *other == key) {
            return Err(invalid(&format!("{place}: {key} is given more than once")));
        }
        if found.len() >= MAX_CONDITIONS {
            return Err(ServiceError::new(
                code::TOO_LARGE,
                format!("{place}: more than {MAX_CONDITIONS} conditions"),
            ));
        }
        found.push((key, scan.value()));
    }
    Ok(found)
}

/// One key to sort by.
#[derive(Clone, Debug)]
pub(super) struct SortKey {
    pub(super) field: Field,
    pub(super) descending: bool,
}

/// Parses the sort keys.
pub(super) fn parse_sort(sort: &[Cow<'_, str>]) -> Result<Vec<SortKey>, ServiceError> {
    check_count(sort, "sort")?;
    let read = |text: &Cow<'_, str>| {
        let descending = text.starts_with('-');
        let path = text.strip_prefix('-').unwrap_or(text);
        Ok(SortKey { field: Field::parse(path, &format!("sort: {path}"))?, descending })
    };
    sort.iter().map(read).collect()
}

/// Parses the paths of references to follow.
pub(super) fn parse_include(include: &[Cow<'_, str>]) -> Result<Vec<Path>, ServiceError> {
    check_count(include, "include")?;
    let read = |text: &Cow<'_, str>| match Field::parse(text, &format!("include: {text}"))? {
        Field::Data(path) => Ok(path),
        _ => Err(invalid(&format!("include: {text}: no reference; expected a path into the data"))),
    };
    include.iter().map(read).collect()
}

fn check_count(paths: &[Cow<'_, str>], place: &str) -> Result<(), ServiceError> {
    const MAX_PATHS: usize = 16;
    if paths.len() > MAX_PATHS {
        return Err(ServiceError::new(code::TOO_LARGE, format!("{place}: more than {MAX_PATHS} paths")));
    }
    Ok(())
}

fn invalid(text: &str) -> ServiceError {
    ServiceError::new(code::INVALID_PAYLOAD, text)
}

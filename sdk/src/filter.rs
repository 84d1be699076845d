//! Filters and sorting of a query, over entities in memory. The meaning is that of the host's store.
use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use crate::error::Error;

/// What the conditions and the order of a query say.
pub(crate) struct Filter {
    conditions: Vec<(Field, Test)>,
    sort: Vec<(Field, bool)>,
}

/// An entity, as far as a filter looks at it.
pub(crate) struct Row<'a> {
    pub id: &'a str,
    pub version: u64,
    pub created_us: i64,
    pub modified_us: i64,
    pub data: Value,
}

enum Field {
    Id,
    Version,
    Created,
    Modified,
    Data(Vec<String>),
}

enum Test {
    Equal(Value),
    Unequal(Value),
    In(Vec<Value>),
    /// The value compares so with this one, or is equal where that is allowed.
    Order(Ordering, bool, Value),
    Contains(Value),
    Exists(bool),
}

impl Filter {
    pub(crate) fn read(query: &rp_protocol::Query<'_>) -> Result<Filter, Error> {
        let filters: Map<String, Value> =
            query.filters.map_or(Ok(Map::new()), |filters| crate::read::read(filters.get()))?;
        let mut conditions = Vec::new();
        for (path, condition) in filters {
            read_condition(&path, condition, &mut conditions)?;
        }
        let sort = query.sort.iter().map(|key| {
            let path = key.strip_prefix('-').unwrap_or(key);
            Ok((Field::read(path, &format!("sort: {path}"))?, key.starts_with('-')))
        });
        Ok(Filter { conditions, sort: sort.collect::<Result<_, Error>>()? })
    }

    pub(crate) fn holds(&self, row: &Row<'_>) -> bool {
        self.conditions.iter().all(|(field, test)| test.holds(field.find(row).as_deref()))
    }

    pub(crate) fn order(&self, left: &Row<'_>, right: &Row<'_>) -> Ordering {
        let by_key = self.sort.iter().map(|(field, descending)| {
            let order = rank(field.find(left).as_deref(), field.find(right).as_deref());
            if *descending { order.reverse() } else { order }
        });
        by_key.fold(Ordering::Equal, Ordering::then).then_with(|| left.id.cmp(right.id))
    }
}

fn read_condition(path: &str, condition: Value, into: &mut Vec<(Field, Test)>) -> Result<(), Error> {
    let place = format!("filters: {path}");
    match condition {
        Value::Object(operators) => {
            for (operator, value) in operators {
                let test = Test::read(&operator, value, &format!("{place}.{operator}"))?;
                into.push((Field::read(path, &place)?, test));
            }
        }
        Value::Array(_) => {
            let text = "expected a value that is no array, or an object of operators";
            return Err(Error::invalid_payload(format_args!("{place}: {text}")));
        }
        value => into.push((Field::read(path, &place)?, Test::Equal(value))),
    }
    Ok(())
}

impl Field {
    fn read(path: &str, place: &str) -> Result<Field, Error> {
        let refused = |text: &str| Error::invalid_payload(format_args!("{place}: {text}"));
        Ok(match path {
            "$id" => Field::Id,
            "$version" => Field::Version,
            "$created_us" => Field::Created,
            "$modified_us" => Field::Modified,
            own if own.starts_with('$') => {
                let known = "of the names with $ there are $id, $version, $created_us and $modified_us";
                return Err(refused(&format!("{known}; a key like that is written /{own}")));
            }
            pointer if pointer.starts_with('/') => Field::Data(read_pointer(&pointer[1..]).map_err(refused)?),
            dotted if dotted.split('.').any(str::is_empty) => {
                let text = "an empty step in a path; a key that is empty or holds a dot needs the form /a/b";
                return Err(refused(text));
            }
            dotted => Field::Data(dotted.split('.').map(str::to_owned).collect()),
        })
    }

    fn find<'a>(&self, row: &'a Row<'_>) -> Option<std::borrow::Cow<'a, Value>> {
        use std::borrow::Cow::{Borrowed, Owned};
        match self {
            Field::Id => Some(Owned(row.id.into())),
            Field::Version => Some(Owned(row.version.into())),
            Field::Created => Some(Owned(row.created_us.into())),
            Field::Modified => Some(Owned(row.modified_us.into())),
            Field::Data(steps) => {
                steps.iter().try_fold(&row.data, |value, step| member(value, step)).map(Borrowed)
            }
        }
    }
}

fn read_pointer(pointer: &str) -> Result<Vec<String>, &'static str> {
    let step = |step: &str| {
        let is_escape = |rest: &str| rest.starts_with(['0', '1']);
        match step.split('~').skip(1).all(is_escape) {
            true => Ok(step.replace("~1", "/").replace("~0", "~")),
            false => Err("a ~ in a JSON pointer that is neither ~0 nor ~1"),
        }
    };
    pointer.split('/').map(step).collect()
}

fn member<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(step),
        Value::Array(items) => {
            let is_index =
                step == "0" || !step.starts_with('0') && step.bytes().all(|byte| byte.is_ascii_digit());
            items.get(step.parse::<usize>().ok().filter(|_| is_index)?)
        }
        _ => None,
    }
}

impl Test {
    fn read(operator: &str, value: Value, place: &str) -> Result<Test, Error> {
        let refused = |expected: &str| Error::invalid_payload(format_args!("{place}: expected {expected}"));
        let is_nested = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_));
        if operator == "in" {
            return match value {
                Value::Array(values) if !values.iter().any(is_nested) => Ok(Test::In(values)),
                _ => Err(refused("an array of values that are no arrays and no objects")),
            };
        }
        let order = |order, or_equal| (order, or_equal);
        let (order, or_equal) = match operator {
            "lt" => order(Ordering::Less, false),
            "lte" => order(Ordering::Less, true),
            "gt" => order(Ordering::Greater, false),
            "gte" => order(Ordering::Greater, true),
            "eq" | "ne" | "contains" | "exists" => order(Ordering::Equal, true),
            _ => return Err(refused("one of eq ne in lt lte gt gte contains exists")),
        };
        if is_nested(&value) {
            return Err(refused("a value that is no array and no object"));
        }
        match (operator, value) {
            ("eq", value) => Ok(Test::Equal(value)),
            ("ne", value) => Ok(Test::Unequal(value)),
            ("contains", value) => Ok(Test::Contains(value)),
            ("exists", Value::Bool(exists)) => Ok(Test::Exists(exists)),
            ("exists", _) => Err(refused("true or false")),
            (_, value @ (Value::Number(_) | Value::String(_))) => Ok(Test::Order(order, or_equal, value)),
            _ => Err(refused("a number or a string")),
        }
    }

    fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return matches!(self, Test::Exists(false)) };
        match self {
            Test::Exists(exists) => *exists,
            Test::Equal(wanted) => is_equal(value, wanted),
            Test::Unequal(wanted) => !is_equal(value, wanted),
            Test::In(wanted) => wanted.iter().any(|wanted| is_equal(value, wanted)),
            Test::Contains(wanted) => match (value, wanted) {
                (Value::Array(items), wanted) => items.iter().any(|item| is_equal(item, wanted)),
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                _ => false,
            },
            Test::Order(order, or_equal, wanted) => {
                let found = match (value, wanted) {
                    (Value::Number(value), Value::Number(wanted)) => compare(value, wanted),
                    (Value::String(value), Value::String(wanted)) => value.as_bytes().cmp(wanted.as_bytes()),
                    _ => return false,
                };
                found == *order || *or_equal && found == Ordering::Equal
            }
        }
    }
}

fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare(left, right) == Ordering::Equal,
        (Value::Array(_) | Value::Object(_), _) => false,
        (left, right) => left == right,
    }
}

/// Whole numbers of 64 bits exactly, others as the nearest double.
fn compare(left: &Number, right: &Number) -> Ordering {
    let whole = |number: &Number| number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// Missing, null, arrays and objects, false, true, numbers, text.
fn rank(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    let kind = |value: Option<&Value>| match value {
        None => 0,
        Some(Value::Null) => 1,
        Some(Value::Array(_) | Value::Object(_)) => 2,
        Some(Value::Bool(false)) => 3,
        Some(Value::Bool(true)) => 4,
        Some(Value::Number(_)) => 5,
        Some(Value::String(_)) => 6,
    };
    kind(left).cmp(&kind(right)).then_with(|| match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => compare(left, right),
        (Some(Value::String(left)), Some(Value::String(right))) => left.as_bytes().cmp(right.as_bytes()),
        _ => Ordering::Equal,
    })
}

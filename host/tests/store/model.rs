//! The oracle: a store so plain that one sees that it is right, a map whose values are compared one by one.
//!
//! It is independent on purpose. It repeats the order of JSON values, the filters and the paths that `host/src/services/store`
//! and `sdk/src/filter.rs` have, and shares no code with them: an oracle that shared it would share its bugs, and agree.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Mutex;

use rp_host::ServiceError;
use rp_host::store::{Asker, Changed, Moment, Store};
use rp_protocol::{Mutation, Operation, Query, code};
use serde_json::Value;

/// Keeps entities in memory. Ids must be given.
#[derive(Default)]
pub struct Oracle(Mutex<BTreeMap<(String, String), Entity>>);

#[derive(Clone)]
struct Entity {
    version: u64,
    created_us: i64,
    modified_us: i64,
    text: String,
    data: Value,
}

type Entities = BTreeMap<(String, String), Entity>;

impl Store for Oracle {
    fn query(&self, query: &Query<'_>, asker: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError> {
        let entities = self.0.lock().unwrap();
        if let Some(id) = &query.id {
            let key = (query.entity.to_string(), id.to_string());
            entities.get(&key).ok_or_else(|| ServiceError::new(code::NOT_FOUND, ""))?;
        }
        let filters: Value =
            query.filters.map_or(Value::Null, |filters| serde_json::from_str(filters.get()).unwrap());
        let mut found: Vec<_> = entities
            .iter()
            .filter(|((entity, id), _)| {
                *entity == query.entity && query.id.as_ref().is_none_or(|wanted| wanted == id)
            })
            .filter(|((_, id), entity)| matches(id, entity, &filters))
            .map(|((_, id), entity)| (id, entity))
            .collect();
        found.sort_by(|one, other| order(one, other, query));
        let count = found.len();
        let offset = usize::try_from(query.offset.unwrap_or(0)).unwrap();
        let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
        let page: Vec<_> = found.into_iter().skip(offset).take(limit).collect();
        let shown: Vec<String> =
            page.iter().map(|(id, entity)| format!("{{{}}}", show(id, entity))).collect();
        let mut answer = format!("{{\"entities\":[{}],\"count\":{count}", shown.join(","));
        if !query.include.is_empty() {
            let included = included(&page, query, asker, &entities)?;
            answer += &format!(",\"included\":[{}]", included.join(","));
        }
        out.extend_from_slice((answer + "}").as_bytes());
        Ok(())
    }

    fn mutate(
        &self,
        mutation: &Mutation<'_>,
        _: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError> {
        let mut entities = self.0.lock().unwrap();
        let refuse = |code: &str| Err(ServiceError::new(code, ""));
        let id = mutation.id.as_deref().unwrap().to_owned();
        let key = (mutation.entity.to_string(), id.clone());
        let old = entities.get(&key).cloned();
        if mutation.operation == Operation::Create {
            if old.is_some() {
                return refuse(code::CONFLICT);
            }
        } else {
            let Some(old) = &old else { return refuse(code::NOT_FOUND) };
            if mutation.version.is_some_and(|expected| expected != old.version) {
                return refuse(code::CONFLICT);
            }
        }
        if let (Operation::Delete, Some(old)) = (mutation.operation, &old) {
            let referred = |((entity, id), other): (&(String, String), &Entity)| {
                (entity, id) != (&key.0, &key.1) && targets(&other.data).contains(&key)
            };
            if !mutation.force && entities.iter().any(referred) {
                return refuse(code::CONFLICT);
            }
            let version = old.version;
            entities.remove(&key);
            return Ok(Changed { id, version });
        }
        let text = mutation.data.unwrap().get().to_owned();
        let data: Value = serde_json::from_str(&text).unwrap();
        if targets(&data).iter().any(|target| *target != key && !entities.contains_key(target)) {
            return refuse(code::NOT_FOUND);
        }
        let version = old.as_ref().map_or(1, |old| old.version + 1);
        let created_us = old.map_or(moment.time_us, |old| old.created_us);
        entities.insert(key, Entity { version, created_us, modified_us: moment.time_us, text, data });
        Ok(Changed { id, version })
    }
}

fn show(id: &str, entity: &Entity) -> String {
    let Entity { version, created_us, modified_us, text, .. } = entity;
    let id = Value::from(id);
    format!(
        "\"id\":{id},\"version\":{version},\"created_us\":{created_us},\"modified_us\":{modified_us},\"data\":{text}"
    )
}

/// What a value refers to, at any depth.
fn targets(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Array(items) => items.iter().flat_map(targets).collect(),
        Value::Object(_) => target(value).map_or_else(
            || value.as_object().unwrap().values().flat_map(targets).collect(),
            |target| vec![target],
        ),
        _ => Vec::new(),
    }
}

fn target(value: &Value) -> Option<(String, String)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (entity, id) = object.get("$ref")?.as_str()?.split_once('/')?;
    Some((entity.to_owned(), id.to_owned()))
}

fn included(
    page: &[(&String, &Entity)],
    query: &Query<'_>,
    asker: &Asker<'_>,
    entities: &Entities,
) -> Result<Vec<String>, ServiceError> {
    let mut met = Vec::new();
    for (id, entity) in page {
        for path in &query.include {
            let found = value_at(id, entity, path);
            let values = match &found {
                Some(Value::Array(items)) => items.iter().collect(),
                other => Vec::from_iter(other),
            };
            for target in values.into_iter().filter_map(target) {
                (asker.check_read)(&target.0)?;
                if !met.contains(&target) {
                    met.push(target);
                }
            }
        }
    }
    let shown = |target: &(String, String)| {
        let entity = entities.get(target)?;
        Some(format!("{{\"entity\":\"{}\",{}}}", target.0, show(&target.1, entity)))
    };
    Ok(met.iter().filter_map(shown).collect())
}

fn value_at(id: &str, entity: &Entity, path: &str) -> Option<Value> {
    match path {
        "$id" => Some(Value::from(id)),
        "$version" => Some(Value::from(entity.version)),
        "$created_us" => Some(Value::from(entity.created_us)),
        "$modified_us" => Some(Value::from(entity.modified_us)),
        pointer if pointer.starts_with('/') => entity.data.pointer(pointer).cloned(),
        dotted => entity.data.pointer(&format!("/{}", dotted.replace('.', "/"))).cloned(),
    }
}

fn matches(id: &str, entity: &Entity, filters: &Value) -> bool {
    let Value::Object(filters) = filters else { return true };
    filters.iter().all(|(path, condition)| {
        let value = value_at(id, entity, path);
        match condition {
            Value::Object(tests) => {
                tests.iter().all(|(operator, wanted)| holds(operator, value.as_ref(), wanted))
            }
            wanted => holds("eq", value.as_ref(), wanted),
        }
    })
}

fn holds(operator: &str, value: Option<&Value>, wanted: &Value) -> bool {
    let Some(value) = value else { return operator == "exists" && *wanted == Value::Bool(false) };
    let comparable = (value.is_number() && wanted.is_number()) || (value.is_string() && wanted.is_string());
    let compared = compare(Some(value), Some(wanted));
    match operator {
        "eq" => equal(value, wanted),
        "ne" => !equal(value, wanted),
        "in" => wanted.as_array().unwrap().iter().any(|wanted| equal(value, wanted)),
        "lt" => comparable && compared.is_lt(),
        "lte" => comparable && compared.is_le(),
        "gt" => comparable && compared.is_gt(),
        "gte" => comparable && compared.is_ge(),
        "contains" => match (value, wanted) {
            (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
            (Value::Array(items), _) => items.iter().any(|item| equal(item, wanted)),
            _ => false,
        },
        "exists" => *wanted == Value::Bool(true),
        _ => unreachable!("{operator}"),
    }
}

fn equal(value: &Value, wanted: &Value) -> bool {
    !value.is_array() && !value.is_object() && compare(Some(value), Some(wanted)).is_eq()
}

fn order(one: &(&String, &Entity), other: &(&String, &Entity), query: &Query<'_>) -> Ordering {
    let by_key = |key: &str| {
        let path = key.strip_prefix('-').unwrap_or(key);
        let compared =
            compare(value_at(one.0, one.1, path).as_ref(), value_at(other.0, other.1, path).as_ref());
        if key.starts_with('-') { compared.reverse() } else { compared }
    };
    let compared = query.sort.iter().map(|key| by_key(key)).find(|compared| compared.is_ne());
    compared.unwrap_or_else(|| one.0.cmp(other.0))
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        None => 0,
        Some(Value::Null) => 1,
        Some(Value::Array(_) | Value::Object(_)) => 2,
        Some(Value::Bool(false)) => 3,
        Some(Value::Bool(true)) => 4,
        Some(Value::Number(_)) => 5,
        Some(Value::String(_)) => 6,
    };
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => compare_numbers(one, other),
        (Some(Value::String(one)), Some(Value::String(other))) => one.as_bytes().cmp(other.as_bytes()),
        _ => rank(one).cmp(&rank(other)),
    }
}

fn compare_numbers(one: &serde_json::Number, other: &serde_json::Number) -> Ordering {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(whole), None) => compare_double(other.as_f64().unwrap(), whole).reverse(),
        (None, Some(whole)) => compare_double(one.as_f64().unwrap(), whole),
        (None, None) => one.as_f64().partial_cmp(&other.as_f64()).unwrap(),
    }
}

fn compare_double(double: f64, whole: i128) -> Ordering {
    // A cast to an integer cuts the fraction off and keeps to the type's limits, which no number here comes near.
    (double as i128).cmp(&whole).then_with(|| double.fract().partial_cmp(&0.0).unwrap())
}

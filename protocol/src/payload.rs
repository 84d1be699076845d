//! The payloads of the protocol's message types. Keys that a type does not name are ignored.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::object::{PayloadFault, fields, string};

/// Payload of `init`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Init<'a> {
    /// Name of the instance.
    #[serde(borrow)]
    pub instance: Cow<'a, str>,
    /// The instance's configuration, an object.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    #[serde(borrow)]
    pub config: &'a RawValue,
    /// Who sends.
    #[serde(borrow)]
    pub host: HostIdentity<'a>,
    /// What the instance died of that this one takes the place of; missing where it did not die.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restarted<'a>>,
}

/// Why an instance is started again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Restarted<'a> {
    /// How often it has died or could not be started again, since the host loaded it or replaced its code; 1 the first time.
    pub count: u64,
    /// The error code of the last time, such as `rp::call::crashed`.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
}

/// The host, as it presents itself in `init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HostIdentity<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Its version.
    #[serde(borrow)]
    pub version: Cow<'a, str>,
    /// The protocol that it speaks, `major.minor`.
    #[serde(borrow)]
    pub protocol: Cow<'a, str>,
}

/// Payload of `command`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Command<'a> {
    /// The module or instance that is asked; only in a command that a module sends.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Cow<'a, str>>,
    /// The command.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Its arguments, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub args: Option<&'a RawValue>,
}

impl<'a> Command<'a> {
    /// Reads the payload of a command in one pass; the fault is the error response to send.
    ///
    /// ```
    /// use rp_protocol::Command;
    ///
    /// let command = Command::parse(r#"{"name":"echo","args":{"n": 1.0}}"#).unwrap();
    /// assert_eq!((&*command.name, command.args_text()), ("echo", r#"{"n": 1.0}"#));
    /// let fault = Command::parse(r#"{"args":{}}"#).unwrap_err();
    /// assert_eq!((fault.code(), fault.to_string().as_str()), ("invalid_payload", "name: expected a string"));
    /// ```
    pub fn parse(payload: &'a str) -> Result<Command<'a>, PayloadFault> {
        let [module, name, args] = fields(payload, &["module", "name", "args"])?;
        let name = required_string(name, "name")?;
        let module = module.map(|module| required_string(Some(module), "module")).transpose()?;
        if args.is_some_and(|args| !args.get().starts_with('{')) {
            return Err(PayloadFault::Field { field: "args", expected: "an object" });
        }
        Ok(Command { module, name, args })
    }

    /// The JSON text of the arguments, `{}` where there are none.
    pub fn args_text(&self) -> &'a str {
        self.args.map_or("{}", RawValue::get)
    }
}

fn required_string<'a>(
    value: Option<&'a RawValue>,
    field: &'static str,
) -> Result<Cow<'a, str>, PayloadFault> {
    value.and_then(string).ok_or(PayloadFault::Field { field, expected: "a string" })
}

/// Payload of `query`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Query<'a> {
    /// The kind of entity.
    #[serde(borrow)]
    pub entity: Cow<'a, str>,
    /// One entity by its id.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'a, str>>,
    /// Conditions, an object.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<&'a RawValue>,
    /// References to follow.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Cow<'a, str>>,
    /// Paths to sort by, the first one counts most; `-` before a path turns its order round.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<Cow<'a, str>>,
    /// At most so many entities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// So many entities are passed over first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl<'a> Query<'a> {
    /// Reads the payload of a query in one pass; the fault is the error response to send.
    ///
    /// ```
    /// use rp_protocol::Query;
    ///
    /// let query = Query::parse(r#"{"entity":"note","filters":{"year":1742},"limit":10}"#).unwrap();
    /// assert_eq!((&*query.entity, query.limit), ("note", Some(10)));
    /// ```
    pub fn parse(payload: &'a str) -> Result<Query<'a>, PayloadFault> {
        let names = &["entity", "id", "filters", "include", "sort", "limit", "offset"];
        let [entity, id, filters, include, sort, limit, offset] = fields(payload, names)?;
        Ok(Query {
            entity: required_string(entity, "entity")?,
            id: id.map(|id| required_string(Some(id), "id")).transpose()?,
            filters: object(filters, "filters")?,
            include: optional(include, "include", "an array of strings")?.unwrap_or_default(),
            sort: optional(sort, "sort", "an array of strings")?.unwrap_or_default(),
            limit: optional(limit, "limit", "a whole number")?,
            offset: optional(offset, "offset", "a whole number")?,
        })
    }
}

fn optional<'a, T: Deserialize<'a>>(
    value: Option<&'a RawValue>,
    field: &'static str,
    expected: &'static str,
) -> Result<Option<T>, PayloadFault> {
    let read = |value: &'a RawValue| serde_json::from_str(value.get());
    value.map(read).transpose().map_err(|_| PayloadFault::Field { field, expected })
}

fn required<'a, T: Deserialize<'a>>(
    value: Option<&'a RawValue>,
    field: &'static str,
    expected: &'static str,
) -> Result<T, PayloadFault> {
    optional(value, field, expected)?.ok_or(PayloadFault::Field { field, expected })
}

fn object<'a>(
    value: Option<&'a RawValue>,
    field: &'static str,
) -> Result<Option<&'a RawValue>, PayloadFault> {
    match value {
        Some(value) if !value.get().starts_with('{') => {
            Err(PayloadFault::Field { field, expected: "an object" })
        }
        value => Ok(value),
    }
}

/// Payload of `mutation`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mutation<'a> {
    /// The kind of entity.
    #[serde(borrow)]
    pub entity: Cow<'a, str>,
    /// What happens to it.
    pub operation: Operation,
    /// The entity that is meant; for a new one the id that it gets, None lets the store choose.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'a, str>>,
    /// Its data, an object; an update replaces all of it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub data: Option<&'a RawValue>,
    /// Update and delete only: the version that the entity must have, otherwise `conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Delete only: remove the entity although others refer to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

impl<'a> Mutation<'a> {
    /// Reads the payload of a mutation in one pass; the fault is the error response to send.
    ///
    /// ```
    /// use rp_protocol::{Mutation, Operation};
    ///
    /// let mutation = Mutation::parse(r#"{"entity":"note","operation":"delete","id":"7"}"#).unwrap();
    /// assert_eq!((mutation.operation, mutation.force), (Operation::Delete, false));
    /// ```
    pub fn parse(payload: &'a str) -> Result<Mutation<'a>, PayloadFault> {
        let names = &["entity", "operation", "id", "data", "version", "force"];
        let [entity, operation, id, data, version, force] = fields(payload, names)?;
        Ok(Mutation {
            entity: required_string(entity, "entity")?,
            operation: required(operation, "operation", "create, update or delete")?,
            id: id.map(|id| required_string(Some(id), "id")).transpose()?,
            data: object(data, "data")?,
            version: optional(version, "version", "a whole number")?,
            force: optional(force, "force", "true or false")?.unwrap_or(false),
        })
    }
}

/// What a mutation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Makes a new entity.
    Create,
    /// Changes an entity.
    Update,
    /// Removes an entity.
    Delete,
}

/// Payload of `event`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event<'a> {
    /// Its name, such as `research_log.created`.
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    /// What it tells, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub data: Option<&'a RawValue>,
}

impl<'a> Event<'a> {
    /// Reads the payload of an event in one pass; the fault is the error response to send.
    ///
    /// ```
    /// let event = rp_protocol::Event::parse(r#"{"event":"research_log.created","data":{"number":1}}"#).unwrap();
    /// assert_eq!((&*event.event, event.data.unwrap().get()), ("research_log.created", r#"{"number":1}"#));
    /// ```
    pub fn parse(payload: &'a str) -> Result<Event<'a>, PayloadFault> {
        let [event, data] = fields(payload, &["event", "data"])?;
        Ok(Event { event: required_string(event, "event")?, data: object(data, "data")? })
    }
}

/// Data of a successful `describe`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description<'a> {
    /// The commands, in the order of the module.
    #[serde(borrow, default)]
    pub commands: Vec<CommandDescription<'a>>,
    /// The events that the module emits, by name.
    #[serde(borrow, default)]
    pub events: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

/// One command, as `describe` tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandDescription<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// One sentence for people.
    #[serde(borrow, default)]
    pub description: Cow<'a, str>,
    /// JSON Schema of the arguments.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub args: Option<&'a RawValue>,
    /// JSON Schema of the result.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<&'a RawValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        let cases: &[(&str, &str)] = &[
            (r#"{"name":"ping"}"#, "ping {} -"),
            (r#"{"args":{"a" : 1.0},"name":"p\n","module":"m","x":0}"#, "p\n {\"a\" : 1.0} m"),
            (r#"{}"#, "name: expected a string"),
            (r#"{"name":null}"#, "name: expected a string"),
            (r#"{"name":5}"#, "name: expected a string"),
            (r#"{"name":"a","args":[]}"#, "args: expected an object"),
            (r#"{"name":"a","args":null}"#, "args: expected an object"),
            (r#"{"name":"a","module":1}"#, "module: expected a string"),
            (r#"{"name":"a","name":"b"}"#, "name: given more than once"),
            (r#"[]"#, "the payload is not an object"),
            (r#"{"name":"a""#, "the payload is not valid JSON"),
        ];
        for (text, expected) in cases {
            let shown = match Command::parse(text) {
                Ok(command) => format!(
                    "{} {} {}",
                    command.name,
                    command.args_text(),
                    command.module.as_deref().unwrap_or("-")
                ),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(shown, *expected, "{text}");
        }
    }

    #[test]
    fn queries_and_mutations() {
        let queries: &[(&str, &str)] = &[
            (r#"{"entity":"n"}"#, "n - - [] [] None None"),
            (
                r#"{"entity":"n","id":"\u0061","filters":{"a":1},"sort":["-a\n"],"include":["b"],"limit":1,"offset":0,"x":1}"#,
                "n a {\"a\":1} [\"b\"] [\"-a\\n\"] Some(1) Some(0)",
            ),
            (r#"{}"#, "entity: expected a string"),
            (r#"{"entity":"n","id":null}"#, "id: expected a string"),
            (r#"{"entity":"n","filters":[]}"#, "filters: expected an object"),
            (r#"{"entity":"n","sort":"a"}"#, "sort: expected an array of strings"),
            (r#"{"entity":"n","include":[1]}"#, "include: expected an array of strings"),
            (r#"{"entity":"n","limit":-1}"#, "limit: expected a whole number"),
            (r#"{"entity":"n","limit":1.5}"#, "limit: expected a whole number"),
            (r#"{"entity":"n","offset":"1"}"#, "offset: expected a whole number"),
            (r#"{"entity":"n","entity":"m"}"#, "entity: given more than once"),
        ];
        for (text, expected) in queries {
            let shown = match Query::parse(text) {
                Ok(q) => format!(
                    "{} {} {} {:?} {:?} {:?} {:?}",
                    q.entity,
                    q.id.as_deref().unwrap_or("-"),
                    q.filters.map_or("-", RawValue::get),
                    q.include,
                    q.sort,
                    q.limit,
                    q.offset
                ),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(shown, *expected, "{text}");
        }
        let mutations: &[(&str, &str)] = &[
            (r#"{"entity":"n","operation":"create","data":{}}"#, "n Create - {} None false"),
            (
                r#"{"entity":"n","operation":"delete","id":"1","version":3,"force":true}"#,
                "n Delete 1 - Some(3) true",
            ),
            (r#"{"entity":"n"}"#, "operation: expected create, update or delete"),
            (r#"{"entity":"n","operation":"drop"}"#, "operation: expected create, update or delete"),
            (r#"{"entity":"n","operation":"update","data":1}"#, "data: expected an object"),
            (r#"{"entity":"n","operation":"update","version":-1}"#, "version: expected a whole number"),
            (r#"{"entity":"n","operation":"update","force":1}"#, "force: expected true or false"),
        ];
        for (text, expected) in mutations {
            let shown = match Mutation::parse(text) {
                Ok(m) => format!(
                    "{} {:?} {} {} {:?} {}",
                    m.entity,
                    m.operation,
                    m.id.as_deref().unwrap_or("-"),
                    m.data.map_or("-", RawValue::get),
                    m.version,
                    m.force
                ),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(shown, *expected, "{text}");
        }
    }

    #[test]
    fn payloads_survive_a_round_trip() {
        fn trip<'a, T: Serialize + Deserialize<'a>>(text: &'a str) -> String {
            let value: T = serde_json::from_str(text).unwrap();
            serde_json::to_string(&value).unwrap()
        }
        let init =
            r#"{"instance":"a","config":{"n": 1.0},"host":{"name":"h","version":"1","protocol":"1.0"}}"#;
        let query =
            r#"{"entity":"note","id":"1","filters":{},"include":["x"],"sort":["-a"],"limit":1,"offset":2}"#;
        let mutation = r#"{"entity":"note","operation":"create","data":{}}"#;
        let delete = r#"{"entity":"note","operation":"delete","id":"1","version":2,"force":true}"#;
        let event = r#"{"event":"a.b","data":{}}"#;
        let command = r#"{"module":"m","name":"a","args":{}}"#;
        let described =
            r#"{"commands":[{"name":"a","description":"b","args":{},"returns":{}}],"events":{"e":{}}}"#;
        let restarted = r#"{"instance":"a","config":{},"host":{"name":"h","version":"1","protocol":"1.0"},"restart":{"count":2,"code":"rp::call::panic"}}"#;
        assert_eq!(trip::<Init<'_>>(init), init);
        assert_eq!(trip::<Init<'_>>(restarted), restarted);
        assert_eq!(trip::<Query<'_>>(query), query);
        assert_eq!(trip::<Mutation<'_>>(mutation), mutation);
        assert_eq!(trip::<Mutation<'_>>(delete), delete);
        assert_eq!(trip::<Event<'_>>(event), event);
        assert_eq!(trip::<Command<'_>>(command), command);
        assert_eq!(trip::<Description<'_>>(described), described);
    }
}

//! The payloads of the protocol's message types. Keys that a type does not name are ignored.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{EnumAccess, Error, VariantAccess, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::members;
use crate::object::{PayloadFault, fields, string};

/// Payload of `init`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Init<'a> {
    /// Name of the instance.
    pub instance: Cow<'a, str>,
    /// The instance's configuration, an object.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub config: &'a RawValue,
    /// Who sends.
    pub host: HostIdentity<'a>,
    /// What the instance died of that this one takes the place of; missing where it did not die.
    pub restart: Option<Restarted<'a>>,
}

members! { Init<'a> { text instance, required config, required host, optional restart } }

/// Why an instance is started again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Restarted<'a> {
    /// How often it has died or could not be started again, since the host loaded it or replaced its code; 1 the first time.
    pub count: u64,
    /// The error code of the last time, such as `rp::call::crashed`.
    pub code: Cow<'a, str>,
}

members! { Restarted<'a> { required count, text code } }

/// The host, as it presents itself in `init`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HostIdentity<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
    /// The protocol that it speaks, `major.minor`.
    pub protocol: Cow<'a, str>,
}

members! { HostIdentity<'a> { text name, text version, text protocol } }

/// Payload of `command`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Command<'a> {
    /// The module or instance that is asked; only in a command that a module sends.
    pub module: Option<Cow<'a, str>>,
    /// The command.
    pub name: Cow<'a, str>,
    /// Its arguments, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub args: Option<&'a RawValue>,
}

members! { Command<'a> { optional module, text name, optional args } }

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
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Query<'a> {
    /// The kind of entity.
    pub entity: Cow<'a, str>,
    /// One entity by its id.
    pub id: Option<Cow<'a, str>>,
    /// Conditions, an object.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub filters: Option<&'a RawValue>,
    /// References to follow.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<Cow<'a, str>>,
    /// Paths to sort by, the first one counts most; `-` before a path turns its order round.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub sort: Vec<Cow<'a, str>>,
    /// At most so many entities.
    pub limit: Option<u64>,
    /// So many entities are passed over first.
    pub offset: Option<u64>,
}

members! {
    Query<'a> {
        text entity,
        optional id,
        optional filters,
        optional include,
        optional sort,
        optional limit,
        optional offset,
    }
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
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mutation<'a> {
    /// The kind of entity.
    pub entity: Cow<'a, str>,
    /// What happens to it.
    pub operation: Operation,
    /// The entity that is meant; for a new one the id that it gets, None lets the store choose.
    pub id: Option<Cow<'a, str>>,
    /// Its data, an object; an update replaces all of it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub data: Option<&'a RawValue>,
    /// Update and delete only: the version that the entity must have, otherwise `conflict`.
    pub version: Option<u64>,
    /// Delete only: remove the entity although others refer to it.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "std::ops::Not::not"))]
    pub force: bool,
}

members! {
    Mutation<'a> {
        text entity,
        required operation,
        optional id,
        optional data,
        optional version,
        optional force,
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum Operation {
    /// Makes a new entity.
    Create,
    /// Changes an entity.
    Update,
    /// Removes an entity.
    Delete,
}

impl Operation {
    const ALL: [Operation; 3] = [Operation::Create, Operation::Update, Operation::Delete];
    const WORDS: &'static [&'static str] = &["create", "update", "delete"];
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_unit_variant("Operation", *self as u32, Operation::WORDS[*self as usize])
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_enum("Operation", Operation::WORDS, OperationVisitor)
    }
}

struct OperationVisitor;

impl<'de> Visitor<'de> for OperationVisitor {
    type Value = Operation;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("enum Operation")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Operation, A::Error> {
        let (members::Text(word), rest) = data.variant()?;
        rest.unit_variant()?;
        let known = Operation::WORDS.iter().position(|known| *known == word);
        let unknown = || A::Error::unknown_variant(&word, Operation::WORDS);
        known.map(|at| Operation::ALL[at]).ok_or_else(unknown)
    }
}

/// Payload of `event`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event<'a> {
    /// Its name, such as `research_log.created`.
    pub event: Cow<'a, str>,
    /// What it tells, an object; None means `{}`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub data: Option<&'a RawValue>,
}

members! { Event<'a> { text event, optional data } }

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
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description<'a> {
    /// The commands, in the order of the module.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub commands: Vec<CommandDescription<'a>>,
    /// The events that the module emits, by name.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub events: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

members! { Description<'a> { or_empty commands, or_empty events } }

/// One command, as `describe` tells it.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandDescription<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// One sentence for people.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub description: Cow<'a, str>,
    /// JSON Schema of the arguments.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub args: Option<&'a RawValue>,
    /// JSON Schema of the result.
    pub returns: Option<&'a RawValue>,
}

members! {
    CommandDescription<'a> {
        text name,
        text_or_empty description,
        optional args,
        optional returns,
    }
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

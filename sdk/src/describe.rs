//! What `describe` answers, made of types; and events, whose types it tells.
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::generate::{Contract, SchemaSettings};
    use schemars::{JsonSchema, Schema as JsonSchemaText, SchemaGenerator, json_schema};
    use serde_json::Value;

    /// A type that knows its JSON Schema: whatever derives schemars' `JsonSchema`, as [`data`](crate::data) and
    /// [`args`](crate::args) do. Without the feature `schema`, every type.
    pub trait Schema: JsonSchema {}
    impl<T: JsonSchema + ?Sized> Schema for T {}

    pub(super) fn of<T: Schema + ?Sized>(is_argument: bool) -> Value {
        let contract = if is_argument { Contract::Deserialize } else { Contract::Serialize };
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
            settings.contract = contract;
        });
        let mut schema = settings.into_generator().into_root_schema_for::<T>();
        // The name of a Rust type tells the asker nothing.
        schema.remove("title");
        schema.to_value()
    }

    impl JsonSchema for super::Nothing {
        fn schema_name() -> Cow<'static, str> {
            "Nothing".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> JsonSchemaText {
            json_schema!({ "type": "object" })
        }
    }

    impl JsonSchema for super::Anything {
        fn schema_name() -> Cow<'static, str> {
            "Anything".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> JsonSchemaText {
            json_schema!({})
        }
    }
}

#[cfg(not(feature = "schema"))]
mod schema {
    use serde_json::{Value, json};

    /// A type that knows its JSON Schema: with the feature `schema`, whatever derives schemars' `JsonSchema`. Without
    /// it, every type.
    pub trait Schema {}
    impl<T: ?Sized> Schema for T {}

    #[expect(clippy::extra_unused_type_parameters, reason = "the feature's own asks the type")]
    pub(super) fn of<T: Schema + ?Sized>(is_argument: bool) -> Value {
        if is_argument { json!({ "type": "object" }) } else { json!({}) }
    }
}

pub use schema::Schema;

/// An event that a module emits: its name, and what it tells. Made by [`event`](macro@crate::event).
pub trait EventData: Serialize + Schema {
    /// The name, such as `research_log.created`.
    const NAME: &'static str;
}

/// No arguments, no result: `{}`.
pub struct Nothing;

/// Whatever the method wrote itself.
pub struct Anything;

/// The data of a response to `describe`.
#[derive(Default, Serialize)]
pub struct Description {
    commands: Vec<Command>,
    events: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
struct Command {
    name: &'static str,
    description: &'static str,
    args: Value,
    returns: Value,
}

impl Description {
    /// Adds a command.
    pub fn command<A, R>(&mut self, name: &'static str, description: &'static str)
    where
        A: Schema + ?Sized,
        R: Schema + ?Sized,
    {
        let (args, returns) = (schema::of::<A>(true), schema::of::<R>(false));
        self.commands.push(Command { name, description, args, returns });
    }

    /// The JSON text; it is the same for every instance.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("names, texts and values have JSON")
    }

    /// Adds an event that the module emits.
    pub fn event<E: EventData>(&mut self) {
        let data = schema::of::<E>(false);
        self.events.insert(E::NAME, json!({ "data": data }));
    }
}

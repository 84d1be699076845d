//! What `describe` answers, made of types; and events, whose types it tells.
use std::collections::BTreeMap;

use rp_protocol::members;
use serde_core::Serialize;
use serde_json::{Value, json};

#[cfg(feature = "schema")]
mod schema {
    use schemars::JsonSchema;
    use schemars::generate::{Contract, SchemaSettings};
    use serde_json::Value;

    /// A type that knows its JSON Schema: whatever derives schemars' `JsonSchema`, as [`data`](crate::data) and
    /// [`args`](crate::args) do. Without the feature `schema`, every type.
    pub trait Schema: JsonSchema {}
    impl<T: JsonSchema + ?Sized> Schema for T {}

    pub(crate) fn of<T: Schema + ?Sized>(is_argument: bool) -> Value {
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
}

#[cfg(not(feature = "schema"))]
mod schema {
    use serde_json::{Value, json};

    /// A type that knows its JSON Schema: with the feature `schema`, whatever derives schemars' `JsonSchema`. Without
    /// it, every type.
    pub trait Schema {}
    impl<T: ?Sized> Schema for T {}

    #[expect(clippy::extra_unused_type_parameters, reason = "the feature's own asks the type")]
    pub(crate) fn of<T: Schema + ?Sized>(is_argument: bool) -> Value {
        if is_argument { json!({ "type": "object" }) } else { json!({}) }
    }
}

pub use schema::Schema;
pub(crate) use schema::of as schema_of;

/// An event that a module emits: its name, and what it tells. Made by [`event`](macro@crate::event).
pub trait EventData: Serialize + Schema {
    /// The name, such as `research_log.created`.
    const NAME: &'static str;
}

/// The schema of no arguments and of no result: `{}`.
pub fn nothing() -> Value {
    json!({ "type": "object" })
}

/// The schema of whatever a method wrote itself.
pub fn any_result() -> Value {
    json!({})
}

/// The data of a response to `describe`.
#[derive(Default)]
pub struct Description {
    commands: Vec<Command>,
    events: BTreeMap<&'static str, Value>,
}

members! { writes Description { required commands, required events } }

struct Command {
    name: &'static str,
    description: &'static str,
    args: Value,
    returns: Value,
}

members! { writes Command { required name, required description, required args, required returns } }

impl Description {
    /// Adds a command.
    pub fn command(&mut self, name: &'static str, description: &'static str, args: Value, returns: Value) {
        self.commands.push(Command { name, description, args, returns });
    }

    /// The JSON text; it is the same for every instance.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("names, texts and values have JSON")
    }

    /// Adds an event that the module emits.
    pub fn event<E: EventData>(&mut self) {
        let data = schema_of::<E>(false);
        self.events.insert(E::NAME, json!({ "data": data }));
    }
}

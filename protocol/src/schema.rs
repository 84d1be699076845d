//! JSON Schemas of what this crate defines: for other languages, and for editors.
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::{Command, Description, Event, Init, Manifest, ModuleDescription, Mutation, Query};

/// Each schema with its name; a payload is named like its message type.
#[must_use]
pub fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("manifest", of::<Manifest>()),
        ("init", of::<Init<'_>>()),
        ("command", of::<Command<'_>>()),
        ("query", of::<Query<'_>>()),
        ("mutation", of::<Mutation<'_>>()),
        ("event", of::<Event<'_>>()),
        ("description", of::<Description<'_>>()),
        ("module-description", of::<ModuleDescription<'_>>()),
        ("response", of::<Response>()),
    ]
}

/// The schema of a type. What may be missing may not be `null` instead: the protocol reads a `null` as a value.
///
/// ```
/// let schema = rp_protocol::schema::of::<rp_protocol::Manifest>();
/// assert_eq!(schema.get("type").unwrap(), "object");
/// ```
#[must_use]
pub fn of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(take_null_away));
    settings.into_generator().into_root_schema_for::<T>()
}

fn take_null_away(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    let Some(Value::Array(types)) = schema.get_mut("type") else { return };
    types.retain(|one| one != "null");
    if let [only] = types.as_slice() {
        let only = only.clone();
        schema.insert("type".to_owned(), only);
    }
}

// `crate::Response` is read without serde; tests/header/schemas.rs holds the two together.
/// The one answer to a message.
#[derive(JsonSchema)]
#[serde(tag = "status", rename_all = "lowercase")]
#[allow(dead_code, reason = "its schema is what is used")]
enum Response {
    /// What was asked for.
    Success {
        /// The result.
        data: Option<Value>,
    },
    /// Why there is no result.
    Error {
        /// The text for people.
        error: String,
        /// The code for programs: a standard one, or the module's own.
        #[schemars(extend("examples" = crate::code::ALL))]
        code: Option<String>,
        /// What a program may want to know beside the code.
        details: Option<Value>,
    },
}

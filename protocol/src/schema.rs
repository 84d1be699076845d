//! JSON Schemas of what this crate defines: for other languages, and for editors.
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::{Command, Description, Event, Init, Manifest, ModuleDescription, Mutation, Query, ServeRequest};

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
        ("serve-request", of::<ServeRequest<'_>>()),
        ("serve-line", of::<ServeLine>()),
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

/// What tells the responses of a client apart.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "its schema is what is used")]
pub(crate) enum RequestId {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
}

/// A line that `rp serve` writes.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "its schema is what is used")]
enum ServeLine {
    /// The response to a request.
    Response(ServeResponse),
    /// An event that the client subscribed to.
    Event(ServeEvent),
}

#[derive(JsonSchema)]
#[serde(tag = "status", rename_all = "lowercase")]
#[allow(dead_code, reason = "its schema is what is used")]
enum ServeResponse {
    /// What was asked for.
    Success {
        /// That of the request.
        id: Option<RequestId>,
        /// The result.
        data: Option<Value>,
    },
    /// Why there is no result: of the module, or, with `fault`, of `rp` or its host.
    Error {
        /// That of the request, where it could be read.
        id: Option<RequestId>,
        /// The text for people.
        error: String,
        /// The code for programs.
        code: Option<String>,
        /// What a program may want to know beside the code.
        details: Option<Value>,
        /// Whose fault it is that the module brought no response; absent where it did.
        fault: Option<ServeFault>,
        /// How to fix it, where `fault` is given.
        help: Option<String>,
    },
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "its schema is what is used")]
enum ServeFault {
    Module,
    Host,
    Operator,
}

#[derive(JsonSchema)]
#[allow(dead_code, reason = "its schema is what is used")]
struct ServeEvent {
    /// Its name.
    event: String,
    /// What it brings.
    data: Option<Value>,
    /// The instance that emitted it, or `host`.
    from: String,
    /// The id of the message whose handler emitted it, as a trace has it, or 0.
    cause: u64,
    /// How many events before this one were dropped, since the client did not read.
    missed: Option<u64>,
}

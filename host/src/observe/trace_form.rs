//! The lines of traces and recordings that are no records of messages, as they are written. A record is a
//! [`TraceRecord`](crate::TraceRecord), to which a recording adds what the instance got meanwhile.

use rp_protocol::members;

use crate::options::grants::Grants;
use crate::recording::TRACE_VERSION;

/// The first line of a trace file, as `rp --trace` writes it and [`HostBuilder::record`](crate::HostBuilder::record) does. After it
/// comes a line for each message, a [`TraceRecord`](crate::TraceRecord), and for each instance that is loaded, a [`TraceModuleLine`].
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(inline, description = "The first line of a file.", transform = of_kind("trace"))
)]
pub struct TraceHead {
    /// The version of the format.
    #[cfg_attr(feature = "schema", schemars(extend("const" = TRACE_VERSION)))]
    pub version: u32,
    /// The version of what a recording has beyond a trace; only a recording has it.
    #[cfg_attr(feature = "schema", schemars(extend("const" = crate::recording::RECORDING_VERSION)))]
    pub recording: Option<u32>,
    /// The program that wrote it.
    pub host: TraceProgram,
    /// What `start_ns` of every record counts from: microseconds since 1970, by the system's clock.
    pub origin_us: i64,
    /// The span of another program under which the messages stand that nothing in the run caused, as W3C Trace Context writes it.
    pub traceparent: Option<String>,
    /// What was loaded when the file was begun; a line tells of each instance that is loaded later.
    pub modules: Vec<TraceModule>,
}

members! {
    writes TraceHead {
        ["rp" = "trace"]
        required version,
        optional recording,
        required host,
        required origin_us,
        optional traceparent,
        required modules,
    }
}

impl TraceHead {
    /// The version of the format.
    pub const VERSION: u32 = TRACE_VERSION;
}

/// A program, in the [head](TraceHead) of a trace.
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(inline, description = "The program that wrote it.")
)]
pub struct TraceProgram {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The number of its process.
    pub pid: u32,
}

members! { writes TraceProgram { required name, required version, required pid } }

/// An instance, in a trace.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub struct TraceModule {
    /// Its name.
    pub instance: String,
    /// The name of its module.
    pub module: String,
    /// The version of its module.
    pub version: String,
    /// The profile of its module.
    pub profile: &'static str,
}

members! { writes TraceModule { required instance, required module, required version, required profile } }

/// The line of a trace for an instance that was loaded after the file was begun.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, transform = of_kind("module")))]
pub struct TraceModuleLine<'a> {
    /// The instance.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub module: &'a TraceModule,
}

members! { writes TraceModuleLine<'a> { ["rp" = "module"] ..module, } }

/// The same in a recording, where it is about to get `init`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, transform = of_kind("module")))]
pub(crate) struct CreatedLine<'a> {
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub(crate) module: TraceModule,
    /// The SHA-256 of its module's file, in hexadecimal digits; not of one that is linked into the program.
    pub(crate) sha256: Option<String>,
    /// Its configuration.
    pub(crate) config: &'a serde_json::Value,
    /// What it was granted.
    pub(crate) grants: &'a Grants,
    /// The text of its module's manifest.
    pub(crate) manifest: &'a str,
}

members! {
    writes CreatedLine<'a> {
        ["rp" = "module"] ..module,
        optional sha256,
        required config,
        required grants,
        required manifest,
    }
}

/// The line for what a thread did that handled no message, so that nobody can say when it is to happen again.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, transform = of_kind("unplaced")))]
pub(crate) struct UnplacedLine<'a> {
    /// The instance that the thread was of.
    pub(crate) instance: &'a str,
    /// What it asked for.
    pub(crate) what: &'a str,
}

members! { writes UnplacedLine<'a> { ["rp" = "unplaced"] required instance, required what } }

/// The line for what the sender of a message got in place of a response.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, transform = of_kind("unanswered")))]
pub(crate) struct UnansweredLine<'a> {
    /// The message's id.
    pub(crate) id: u64,
    /// The code of the error response; none where the answer was no longer wanted.
    pub(crate) code: Option<&'a str>,
    /// Its text.
    pub(crate) error: Option<&'a str>,
}

members! { writes UnansweredLine<'a> { ["rp" = "unanswered"] required id, optional code, optional error } }

/// What a recording adds to the record of a message that an instance handled, and to the line of one that was created: what it got
/// meanwhile.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(inline)]
#[allow(dead_code, reason = "its schema is what is used; `Given` writes it")]
pub(crate) struct GivenForm {
    /// In a recording: the how-manieth entry into a module this was.
    turn: Option<u64>,
    /// In a recording: what the instance's clock showed, each time that it looked, in microseconds since 1970.
    now: Option<Vec<i64>>,
    /// In a recording: the random bytes that the instance got, one after the other, in hexadecimal digits.
    random: Option<String>,
    /// In a recording: how often the instance was told that the message is not cancelled before it was told that it is.
    cancelled: Option<u64>,
}

/// Adds the key that tells a line from a record, which serde writes: it is of this kind.
#[cfg(feature = "schema")]
fn of_kind(kind: &'static str) -> impl Fn(&mut schemars::Schema) {
    move |schema| {
        let rp = serde_json::json!({
            "description": "What tells this line from a record.", "type": "string", "const": kind
        });
        let fields = schema.ensure_object();
        if let Some(properties) = fields.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
            properties.insert("rp".to_owned(), rp);
        }
        if let Some(required) = fields.get_mut("required").and_then(serde_json::Value::as_array_mut) {
            required.insert(0, "rp".into());
        }
    }
}

//! What the module says about itself.

use core::ffi::CStr;

use rp_host::Error;
use rp_host::abi::rp_module;
use rp_host::unchecked::{self, UncheckedModule};
use rp_protocol::MANIFEST_MAX_BYTES;
use serde_json::{Map, Value, json};

use super::sandbox;
use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::instance::taken;
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, skip, warn};
use crate::session;
use crate::subject::{Code, Functions};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "manifest/exported",
        "rp_manifest is exported, so that tools can read it from the file",
        Rule::text("The manifest, as exported data: tools find it in the file without running code."),
        exported,
    )
    .abi(),
    Check::new(
        "manifest/same",
        "The table's manifest is the exported one",
        Rule::text("The manifest, the same text as rp_manifest"),
        same,
    )
    .abi(),
    Check::new(
        "manifest/size",
        "The manifest ends with a NUL within 64 KiB",
        Rule::text("JSON with a terminating NUL, at most 64 KiB without it."),
        size,
    )
    .abi(),
    Check::new(
        "manifest/constant",
        "The manifest is the same before and after a life of messages",
        Rule::module(6, "The table and the manifest must be constant."),
        constant,
    )
    .forms(Forms::OWN_MEMORY)
    .abi(),
    Check::new(
        "manifest/json",
        "The manifest is one JSON object",
        Rule::text("A JSON object that describes the module."),
        is_json,
    ),
    Check::new(
        "manifest/name",
        "The manifest has a name of a-z, 0-9 and -",
        Rule::text("name (a-z, 0-9 and -)"),
        name,
    ),
    Check::new(
        "manifest/version",
        "The manifest has a semantic version",
        Rule::text("version (a semantic version)"),
        version,
    ),
    Check::new(
        "manifest/protocol",
        "The manifest names a protocol of this major version",
        Rule::text("and protocol are required"),
        protocol,
    ),
    Check::new(
        "manifest/needs",
        "The manifest needs nothing that hosts do not know",
        Rule::text("A host refuses a module that needs something the host does not know."),
        needs,
    ),
    Check::new(
        "manifest/lists",
        "The optional keys of the manifest have the types that they should have",
        Rule::text(r#""requests":{"read":[],"write":[],"emit":[],"subscribe":[],"call":[]}}"#),
        lists,
    ),
    Check::new(
        "manifest/provides",
        "Queries for what the manifest provides are not answered as if the module had no queries",
        Rule::text("provides lists the entities that the module answers queries and mutations for"),
        provides,
    ),
    Check::new(
        "manifest/emits",
        "The manifest requests every event that describe names",
        Rule::text("requests lists what the module will ask for"),
        emits,
    ),
    Check::new(
        "manifest/plain-again",
        "get_module_metadata gives the same text each time, and each is freed by itself",
        Rule::plain(0, "the manifest, at most 64 KiB; owned by the module, valid until free_string gets it."),
        plain_again,
    )
    .forms(Forms::LOADER_FREES)
    .plain(),
];

/// The manifest's bytes, however the profile gives them.
fn bytes(bench: &Bench) -> Result<Vec<u8>, Stop> {
    if let Code::Loaded(module) = &bench.subject()?.code {
        return loaded_bytes(bench, module);
    }
    if bench.is_plain() { plain_bytes(bench) } else { in_table(bench) }
}

/// A host reads it from the file, and refuses a table that says otherwise; of a plain module the loader asks it.
fn loaded_bytes(bench: &Bench, module: &Result<&UncheckedModule, Error>) -> Result<Vec<u8>, Stop> {
    match module {
        Ok(module) => Ok(module.manifest_text().as_bytes().to_vec()),
        Err(_) => unchecked::manifest_bytes(&bench.file)
            .or_else(|error| skip(format!("the manifest cannot be read: {error}"))),
    }
}

fn plain_bytes(bench: &Bench) -> Result<Vec<u8>, Stop> {
    let Functions::Plain(plain) = bench.functions()? else { return skip("it has a table") };
    let Some(function) = plain.get_module_metadata else {
        return skip("the module has no get_module_metadata");
    };
    // SAFETY: the function may be called at any time; what it returns is the module's until free_string gets it.
    match unsafe { taken(function(), &plain) } {
        Some(bytes) => Ok(bytes),
        None => skip("get_module_metadata returned NULL: there is no manifest"),
    }
}

fn in_table(bench: &Bench) -> Result<Vec<u8>, Stop> {
    let table: &rp_module = bench.subject()?.table().map_err(Stop::Skip)?;
    let subject = bench.subject()?;
    let address = table.manifest as usize;
    let extent = subject.entry.and_then(|entry| subject.extent(entry as *const core::ffi::c_void));
    if table.manifest.is_null() || extent.as_ref().is_some_and(|extent| !extent.contains(&address)) {
        return blocked("the table's manifest lies outside the library; see entry/inside and manifest/size");
    }
    let room =
        extent.map_or(MANIFEST_MAX_BYTES + 1, |extent| (extent.end - address).min(MANIFEST_MAX_BYTES + 1));
    // SAFETY: the bytes up to the end of the library are mapped; without an extent the module vouches for its text.
    let bytes = unsafe { core::slice::from_raw_parts(table.manifest.cast::<u8>(), room) };
    match CStr::from_bytes_until_nul(bytes) {
        Ok(text) => Ok(text.to_bytes().to_vec()),
        Err(_) => blocked("the manifest has no end; see manifest/size"),
    }
}

fn object(bench: &Bench) -> Result<Map<String, Value>, Stop> {
    match serde_json::from_slice(&bytes(bench)?) {
        Ok(Value::Object(object)) => Ok(object),
        _ => blocked("the manifest is no JSON object; see manifest/json"),
    }
}

fn exported(bench: &Bench) -> Verdict {
    let subject = bench.subject()?;
    let code = subject.inspection.as_ref().err().map_or("", |error| error.code());
    ensure(code != "rp::load::manifest_missing", || "rp_manifest is not exported".into())
}

fn same(bench: &Bench) -> Verdict {
    let subject = bench.subject()?;
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::manifest_differs"]);
    }
    let exported = match &subject.inspection {
        Ok(inspection) => inspection.manifest_text.clone().unwrap_or_default().into_bytes(),
        Err(_) => return blocked("the exported manifest cannot be read; see the rest of this group"),
    };
    let in_table = in_table(bench)?;
    ensure(in_table == exported, || {
        let (one, other) = (crate::journal::shown(&in_table), crate::journal::shown(&exported));
        format!("the table says {one}\nand the exported one {other}")
    })
}

fn size(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::manifest_unterminated", "rp::load::table_manifest"]);
    }
    let subject = bench.subject()?;
    let table = subject.table().map_err(Stop::Skip)?;
    ensure(!table.manifest.is_null(), || "the table's manifest is NULL".into())?;
    let code = subject.inspection.as_ref().err().map_or("", |error| error.code());
    ensure(code != "rp::load::manifest_unterminated", || {
        format!("no NUL in the first {MANIFEST_MAX_BYTES} bytes of rp_manifest, nor behind them")
    })?;
    match in_table(bench) {
        Err(Stop::Skip(reason)) if reason.contains("no end") => {
            fail("the table's manifest has no NUL within 64 KiB")
        }
        other => other.map(|_| ()),
    }
}

fn constant(bench: &Bench) -> Verdict {
    let before = in_table(bench)?;
    session::whole_life(bench.create()?, &bench.init_payload());
    let after = in_table(bench)?;
    ensure(before == after, || {
        let (one, other) = (crate::journal::shown(&before), crate::journal::shown(&after));
        format!("the manifest was {one}\nand later {other}")
    })
}

fn is_json(bench: &Bench) -> Verdict {
    let bytes = bytes(bench)?;
    match core::str::from_utf8(&bytes) {
        Err(error) => fail(format!("the manifest is not UTF-8: {error}")),
        Ok(text) => match rp_protocol::is_object(text) {
            Err(fault) => fail(format!(
                "the manifest is not one JSON object ({fault}): {}",
                crate::journal::shown(&bytes)
            )),
            Ok(()) => Ok(()),
        },
    }
}

fn text_of(bench: &Bench, key: &str) -> Result<String, Stop> {
    match object(bench)?.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => fail(format!("\"{key}\" of the manifest is {other}, not a string")),
        None => fail(format!("the manifest has no \"{key}\"")),
    }
}

fn name(bench: &Bench) -> Verdict {
    let name = text_of(bench, "name")?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure(!name.is_empty() && name.bytes().all(fits), || format!("the module is named \"{name}\""))
}

fn version(bench: &Bench) -> Verdict {
    let version = text_of(bench, "version")?;
    match semver::Version::parse(&version) {
        Ok(_) => Ok(()),
        Err(error) => fail(format!("\"{version}\" is no semantic version: {error}")),
    }
}

fn protocol(bench: &Bench) -> Verdict {
    let protocol = text_of(bench, "protocol")?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = protocol.split_once('.').is_some_and(|(major, minor)| major == "1" && is_number(minor));
    ensure(fits, || format!("\"{protocol}\" is no protocol 1.x"))
}

fn needs(bench: &Bench) -> Verdict {
    let object = object(bench)?;
    let needs = object.get("needs").cloned().unwrap_or_else(|| json!([]));
    ensure(needs == json!([]), || format!("the manifest needs {needs}; no such thing is known yet"))
}

fn lists(bench: &Bench) -> Verdict {
    let object = object(bench)?;
    let is_list = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    for key in ["authors", "provides"] {
        let fits = object.get(key).is_none_or(is_list);
        ensure(fits, || format!("\"{key}\" of the manifest is {}, not an array of strings", object[key]))?;
    }
    for key in ["description", "license"] {
        let fits = object.get(key).is_none_or(Value::is_string);
        ensure(fits, || format!("\"{key}\" of the manifest is {}, not a string", object[key]))?;
    }
    let Some(requests) = object.get("requests") else { return Ok(()) };
    ensure(requests.is_object(), || format!("\"requests\" of the manifest is {requests}, not an object"))?;
    for key in ["read", "write", "emit", "subscribe", "call"] {
        let fits = requests.get(key).is_none_or(is_list);
        ensure(fits, || {
            format!("requests.{key} of the manifest is {}, not an array of strings", requests[key])
        })?;
    }
    Ok(())
}

fn provides(bench: &Bench) -> Verdict {
    let object = object(bench)?;
    let entities: Vec<_> = object.get("provides").and_then(Value::as_array).cloned().unwrap_or_default();
    if entities.is_empty() {
        return skip("the module provides no entities");
    }
    let instance = bench.ready()?;
    for entity in entities {
        let answer = instance.ask("query", &json!({"entity": entity, "limit": 1}).to_string());
        let code = answer.response()?.code.unwrap_or_default();
        ensure(!matches!(code.as_str(), "not_supported" | "unknown_type"), || {
            format!("the manifest provides {entity}, and a query for it is answered with code {code}")
        })?;
    }
    Ok(())
}

fn emits(bench: &Bench) -> Verdict {
    let object = object(bench)?;
    let events = session::events(&bench.ready()?);
    if events.is_empty() {
        return skip("the module describes no events");
    }
    let requests = object.get("requests").and_then(|requests| requests.get("emit"));
    let requested: Vec<&str> =
        requests.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    match events.iter().find(|event| !requested.iter().any(|request| covers(request, event))) {
        None => Ok(()),
        Some(event) => warn(format!(
            "the module emits {event} and does not request it, so no operator knows to grant it: add it to \"emit\" of \
             the manifest's \"requests\""
        )),
    }
}

/// Whether a request, a name or a pattern such as `place.*`, is for an event.
fn covers(request: &str, event: &str) -> bool {
    match request.strip_suffix('*') {
        Some(prefix) => event.starts_with(prefix),
        None => request == event,
    }
}

fn plain_again(bench: &Bench) -> Verdict {
    let first = plain_bytes(bench)?;
    let Functions::Plain(plain) = bench.functions()? else { return skip("it has a table") };
    let Some(function) = plain.get_module_metadata else { return skip("the module has no manifest") };
    // SAFETY: the function may be called at any time; each text is read, and freed once, before the next step.
    unsafe {
        let (one, other) = (function(), function());
        ensure(!one.is_null() && !other.is_null(), || {
            "get_module_metadata returned NULL the second time".into()
        })?;
        let texts_agree =
            CStr::from_ptr(one).to_bytes() == first && CStr::from_ptr(other).to_bytes() == first;
        (plain.free_string)(one);
        let other_text = CStr::from_ptr(other).to_bytes().to_vec();
        (plain.free_string)(other);
        ensure(texts_agree && other_text == first, || "get_module_metadata gave different texts".into())
    }
}

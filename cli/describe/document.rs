//! What a module offers, as one document: its manifest's words and its answer to `describe`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rp_host::Instance;
use rp_protocol::{Description, ModuleDescription};
use serde_json::value::RawValue;

use super::{ask, command::raw};
use crate::fault::Fault;
use crate::json::indent;
use crate::running::host::RunningHost;
use crate::running::loadable::Loadable;
use crate::running::plan::HostPlan;

/// Loads a module, asks it, and unloads it.
pub fn document(plan: HostPlan, module: &Loadable) -> Result<String, Fault> {
    let host = RunningHost::start(plan)?;
    let (instance, _) = host.load(module)?;
    let text = of_instance(&host, &instance);
    let unload_errors = host.unload_all();
    host.check_trace()?;
    let text = text?;
    match unload_errors.into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(text),
    }
}

fn of_instance(host: &RunningHost, instance: &Instance) -> Result<String, Fault> {
    let response = ask(host, instance)?;
    let malformed = |text: String| {
        Fault::data("rp::describe::malformed", format!("{}: {text}", instance.name()))
            .help("`rp check FILE --filter describe` says what a module answers to `describe`")
    };
    let data = raw(&response).and_then(|response| super::command::field(response, "data"));
    let data = data.ok_or_else(|| malformed("it answers `describe` without data".to_owned()))?;
    let description: Description<'_> = serde_json::from_str(data.get())
        .map_err(|error| malformed(format!("its answer to `describe` is none: {error}")))?;
    let manifest = instance.manifest();
    let version = manifest.version.to_string();
    let document = ModuleDescription {
        name: Cow::Borrowed(&manifest.name),
        version: Cow::Borrowed(&version),
        description: Cow::Borrowed(&manifest.description),
        commands: description.commands,
        events: description.events,
        entities: entities(data, &manifest.provides),
    };
    let text = serde_json::to_string(&document).map_err(|error| malformed(error.to_string()))?;
    Ok(indent(&text))
}

/// The entities of the manifest, and what the module says about them.
fn entities<'a>(data: &'a RawValue, provides: &'a [String]) -> BTreeMap<Cow<'a, str>, &'a RawValue> {
    let nothing: &RawValue = serde_json::from_str("{}").expect("an object");
    let described = super::command::field(data, "entities");
    let one = |name: &'a String| {
        let entity = described.and_then(|entities| super::command::field(entities, name));
        (Cow::Borrowed(name.as_str()), entity.unwrap_or(nothing))
    };
    provides.iter().map(one).collect()
}

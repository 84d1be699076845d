//! What a module offers, as one document.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::members;
use crate::payload::CommandDescription;

/// A module with all that it offers: what its manifest says of it, and its answer to `describe`. `rp describe` writes it, and
/// clients are generated from it.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModuleDescription<'a> {
    /// Name of the module.
    pub name: Cow<'a, str>,
    /// Version of the module.
    pub version: Cow<'a, str>,
    /// What it is for, in a sentence.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub description: Cow<'a, str>,
    /// The commands, in the order of the module.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub commands: Vec<CommandDescription<'a>>,
    /// The events that the module emits, by name; each an object whose `data` is a JSON Schema, if it is described.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub events: BTreeMap<Cow<'a, str>, &'a RawValue>,
    /// The entities that the module provides, by name; each an object whose `data` is a JSON Schema of the document, if it is
    /// described.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub entities: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

members! {
    ModuleDescription<'a> {
        text name,
        text version,
        text_or_empty description,
        or_empty commands,
        or_empty events,
        or_empty entities,
    }
}

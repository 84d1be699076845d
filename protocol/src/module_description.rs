//! What a module offers, as one document.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::payload::CommandDescription;

/// A module with all that it offers: what its manifest says of it, and its answer to `describe`. `rp describe` writes it, and
/// clients are generated from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModuleDescription<'a> {
    /// Name of the module.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Version of the module.
    #[serde(borrow)]
    pub version: Cow<'a, str>,
    /// What it is for, in a sentence.
    #[serde(borrow, default)]
    pub description: Cow<'a, str>,
    /// The commands, in the order of the module.
    #[serde(borrow, default)]
    pub commands: Vec<CommandDescription<'a>>,
    /// The events that the module emits, by name; each an object whose `data` is a JSON Schema, if it is described.
    #[serde(borrow, default)]
    pub events: BTreeMap<Cow<'a, str>, &'a RawValue>,
    /// The entities that the module provides, by name; each an object whose `data` is a JSON Schema of the document, if it is
    /// described.
    #[serde(borrow, default)]
    pub entities: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

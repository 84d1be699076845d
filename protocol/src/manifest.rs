//! The manifest: what a module says of itself before any of its code runs.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use semver::Version;
use serde_core::Deserialize;
use serde_json::{Map, Value};

use crate::{MANIFEST_MAX_BYTES, PROTOCOL_VERSION, is_module_name, members};

/// The entries of `needs` that this version of the protocol knows.
const KNOWN_NEEDS: &[&str] = &[];

/// A module's manifest.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// Name of the module, `[a-z0-9-]+`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub name: String,
    /// Version of the module.
    pub version: Version,
    /// The protocol that it speaks, `major.minor`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^1\\.[0-9]+$")))]
    pub protocol: String,
    /// What it is for, in a sentence.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub description: String,
    /// Who wrote it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub authors: Vec<String>,
    /// Its licence, an SPDX expression.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub license: String,
    /// Features of the host that it cannot do without.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub needs: Vec<String>,
    /// Entities that it provides to others, where the operator grants it.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub provides: Vec<String>,
    /// Capabilities that it asks for.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub requests: Requests,
    /// Every other key, kept as it is.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub other: Map<String, Value>,
}

members! {
    Manifest {
        required name,
        required version,
        required protocol,
        or_empty description,
        or_empty authors,
        or_empty license,
        or_empty needs,
        or_empty provides,
        or_empty requests;
        rest other
    }
}

/// The capabilities that a module asks for; nothing is granted by asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(default))]
pub struct Requests {
    /// Entities to read.
    pub read: Vec<String>,
    /// Entities to write.
    pub write: Vec<String>,
    /// Events to emit.
    pub emit: Vec<String>,
    /// Events to receive.
    pub subscribe: Vec<String>,
    /// Modules to call.
    pub call: Vec<String>,
}

members! { Requests { or_empty read, or_empty write, or_empty emit, or_empty subscribe, or_empty call } }

/// Why a manifest is refused.
#[derive(Debug)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is larger than [`MANIFEST_MAX_BYTES`].
    TooLarge(usize),
    /// It is not one JSON value.
    NotJson(serde_json::Error),
    /// It lacks a key, or a value has the wrong type.
    Shape(serde_json::Error),
    /// Its protocol is not of this major version.
    Protocol(String),
    /// Its name is malformed.
    Name(String),
    /// Its version is not a semantic version.
    Version {
        /// The text that was found.
        version: String,
        /// What is wrong with it.
        source: semver::Error,
    },
    /// It needs something that this host does not know.
    Needs(String),
}

impl Display for ManifestError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        use ManifestError as E;
        match self {
            E::TooLarge(len) => {
                write!(f, "the manifest has {len} bytes; at most {MANIFEST_MAX_BYTES} are allowed")
            }
            E::NotJson(error) => write!(f, "the manifest is not valid JSON: {error}"),
            E::Shape(error) => write!(f, "the manifest does not have the shape of one: {error}"),
            E::Protocol(found) => {
                write!(f, "the manifest's protocol is \"{found}\"; this host speaks {PROTOCOL_VERSION}")
            }
            E::Name(found) => {
                write!(f, "the manifest's name is \"{found}\"; a name has one or more of a-z, 0-9 and -")
            }
            E::Version { version, source } => {
                write!(f, "the manifest's version is \"{version}\", which is no semantic version: {source}")
            }
            E::Needs(what) => {
                write!(f, "the module needs \"{what}\", which this host does not have; a newer host may")
            }
        }
    }
}

impl Error for ManifestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        use ManifestError as E;
        match self {
            E::NotJson(error) | E::Shape(error) => Some(error),
            E::Version { source, .. } => Some(source),
            E::TooLarge(_) | E::Protocol(_) | E::Name(_) | E::Needs(_) => None,
        }
    }
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// Unknown keys are kept in [`other`](Self::other), so that newer modules load on older hosts; an unknown entry
    /// of `needs` is refused. The protocol is looked at first: what another major version means is unknown.
    ///
    /// ```
    /// use rp_protocol::Manifest;
    ///
    /// let text = r#"{"name":"hello","version":"1.2.0","protocol":"1.0","requests":{"read":["note"]}}"#;
    /// let manifest = Manifest::parse(text).unwrap();
    /// assert_eq!((manifest.version.minor, manifest.requests.read), (2, vec!["note".to_owned()]));
    /// ```
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        if text.len() > MANIFEST_MAX_BYTES {
            return Err(ManifestError::TooLarge(text.len()));
        }
        let protocol = read::<Protocol>(text)?.protocol;
        if !speaks_our_major(&protocol) {
            return Err(ManifestError::Protocol(protocol));
        }
        let head = read::<Head>(text)?;
        check_name(head.name)?;
        check_version(head.version)?;
        check_needs(head.needs)?;
        read(text)
    }
}

/// The part that says how to read the rest.
struct Protocol {
    protocol: String,
}

members! { Protocol { required protocol } }

/// The parts whose content is checked, before their types are.
struct Head {
    name: String,
    version: String,
    needs: Vec<String>,
}

members! { Head { required name, required version, or_empty needs } }

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ManifestError> {
    serde_json::from_str(text).map_err(|error| {
        // A typed reader stops at the first wrong type and has not seen whether the rest is JSON.
        match serde_json::from_str::<serde_core::de::IgnoredAny>(text) {
            Ok(_) => ManifestError::Shape(error),
            Err(error) => ManifestError::NotJson(error),
        }
    })
}

fn speaks_our_major(protocol: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    protocol.split_once('.').is_some_and(|(major, minor)| major == "1" && number(minor))
}

fn check_name(name: String) -> Result<(), ManifestError> {
    if is_module_name(&name) { Ok(()) } else { Err(ManifestError::Name(name)) }
}

fn check_version(version: String) -> Result<(), ManifestError> {
    match Version::parse(&version) {
        Ok(_) => Ok(()),
        Err(source) => Err(ManifestError::Version { version, source }),
    }
}

fn check_needs(needs: Vec<String>) -> Result<(), ManifestError> {
    match needs.into_iter().find(|need| !KNOWN_NEEDS.contains(&need.as_str())) {
        None => Ok(()),
        Some(need) => Err(ManifestError::Needs(need)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_manifest() {
        let text = r#"{"name":"a-1","version":"1.2.3-rc.1","protocol":"1.7","description":"d","authors":["x"],
            "license":"MIT","needs":[],"provides":["note"],"requests":{"read":["*"],"later":1},"homepage":"h"}"#;
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.name, "a-1");
        assert_eq!(manifest.version, Version::parse("1.2.3-rc.1").unwrap());
        assert_eq!(manifest.requests.read, ["*"]);
        assert_eq!(manifest.other["homepage"], "h");
        let again = Manifest::parse(&serde_json::to_string(&manifest).unwrap()).unwrap();
        assert_eq!(again, manifest);
    }

    #[test]
    fn refusals() {
        use ManifestError as E;
        let ok = |text: &str| assert!(Manifest::parse(text).is_ok(), "{text}");
        ok(r#"{"name":"a","version":"1.0.0","protocol":"1.0"}"#);
        macro_rules! refused {
            ($($text:expr => $why:pat),* $(,)?) => {$(
                let found = Manifest::parse(&$text).unwrap_err();
                assert!(matches!(found, $why), "{}: {found}", &$text[..$text.len().min(80)]);
            )*};
        }
        refused! {
            "" => E::NotJson(_),
            "{" => E::NotJson(_),
            r#"{"protocol":1,"# => E::NotJson(_),
            "[]" => E::Shape(_),
            "{}" => E::Shape(_),
            r#"{"protocol":1}"# => E::Shape(_),
            r#"{"protocol":"2.0","name":7}"# => E::Protocol(_),
            r#"{"protocol":"1"}"# => E::Protocol(_),
            r#"{"protocol":"1."}"# => E::Protocol(_),
            r#"{"protocol":"10.0"}"# => E::Protocol(_),
            r#"{"name":"","version":"1.0.0","protocol":"1.0"}"# => E::Name(_),
            r#"{"name":"A","version":"1.0.0","protocol":"1.0"}"# => E::Name(_),
            r#"{"name":"a_b","version":"1.0.0","protocol":"1.0"}"# => E::Name(_),
            r#"{"name":"a","version":"1.0","protocol":"1.0"}"# => E::Version { .. },
            r#"{"name":"a","version":"1.0.0","protocol":"1.0","needs":["gpu"]}"# => E::Needs(_),
            r#"{"name":"a","version":"1.0.0","protocol":"1.0","authors":"me"}"# => E::Shape(_),
            r#"{"name":"a","name":"b","version":"1.0.0","protocol":"1.0"}"# => E::Shape(_),
            format!(r#"{{"name":"{}"}}"#, "a".repeat(MANIFEST_MAX_BYTES)) => E::TooLarge(_),
        }
    }
}

//! Keys, and texts that are read as keys are.
use std::borrow::Cow;
use std::fmt;

use serde_core::de::{DeserializeSeed, Error, Visitor};
use serde_core::{Deserialize, Deserializer};

/// A text that is borrowed where it has no escapes.
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Key(None).deserialize(from).map(Text)
    }
}

/// Reads a key. With names it refuses every other one, there and then, so that a format can say where.
pub struct Key(pub Option<&'static [&'static str]>);

impl Key {
    fn check<E: Error>(&self, key: &str) -> Result<(), E> {
        match self.0 {
            Some(names) if !names.contains(&key) => Err(E::unknown_field(key, names)),
            _ => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        self.check(text)?;
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.check(text)?;
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        self.check(&text)?;
        Ok(Cow::Owned(text))
    }
}

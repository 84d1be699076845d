//! What a member is: how it is read, what stands for it where it is missing, and whether it is written.
use std::borrow::Cow;

use serde_core::Deserialize;
use serde_core::de::MapAccess;

use super::key::Text;
pub use super::missing::{empty, needed};
pub use super::written::{always, unless_empty};

/// A value that must be there.
pub mod required {
    pub use super::{always as is_written, needed as missing, value as read};
}
/// A text that must be there, borrowed where it can be.
pub mod text {
    pub use super::{always as is_written, borrowed as read, needed as missing};
}
/// A text that is empty where it is missing, borrowed where it can be.
pub mod text_or_empty {
    pub use super::{always as is_written, borrowed as read, empty as missing};
}
/// A list or a map that is empty where it is missing.
pub mod or_empty {
    pub use super::{always as is_written, empty as missing, value as read};
}
/// What is left out where it is empty: an option, for which `null` is as good, a list, a number, or a flag.
pub mod optional {
    pub use super::{empty as missing, unless_empty as is_written, value as read};
}
/// An option that takes a `null` for a value.
pub mod nullable {
    pub use super::{empty as missing, some as read, unless_empty as is_written};
}

/// Reads the value of a member.
pub fn value<'de, A: MapAccess<'de>, T: Deserialize<'de>>(members: &mut A) -> Result<T, A::Error> {
    members.next_value()
}

/// The same for an option.
pub fn some<'de, A: MapAccess<'de>, T: Deserialize<'de>>(members: &mut A) -> Result<Option<T>, A::Error> {
    members.next_value().map(Some)
}

/// The same for a text.
pub fn borrowed<'de: 'a, 'a, A: MapAccess<'de>>(members: &mut A) -> Result<Cow<'a, str>, A::Error> {
    members.next_value::<Text<'_>>().map(|text| text.0)
}

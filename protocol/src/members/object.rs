//! Objects, as they are read.
use std::fmt;
use std::marker::PhantomData;

use serde_core::Deserializer;
use serde_core::de::{Error, IgnoredAny, MapAccess, Visitor};

/// What [`members!`](crate::members!) says of a type that is read.
pub trait Object<'de>: Sized {
    /// Its name, for errors.
    const NAME: &'static str;
    /// Its keys.
    const KEYS: &'static [&'static str];

    /// Makes it of its members.
    fn from_members<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// Reads a whole object.
pub fn read<'de, T: Object<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_struct(T::NAME, T::KEYS, Whole(PhantomData))
}

struct Whole<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for Whole<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `write!`, which is much to compile for each type.
        out.write_str("struct ")?;
        out.write_str(T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::from_members(members)
    }
}

/// Reads a value into its place, once.
pub fn put<'de, T, A: MapAccess<'de>>(
    place: &mut Option<T>,
    key: &'static str,
    members: &mut A,
    read: impl FnOnce(&mut A) -> Result<T, A::Error>,
) -> Result<(), A::Error> {
    if place.is_some() {
        return Err(A::Error::duplicate_field(key));
    }
    *place = Some(read(members)?);
    Ok(())
}

/// What takes the members that are not named.
pub trait Rest<'de>: Default {
    /// Reads a value.
    fn take<A: MapAccess<'de>>(&mut self, key: &str, members: &mut A) -> Result<(), A::Error>;
}

impl<'de> Rest<'de> for serde_json::Map<String, serde_json::Value> {
    fn take<A: MapAccess<'de>>(&mut self, key: &str, members: &mut A) -> Result<(), A::Error> {
        self.insert(key.to_owned(), members.next_value()?);
        Ok(())
    }
}

/// An empty rest, of the type that a field has.
pub fn start<T, R: Default>(_: impl Fn(&T) -> &R) -> R {
    R::default()
}

/// Passes over the value of a key that is not named.
pub fn skip<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(drop)
}

//! The members of an object, stated once for both directions: what serde's derive would write, without the time that it
//! takes to build. Not part of the API; rp-sdk and rp-host state theirs by it too.
//!
//! ```
//! # #[derive(Debug)]
//! struct Note<'a> {
//!     text: std::borrow::Cow<'a, str>,
//!     year: Option<u64>,
//! }
//! rp_protocol::members! { Note<'a> { text text, optional year } }
//!
//! let note: Note<'_> = serde_json::from_str(r#"{"text":"x"}"#).unwrap();
//! assert_eq!(serde_json::to_string(&note).unwrap(), r#"{"text":"x"}"#);
//! let error = serde_json::from_str::<Note<'_>>("{}").unwrap_err();
//! assert_eq!(error.to_string(), "missing field `text` at line 1 column 2");
//! ```
//!
//! Each member has its kind before it, one of the modules here, and `as "key"` behind it where its key is another word. Before
//! the first one, `["key" = "word"]` is written as it is, and `..field,` stands for the members of that field. Behind the last
//! one, `; others refused` refuses keys that are not named, and `; rest field` keeps them in that field. `writes` or `reads`
//! before the name is for what is only written or read.
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

pub use serde_core;
use serde_core::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::SerializeStruct;
use serde_core::{Deserialize, Deserializer, Serializer, forward_to_deserialize_any};

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

/// What stands for a member that is missing: an error, but for a type that reads nothing as a value.
pub fn needed<'de, T: Deserialize<'de>, E: Error>(key: &'static str) -> Result<T, E> {
    T::deserialize(Missing { key, error: PhantomData })
}

/// The same, which is nothing.
pub fn empty<T: Default, E>(_: &'static str) -> Result<T, E> {
    Ok(T::default())
}

/// Whether a member is written.
pub fn always<T>(_: &T) -> bool {
    true
}

/// The same.
pub fn unless_empty(value: &impl MaybeEmpty) -> bool {
    !value.is_nothing()
}

/// What may be left out.
pub trait MaybeEmpty {
    /// Whether it is.
    fn is_nothing(&self) -> bool;
}

impl<T> MaybeEmpty for Option<T> {
    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl<T> MaybeEmpty for Vec<T> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl MaybeEmpty for u64 {
    fn is_nothing(&self) -> bool {
        *self == 0
    }
}

impl MaybeEmpty for bool {
    fn is_nothing(&self) -> bool {
        !self
    }
}

/// What [`members!`](crate::members!) says of a type that is written.
pub trait Members {
    /// Writes them into an object.
    fn write<M: SerializeStruct>(&self, object: &mut M) -> Result<(), M::Error>;
}

impl<T: Members + ?Sized> Members for &T {
    fn write<M: SerializeStruct>(&self, object: &mut M) -> Result<(), M::Error> {
        (**self).write(object)
    }
}

/// Writes a whole object.
pub fn write<T: Members + ?Sized, S: Serializer>(
    value: &T,
    name: &'static str,
    to: S,
) -> Result<S::Ok, S::Error> {
    // JSON does not ask how many there are, but for none.
    let mut object = to.serialize_struct(name, 1)?;
    value.write(&mut object)?;
    object.end()
}

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

/// What a member that is missing is read from.
struct Missing<E> {
    key: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.key))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// States the members of an object; see [`members`](mod@crate::members).
#[doc(hidden)]
#[macro_export]
macro_rules! members {
    (writes $name:ident $members:tt) => { $crate::members! { @writes $name [$name] [] $members } };
    (writes $name:ident<$life:lifetime> $members:tt) => {
        $crate::members! { @writes $name [$name<$life>] [<$life>] $members }
    };
    (writes $name:ident<$type:ident> $members:tt) => {
        $crate::members! { @writes $name [$name<$type>] [<$type: $crate::members::serde_core::Serialize>] $members }
    };
    (writes $name:ident<$life:lifetime, $type:ident> $members:tt) => {
        $crate::members! {
            @writes $name [$name<$life, $type>]
            [<$life, $type: $crate::members::serde_core::Serialize + ?Sized>] $members
        }
    };
    (reads $name:ident $members:tt) => { $crate::members! { @reads $name [$name] [<'de>] $members } };
    (reads $name:ident<$life:lifetime> $members:tt) => {
        $crate::members! { @reads $name [$name<$life>] [<'de: $life, $life>] $members }
    };
    (reads $name:ident<$type:ident> $members:tt) => {
        $crate::members! {
            @reads $name [$name<$type>] [<'de, $type: $crate::members::serde_core::Deserialize<'de>>] $members
        }
    };
    (reads $name:ident<$life:lifetime, $type:ident> $members:tt) => {
        $crate::members! {
            @reads $name [$name<$life, $type>]
            [<'de: $life, $life, $type: $crate::members::serde_core::Deserialize<'de>>] $members
        }
    };
    ($name:ident $(<$($parameter:tt),+>)? { $($members:tt)+ }) => {
        $crate::members! { writes $name $(<$($parameter),+>)? { $($members)+ } }
        $crate::members! { reads $name $(<$($parameter),+>)? { $($members)+ } }
    };
    (@writes $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $([$tag_key:literal = $tag:literal])? $(.. $flat:ident,)?
        $($kind:ident $field:ident $(as $key:literal)?),* $(,)? $(; others $others:ident)?
    }) => {
        impl $($parameters)* $crate::members::Members for $($type)* {
            fn write<M>(&self, object: &mut M) -> ::std::result::Result<(), M::Error>
            where
                M: $crate::members::serde_core::ser::SerializeStruct,
            {
                $(object.serialize_field($tag_key, $tag)?;)?
                $($crate::members::Members::write(&self.$flat, object)?;)?
                $(if $crate::members::$kind::is_written(&self.$field) {
                    object.serialize_field($crate::members!(@key $field $($key)?), &self.$field)?;
                })*
                Ok(())
            }
        }

        impl $($parameters)* $crate::members::serde_core::Serialize for $($type)* {
            fn serialize<S>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::members::serde_core::Serializer,
            {
                $crate::members::write(self, stringify!($name), to)
            }
        }
    };
    (@writes $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $($kind:ident $field:ident $(as $key:literal)?),+ $(,)?; rest $rest:ident
    }) => {
        impl $($parameters)* $crate::members::serde_core::Serialize for $($type)* {
            fn serialize<S>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::members::serde_core::Serializer,
            {
                use $crate::members::serde_core::ser::SerializeMap;

                let mut object = to.serialize_map(None)?;
                $(if $crate::members::$kind::is_written(&self.$field) {
                    object.serialize_entry($crate::members!(@key $field $($key)?), &self.$field)?;
                })+
                for (key, value) in &self.$rest {
                    object.serialize_entry(key, value)?;
                }
                object.end()
            }
        }
    };
    (@reads $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $($kind:ident $field:ident $(as $key:literal)?),+ $(,)? $(; others $others:ident)? $(; rest $rest:ident)?
    }) => {
        impl $($parameters)* $crate::members::Object<'de> for $($type)* {
            const NAME: &'static str = stringify!($name);
            const KEYS: &'static [&'static str] = &[$($crate::members!(@key $field $($key)?)),+];

            fn from_members<A>(mut members: A) -> ::std::result::Result<Self, A::Error>
            where
                A: $crate::members::serde_core::de::MapAccess<'de>,
            {
                $(let mut $field = None;)+
                $(let mut $rest = $crate::members::start(|all: &Self| &all.$rest);)?
                while let Some(key) = members.next_key_seed($crate::members!(@key_seed [$($others)?]))? {
                    match &*key {
                        $($crate::members!(@key $field $($key)?) => $crate::members::put(
                            &mut $field,
                            $crate::members!(@key $field $($key)?),
                            &mut members,
                            $crate::members::$kind::read,
                        )?,)+
                        _ => $crate::members!(@other key members [$($rest)?]),
                    }
                }
                Ok($name {
                    $($field: match $field {
                        Some(value) => value,
                        None => $crate::members::$kind::missing($crate::members!(@key $field $($key)?))?,
                    },)+
                    $($rest,)?
                })
            }
        }

        impl $($parameters)* $crate::members::serde_core::Deserialize<'de> for $($type)* {
            fn deserialize<D>(from: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::members::serde_core::Deserializer<'de>,
            {
                $crate::members::read(from)
            }
        }
    };
    (@key_seed []) => { $crate::members::Key(None) };
    (@key_seed [refused]) => { $crate::members::Key(Some(<Self as $crate::members::Object<'de>>::KEYS)) };
    (@other $key:ident $members:ident []) => { $crate::members::skip(&mut $members)? };
    (@other $key:ident $members:ident [$rest:ident]) => {
        $crate::members::Rest::take(&mut $rest, &$key, &mut $members)?
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}

//! What stands for a member that is missing.
use std::marker::PhantomData;

use serde_core::de::{Error, Visitor};
use serde_core::{Deserialize, Deserializer, forward_to_deserialize_any};

/// An error, but for a type that reads nothing as a value.
pub fn needed<'de, T: Deserialize<'de>, E: Error>(key: &'static str) -> Result<T, E> {
    T::deserialize(Missing { key, error: PhantomData })
}

/// The same, which is nothing.
pub fn empty<T: Default, E>(_: &'static str) -> Result<T, E> {
    Ok(T::default())
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

//! Makes a [`RawValue`] of text that was checked already: serde_json's own way in would check it once more.
use serde_core::de::value::{BorrowedStrDeserializer, Error, StrDeserializer};
use serde_core::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_core::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

/// The value of a text that is one JSON value, without space around it. `None` if serde_json does not take it so.
///
/// A raw value asks its format for a newtype of a name that serde_json chose, and takes a map with that name as its only
/// key and the text as its value. Any format may give it that.
// Compiled once, here: in another crate its parts would be inlined or not, depending on how many callers they have there.
#[inline(never)]
pub(crate) fn checked(text: &str) -> Option<&RawValue> {
    <&RawValue>::deserialize(Checked(text)).ok()
}

struct Checked<'de>(&'de str);

impl<'de> Deserializer<'de> for Checked<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Only { name: Some(name), text: self.0 })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A map with one entry.
struct Only<'de> {
    name: Option<&'static str>,
    text: &'de str,
}

impl<'de> MapAccess<'de> for Only<'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name = self.name.take();
        name.map(|name| seed.deserialize::<StrDeserializer<'_, Error>>(name.into_deserializer())).transpose()
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(BorrowedStrDeserializer::new(self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checked_text_becomes_the_value_itself() {
        for text in ["null", r#"{"a":[1, 2]}"#, r#""\ud800""#] {
            let value = checked(text).expect("serde_json takes it");
            assert!(std::ptr::eq(value.get(), text));
        }
    }
}

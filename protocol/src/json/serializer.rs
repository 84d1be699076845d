//! What serde hands the values to.
use std::fmt::Display;
use std::io;

use serde_core::ser::{self, Error as _, Serialize};

use super::compound::{Compound, Parts};
use super::failed::failed;
use super::text;

type Result<T = ()> = serde_json::Result<T>;

/// How a raw value, and a number of any precision, name the struct that they pretend to be; its one field is the JSON text.
const RAW_PREFIX: &str = "$serde_json::private::";

/// Writes one value.
pub(super) struct Serializer<'o, W> {
    out: &'o mut W,
    form: Form,
}

/// What a text becomes.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// A string; every other value may come too.
    Value,
    /// A string; nothing else is written as a key here.
    Key,
    /// JSON already.
    Raw,
}

impl<'o, W: io::Write> Serializer<'o, W> {
    #[inline]
    pub(super) fn new(out: &'o mut W) -> Self {
        Serializer { out, form: Form::Value }
    }

    /// A key that is no text: serde_json knows which have one.
    #[cold]
    fn put_unusual_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result {
        let text = serde_json::to_string(&OneKey(key))?;
        let key = text.strip_prefix('{').and_then(|text| text.strip_suffix(":null}"));
        self.put(key.ok_or_else(|| serde_json::Error::custom("a key without a text"))?)
    }

    /// A value that serde_json writes.
    #[inline]
    fn by_serde_json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.expect_value()?;
        serde_json::to_writer(&mut *self.out, value)
    }

    #[inline]
    fn word(&mut self, word: &str) -> Result {
        self.expect_value()?;
        self.put(word)
    }

    #[inline]
    fn expect_value(&self) -> Result {
        if self.form == Form::Value { Ok(()) } else { Err(no_text()) }
    }

    #[inline]
    fn open<'s>(&'s mut self, open: &str, close: &'static str) -> Result<Compound<'s, Serializer<'o, W>>> {
        self.word(open)?;
        Ok(Compound::new(self, close))
    }

    /// Opens an object whose one member is that of a variant.
    #[inline]
    fn open_variant<'s>(
        &'s mut self,
        variant: &'static str,
        open: &str,
        close: &'static str,
    ) -> Result<Compound<'s, Serializer<'o, W>>> {
        self.word("{")?;
        self.put_name(variant)?;
        self.put(":")?;
        self.open(open, close)
    }
}

impl<W: io::Write> Parts for Serializer<'_, W> {
    #[inline]
    fn put(&mut self, json: &str) -> Result {
        self.out.write_all(json.as_bytes()).map_err(failed)
    }

    #[inline]
    fn put_name(&mut self, name: &str) -> Result {
        text::write(self.out, name).map_err(failed)
    }

    #[inline]
    fn put_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result {
        self.form = Form::Key;
        let written = key.serialize(&mut *self);
        self.form = Form::Value;
        match written {
            // Nothing was written yet.
            Err(error) if !error.is_io() => self.put_unusual_key(key),
            written => written,
        }
    }

    #[inline]
    fn put_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(self)
    }

    fn put_raw<T: Serialize + ?Sized>(&mut self, json: &T) -> Result {
        self.form = Form::Raw;
        let written = json.serialize(&mut *self);
        self.form = Form::Value;
        written
    }
}

#[cold]
fn no_text() -> serde_json::Error {
    serde_json::Error::custom("expected a text")
}

/// A map of one key, without a value worth a look.
struct OneKey<'k, K: ?Sized>(&'k K);

impl<K: Serialize + ?Sized> Serialize for OneKey<'_, K> {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, ())])
    }
}

/// What is shown, as a text.
struct Shown<'v, T: ?Sized>(&'v T);

impl<T: Display + ?Sized> Serialize for Shown<'_, T> {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

macro_rules! numbers {
    ($($name:ident: $number:ty;)*) => {$(
        #[inline]
        fn $name(self, number: $number) -> Result {
            self.by_serde_json(&number)
        }
    )*};
}

impl<'s, 'o, W: io::Write> ser::Serializer for &'s mut Serializer<'o, W> {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeSeq = Compound<'s, Serializer<'o, W>>;
    type SerializeTuple = Compound<'s, Serializer<'o, W>>;
    type SerializeTupleStruct = Compound<'s, Serializer<'o, W>>;
    type SerializeTupleVariant = Compound<'s, Serializer<'o, W>>;
    type SerializeMap = Compound<'s, Serializer<'o, W>>;
    type SerializeStruct = Compound<'s, Serializer<'o, W>>;
    type SerializeStructVariant = Compound<'s, Serializer<'o, W>>;

    numbers! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_i128: i128;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_u128: u128;
        serialize_f32: f32;
        serialize_f64: f64;
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result {
        self.word(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result {
        match self.form {
            Form::Raw => self.put(value),
            Form::Value | Form::Key => self.put_name(value),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result {
        self.by_serde_json(value)
    }

    #[inline]
    fn serialize_none(self) -> Result {
        self.word("null")
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        self.expect_value()?;
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result {
        self.word("null")
    }

    #[inline]
    fn serialize_unit_struct(self, _name: &'static str) -> Result {
        self.word("null")
    }

    #[inline]
    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        self.word("{")?;
        self.put_name(variant)?;
        self.put(":")?;
        value.serialize(&mut *self)?;
        self.put("}")
    }

    #[inline]
    fn serialize_seq(self, _len: Option<usize>) -> Result<Self::SerializeSeq> {
        self.open("[", "]")
    }

    #[inline]
    fn serialize_tuple(self, _len: usize) -> Result<Self::SerializeTuple> {
        self.open("[", "]")
    }

    #[inline]
    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Self::SerializeTupleStruct> {
        self.open("[", "]")
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        self.open_variant(variant, "[", "]}")
    }

    #[inline]
    fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap> {
        self.open("{", "}")
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Self::SerializeStruct> {
        if name.starts_with(RAW_PREFIX) {
            self.expect_value()?;
            return Ok(Compound::raw(self));
        }
        self.open("{", "}")
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant> {
        self.open_variant(variant, "{", "}}")
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result {
        self.by_serde_json(&Shown(value))
    }
}

//! Arrays and objects, of whatever serde calls them.
use std::io;

use serde::ser::{self, Serialize};

use super::serializer::Serializer;

type Result = serde_json::Result<()>;

/// An array or an object that is being written.
pub(super) struct Compound<'s, 'o, W> {
    out: &'s mut Serializer<'o, W>,
    is_first: bool,
    /// What ends it.
    close: &'static str,
    /// Whether it only stands for a text that is JSON already.
    is_raw: bool,
}

impl<'s, 'o, W: io::Write> Compound<'s, 'o, W> {
    #[inline]
    pub(super) fn new(out: &'s mut Serializer<'o, W>, close: &'static str) -> Self {
        Compound { out, is_first: true, close, is_raw: false }
    }

    #[inline]
    pub(super) fn raw(out: &'s mut Serializer<'o, W>) -> Self {
        Compound { out, is_first: true, close: "", is_raw: true }
    }

    #[inline]
    fn next(&mut self) -> Result {
        match std::mem::replace(&mut self.is_first, false) {
            true => Ok(()),
            false => self.out.put(b","),
        }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.next()?;
        value.serialize(&mut *self.out)
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.out.put(b":")?;
        value.serialize(&mut *self.out)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        if self.is_raw {
            return self.out.put_raw(value);
        }
        self.next()?;
        self.out.put_name(name)?;
        self.value(value)
    }

    #[inline]
    fn close(self) -> Result {
        self.out.put(self.close.as_bytes())
    }
}

macro_rules! arrays {
    ($($of:ident: $element:ident;)*) => {$(
        impl<W: io::Write> ser::$of for Compound<'_, '_, W> {
            type Ok = ();
            type Error = serde_json::Error;

            #[inline]
            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result {
                self.close()
            }
        }
    )*};
}

arrays! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

macro_rules! objects {
    ($($of:ident),*) => {$(
        impl<W: io::Write> ser::$of for Compound<'_, '_, W> {
            type Ok = ();
            type Error = serde_json::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
                self.field(name, value)
            }

            #[inline]
            fn end(self) -> Result {
                self.close()
            }
        }
    )*};
}

objects!(SerializeStruct, SerializeStructVariant);

impl<W: io::Write> ser::SerializeMap for Compound<'_, '_, W> {
    type Ok = ();
    type Error = serde_json::Error;

    #[inline]
    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result {
        self.next()?;
        self.out.put_key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.value(value)
    }

    #[inline]
    fn end(self) -> Result {
        self.close()
    }
}

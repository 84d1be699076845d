//! Arrays and objects, of whatever serde calls them.
use serde_core::ser::{self, Serialize};

type Result = serde_json::Result<()>;

/// What writes the parts.
pub(super) trait Parts {
    /// Writes JSON as it is.
    fn put(&mut self, json: &str) -> Result;
    /// Writes a name, such as that of a field.
    fn put_name(&mut self, name: &str) -> Result;
    /// Writes the key of a map.
    fn put_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result;
    /// Writes a value.
    fn put_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result;
    /// Writes a text that is JSON already.
    fn put_raw<T: Serialize + ?Sized>(&mut self, json: &T) -> Result;
}

/// An array or an object that is being written.
pub(super) struct Compound<'s, P> {
    out: &'s mut P,
    is_first: bool,
    /// What ends it.
    close: &'static str,
    /// Whether it only stands for a text that is JSON already.
    is_raw: bool,
}

impl<'s, P: Parts> Compound<'s, P> {
    #[inline]
    pub(super) fn new(out: &'s mut P, close: &'static str) -> Self {
        Compound { out, is_first: true, close, is_raw: false }
    }

    #[inline]
    pub(super) fn raw(out: &'s mut P) -> Self {
        Compound { out, is_first: true, close: "", is_raw: true }
    }

    #[inline]
    fn next(&mut self) -> Result {
        match std::mem::replace(&mut self.is_first, false) {
            true => Ok(()),
            false => self.out.put(","),
        }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.next()?;
        self.out.put_value(value)
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.out.put(":")?;
        self.out.put_value(value)
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
        self.out.put(self.close)
    }
}

macro_rules! arrays {
    ($($of:ident: $element:ident;)*) => {$(
        impl<P: Parts> ser::$of for Compound<'_, P> {
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
        impl<P: Parts> ser::$of for Compound<'_, P> {
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

impl<P: Parts> ser::SerializeMap for Compound<'_, P> {
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

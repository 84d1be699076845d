//! Objects, as they are written.
use serde_core::Serializer;
use serde_core::ser::SerializeStruct;

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

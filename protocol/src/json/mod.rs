//! Writes values of serde as JSON: byte for byte what serde_json writes, its texts by blocks instead of byte by byte.
//!
//! Numbers, and whatever is rare, serde_json writes.
mod compound;
mod failed;
mod serializer;
mod text;

use std::io;

use serde_core::Serialize;

use serializer::Serializer;

/// Writes a value as JSON without space, as serde_json does; texts take a fraction of the time.
///
/// Errors are those of serde_json. After one, `out` holds a part of the value.
///
/// ```
/// let mut out = Vec::new();
/// rp_protocol::to_writer(&mut out, &("Ann \"Nan\" Smith", 1823)).unwrap();
/// assert_eq!(out, br#"["Ann \"Nan\" Smith",1823]"#);
/// ```
///
/// # Errors
/// If `out` fails, if the value does, or if a key of a map has no form as a text.
#[inline]
pub fn to_writer<T>(mut out: impl io::Write, value: &T) -> serde_json::Result<()>
where
    T: Serialize + ?Sized,
{
    value.serialize(&mut Serializer::new(&mut out))
}

/// Writes a part of a JSON text.
#[inline]
pub(crate) fn put(out: &mut impl io::Write, json: &str) -> serde_json::Result<()> {
    out.write_all(json.as_bytes()).map_err(failed::failed)
}

#[cfg(test)]
mod tests;

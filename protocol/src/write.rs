//! Writes responses in the protocol's order of keys, without a space.
use std::io;

use serde_core::Serialize;
use serde_json::value::RawValue;

use crate::json;
use crate::response::SUCCESS_START;

/// Writes `{"status":"success","data":…}`.
///
/// After an error `out` holds a part of the response: go back to where it was.
///
/// ```
/// let mut out = Vec::new();
/// rp_protocol::write_success(&mut out, &[1, 2]).unwrap();
/// assert_eq!(out, br#"{"status":"success","data":[1,2]}"#);
/// ```
pub fn write_success<T>(mut out: impl io::Write, data: &T) -> serde_json::Result<()>
where
    T: Serialize + ?Sized,
{
    json::put(&mut out, SUCCESS_START)?;
    json::to_writer(&mut out, data)?;
    json::put(&mut out, "}")
}

/// Writes `{"status":"error","error":…,"code":…,"details":…}`, the last key only where there are details.
///
/// After an error, which only `out` can cause, `out` holds a part of the response: go back to where it was.
///
/// ```
/// let mut out = Vec::new();
/// rp_protocol::write_error(&mut out, "not_found", "there is no log 7", None).unwrap();
/// assert_eq!(out, br#"{"status":"error","error":"there is no log 7","code":"not_found"}"#);
/// ```
pub fn write_error(
    mut out: impl io::Write,
    code: &str,
    error: &str,
    details: Option<&RawValue>,
) -> serde_json::Result<()> {
    json::put(&mut out, r#"{"status":"error","error":"#)?;
    json::to_writer(&mut out, error)?;
    json::put(&mut out, r#","code":"#)?;
    json::to_writer(&mut out, code)?;
    if let Some(details) = details {
        json::put(&mut out, r#","details":"#)?;
        json::put(&mut out, details.get())?;
    }
    json::put(&mut out, "}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    fn text(write: impl Fn(&mut Vec<u8>) -> serde_json::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn keys_come_in_order() {
        let details = RawValue::from_string("{\"n\": 1}".to_owned()).unwrap();
        let success = text(|out| write_success(out, &[1, 2]));
        let plain = text(|out| write_error(out, code::NOT_FOUND, "no \"x\"", None));
        let full = text(|out| write_error(out, "own", "é", Some(&details)));
        assert_eq!(success, r#"{"status":"success","data":[1,2]}"#);
        assert_eq!(plain, r#"{"status":"error","error":"no \"x\"","code":"not_found"}"#);
        assert_eq!(full, r#"{"status":"error","error":"é","code":"own","details":{"n": 1}}"#);
    }
}

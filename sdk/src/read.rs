//! Reads JSON into types of serde; an error names the place.
use rp_protocol::ReadFault;
use serde_core::Deserialize;
use serde_core::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::Error;

/// Reads a value. The error names the place: `documents[0].citation: expected a string`; its details have it as `path`.
pub(crate) fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Error> {
    rp_protocol::read(json).map_err(refusal)
}

/// Reads a value that stands at a place of the whole.
pub(crate) fn read_at<'a, T: Deserialize<'a>>(place: &str, json: &'a str) -> Result<T, Error> {
    rp_protocol::read(json).map_err(|fault| refusal(fault.within(place)))
}

/// Reads the data of a response. `()` is what `{}` says: nothing.
pub(crate) fn read_data<T: DeserializeOwned>(data: Option<&RawValue>) -> Result<T, serde_json::Error> {
    let data = data.map_or("{}", RawValue::get);
    serde_json::from_str(data).or_else(|error| match data {
        "{}" => serde_json::from_str("null").map_err(|_| error),
        _ => Err(error),
    })
}

#[cold]
fn refusal(fault: ReadFault) -> Error {
    match fault.is_json {
        true => Error::at(&fault.path, &fault.text),
        false => Error::new(fault.code(), &fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_in_the_details() {
        let error = read::<Vec<String>>(r#"["x",1]"#).unwrap_err();
        assert_eq!((error.code(), error.text()), ("invalid_payload", "[1]: expected a string"));
        assert_eq!(error.details().unwrap().get(), r#"{"path":"[1]"}"#);
        let error = read_at::<Vec<String>>("data", r#"["x",1]"#).unwrap_err();
        assert_eq!(error.details().unwrap().get(), r#"{"path":"data[1]"}"#);
    }
}

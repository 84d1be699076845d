//! JSON that passes through.
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON object kept as it arrived, byte for byte: numbers, order of keys and spaces stay what they were.
///
/// ```
/// let metadata: rp_sdk::RawObject = serde_json::from_str(r#"{"film": 12.50e0}"#).unwrap();
/// assert_eq!(metadata.as_str(), r#"{"film": 12.50e0}"#);
/// ```
#[derive(Clone, Debug)]
pub struct RawObject(Box<RawValue>);

impl RawObject {
    /// The text, which begins with `{`.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl Default for RawObject {
    fn default() -> Self {
        RawObject(RawValue::from_string("{}".to_owned()).expect("{} is JSON"))
    }
}

impl Serialize for RawObject {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let value = Box::<RawValue>::deserialize(json)?;
        match value.get().starts_with('{') {
            true => Ok(RawObject(value)),
            false => Err(serde_core::de::Error::custom("expected an object")),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RawObject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RawObject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}

#[cfg(test)]
mod tests {
    use super::RawObject;

    #[test]
    fn an_object_stays_as_it_is() {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Args {
            data: RawObject,
        }
        let text = r#"{"data":{"b" : 1.0,"a":[] }}"#;
        let args: Args = crate::read::read(text).unwrap();
        assert_eq!(args.data.as_str(), r#"{"b" : 1.0,"a":[] }"#);
        assert_eq!(serde_json::to_string(&args).unwrap(), text);
        let error = crate::read::read::<Args>(r#"{"data":[]}"#).err().unwrap();
        assert_eq!(error.text(), "data: expected an object");
        assert_eq!(RawObject::default().as_str(), "{}");
    }
}

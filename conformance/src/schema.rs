//! What a JSON Schema accepts, as far as a module's description needs it.

use serde_json::Value;

/// Whether there are objects that fit a schema. Keywords that are not known here are ignored, and null, which is no
/// schema, forbids nothing.
pub(crate) fn takes_objects(schema: &Value) -> bool {
    let Some(keys) = schema.as_object() else { return *schema != Value::Bool(false) };
    let holds = |key: &str, fits: &dyn Fn(&Value) -> bool| keys.get(key).is_none_or(fits);
    let some = |key: &str| holds(key, &|all| all.as_array().is_none_or(|all| all.iter().any(takes_objects)));
    holds("type", &|named| *named == "object" || has(named, |one| one == "object"))
        && holds("enum", &|values| has(values, Value::is_object))
        && holds("const", &Value::is_object)
        && some("anyOf")
        && some("oneOf")
        && holds("allOf", &|all| all.as_array().is_none_or(|all| all.iter().all(takes_objects)))
}

fn has(list: &Value, is_meant: impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(is_meant))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::takes_objects;

    #[test]
    fn schemas_of_objects_and_others() {
        for schema in [
            json!({}),
            json!(true),
            json!({"type": "object"}),
            json!({"type": ["object", "null"]}),
            json!({"properties": {}}),
            json!({"$ref": "#/$defs/a"}),
            json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
            json!({"enum": [1, {"a": 1}]}),
        ] {
            assert!(takes_objects(&schema), "{schema}");
        }
        for schema in [
            json!(false),
            json!({"type": "string"}),
            json!({"type": ["array", "null"]}),
            json!({"enum": ["a", "b"], "type": "string"}),
            json!({"enum": ["a"]}),
            json!({"const": 7}),
            json!({"oneOf": [{"type": "string"}, {"type": "array"}]}),
            json!({"allOf": [{"type": "object"}, {"type": "array"}]}),
        ] {
            assert!(!takes_objects(&schema), "{schema}");
        }
    }
}

//! What the types of the SDK take and refuse, word for word: `objects.txt` has a line for each text.
#[path = "../../protocol/tests/verdicts/mod.rs"]
mod verdicts;

use rp_sdk::{Changed, Entities, Entity, Included};
use serde_json::Value;

use verdicts::{compare, object, verdicts};

const ENTITY: &[(&str, &str)] =
    &[("id", "\"1\""), ("version", "2"), ("created_us", "-3"), ("modified_us", "4"), ("data", "{\"n\":1.0}")];

#[test]
fn objects_are_read_as_they_always_were() {
    let included = [&[("entity", "\"n\"")], ENTITY].concat();
    let entities = format!("[{}]", object(&verdicts::members(ENTITY)));
    let others = format!("[{}]", object(&verdicts::members(&included)));
    let mut found = String::new();
    let out = &mut found;
    verdicts::<Entity<Value>>(out, "Entity", ENTITY);
    verdicts::<Entity<Option<bool>>>(out, "Entity<Option>", &[&ENTITY[..4], &[("data", "true")]].concat());
    verdicts::<Included>(out, "Included", &included);
    let all = [("entities", entities.as_str()), ("count", "5"), ("included", &others)];
    verdicts::<Entities<Entity<Value>>>(out, "Entities", &all);
    verdicts::<Changed>(out, "Changed", &[("id", "\"1\""), ("version", "2")]);
    compare(out, "objects.txt");
}

//! What the types of the host that need no feature take and refuse, word for word: `objects.txt` has a line for each text.
#[path = "../../protocol/tests/verdicts/mod.rs"]
mod verdicts;

use rp_host::Grants;
use rp_host::store::Changed;

use verdicts::{compare, verdicts};

#[test]
fn objects_are_read_as_they_always_were() {
    const GRANTS: &[(&str, &str)] = &[
        ("read", "[\"a\"]"),
        ("write", "[\"b\"]"),
        ("emit", "[\"c\"]"),
        ("subscribe", "[\"d\"]"),
        ("call", "[\"e\"]"),
        ("provide", "[\"f\"]"),
    ];
    let mut found = String::new();
    verdicts::<Grants>(&mut found, "Grants", GRANTS);
    verdicts::<Changed>(&mut found, "Changed", &[("id", "\"1\""), ("version", "2")]);
    compare(&found, "objects.txt");
}

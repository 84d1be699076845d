//! WebAssembly under a handle that stays: new code for an instance, and a new start after its death.

use rp_host::{Host, Instance, LoadOptions, Restart};
use serde_json::{Value, json};

use crate::hostile::{CASES, GOOD};
use support::built;

fn call(instance: &Instance) -> Result<Value, rp_host::Error> {
    instance.command("x", &json!({}))
}

#[test]
fn replaced_and_restarted() {
    let (_keep, dir) = support::temporary();
    let file = |name: &str| {
        let case = CASES.iter().chain([&GOOD]).find(|case| case.name == name).unwrap();
        let path = format!("{dir}/{}.wasm", name.replace(' ', "-"));
        std::fs::write(&path, case.binary()).unwrap();
        path
    };
    let host = Host::new();
    let options = LoadOptions::new().restart(Restart::default());
    let one = host.load_wasm(file("good"), options).unwrap();
    call(&one).unwrap();
    let native = host.replace(one.name(), built("test_minimal")).unwrap_err();
    assert_eq!(native.code(), "rp::load::not_wasm", "what was loaded as WebAssembly stays that");
    call(&one).unwrap();
    host.replace(one.name(), file("unreachable")).unwrap();
    for death in ["the first", "the second, of the instance that was started at once"] {
        assert_eq!(call(&one).unwrap_err().code(), "rp::call::trap", "{death}");
    }
    assert_eq!(call(&one).unwrap_err().code(), "rp::call::unavailable", "a pause");
    // The place of a dead one can be taken, too.
    host.replace(one.name(), file("good")).unwrap();
    call(&one).unwrap();
}

//! The contract against bindgen's reading of the header, `sdk/src/abi.rs`, which libclang made.

use super::form::{Contract, Type};
use super::{docs, read, recorded, types};
use crate::source::{Abi, parse};

/// A line for each type, field and constant: its types and values, and for fields and types their text.
fn of_bindgen(abi: &Abi) -> Vec<String> {
    let mut lines = vec![];
    for item in &abi.constants {
        let of = types::of_rust(&syn::parse_str(&item.rust_type).expect("a type"));
        lines.push(format!("{} {of:?} {}", item.name, item.value));
    }
    for item in &abi.aliases {
        lines.push(format!("{} {:?} {}", item.name, types::of_rust(&item.rust_type), docs::text(&item.docs)));
    }
    for item in &abi.structs {
        lines.push(format!("{} {}", item.name, docs::text(&item.docs)));
        for field in &item.fields {
            let of = types::of_rust(&field.rust_type);
            lines.push(format!("{}.{} {of:?}", item.name, field.name));
        }
    }
    lines
}

/// The same of the contract.
fn of_contract(contract: &Contract) -> Vec<String> {
    let mut lines = vec![];
    for item in &contract.constants {
        lines.push(format!("{} {:?} {}", item.name, item.of, item.value));
    }
    for item in &contract.aliases {
        lines.push(format!("{} {:?} {}", item.name, item.of, item.doc));
    }
    for item in &contract.structs {
        lines.push(format!("{} {}", item.name, item.doc));
        for field in &item.fields {
            lines.push(format!("{}.{} {:?}", item.name, field.name, without_texts(&field.of)));
        }
    }
    lines
}

/// The types alone, as bindgen has them.
fn without_texts(of: &Type) -> Type {
    let Type::Function { signature } = of else { return of.clone() };
    let parameters =
        signature.parameters.iter().map(|one| types::parameter(one.name.clone(), one.of.clone()));
    let signature = types::signature(parameters.collect(), signature.returns.of.clone());
    Type::Function { signature: Box::new(signature) }
}

/// What only one of the two says.
fn differences(contract: &Contract) -> Vec<String> {
    let bindgen = of_bindgen(&parse(&read("sdk/src/abi.rs")));
    let contract = of_contract(contract);
    let gone = bindgen.iter().filter(|line| !contract.contains(line)).map(|line| format!("bindgen: {line}"));
    let own = contract.iter().filter(|line| !bindgen.contains(line)).map(|line| format!("contract: {line}"));
    gone.chain(own).collect()
}

#[test]
fn bindgen_reads_the_same_from_the_header() {
    let contract = recorded();
    assert_eq!(differences(&contract), [""; 0]);
    assert!(of_contract(&contract).len() > 40);
}

#[test]
fn bindgen_notices_what_is_wrong() {
    let text = serde_json::to_string(&recorded()).expect("JSON");
    let changes = [
        (
            r#""name":"RP_ERR_PANIC","group":"status","type":{"kind":"primitive","name":"int32_t"},"value":3"#,
            r#""value":3"#,
            r#""value":7"#,
        ),
        (r#""name":"additional","type":{"kind":"primitive","name":"size_t"}"#, "size_t", "uint32_t"),
        (r#""name":"message","type":{"kind":"pointer","constant":true"#, "true", "false"),
        (r#""name":"manifest","type":{"kind":"pointer","constant":true"#, "true", "false"),
    ];
    for (place, from, to) in changes {
        assert!(text.contains(place), "{place}");
        let wrong = text.replacen(place, &place.replacen(from, to, 1), 1);
        let wrong: Contract = serde_json::from_str(&wrong).expect("a contract");
        assert!(!differences(&wrong).is_empty(), "{place}");
    }
}

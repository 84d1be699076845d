//! Makes `spec/abi/rp_module.json`, the contract as data, of `host/src/abi.rs` and of the header's text.
//!
//! Two others read the header and must agree with it: bindgen (`bindgen.rs`), and gcc on both pointer widths (`compilers.rs`).

mod bindgen;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod compilers;
mod docs;
pub mod form;
mod texts;
mod types;

use crate::layout::{BITS_32, BITS_32_WIDE, BITS_64, Platform, layout};
use crate::source::{self, Abi};
use crate::{sizes, symbols};
use form::{Alias, Bytes, Constant, Contract, Definer, Field, Function, Group, Primitive, Struct, Type};
use support::root;

/// The text of the file.
pub fn json(abi: &Abi, header: &str) -> String {
    serde_json::to_string_pretty(&contract(abi, header)).expect("JSON") + "\n"
}

fn contract(abi: &Abi, header: &str) -> Contract {
    let version =
        abi.constants.iter().find(|constant| constant.name == "RP_ABI_VERSION").expect("it is there");
    Contract {
        header: "rp_module.h".into(),
        abi_version: version.value,
        protocol_version: rp_protocol::PROTOCOL_VERSION.into(),
        primitives: primitives(),
        aliases: abi.aliases.iter().map(alias).collect(),
        structs: abi.structs.iter().map(|item| structure(abi, item)).collect(),
        constants: abi.constants.iter().map(constant).collect(),
        functions: abi.functions.iter().map(entry).chain(texts::functions(header)).collect(),
        data: texts::data(header),
        macros: texts::macros(header),
        rules: texts::rules(header),
        tags: texts::tags(header),
        message_types: rp_protocol::message_type::ALL.iter().map(ToString::to_string).collect(),
        sections: texts::sections(header),
    }
}

/// A number that depends on the platform.
fn bytes(of: impl Fn(Platform) -> usize) -> Bytes {
    Bytes { bits_64: of(BITS_64), bits_32: of(BITS_32), bits_32_wide: of(BITS_32_WIDE) }
}

fn since(symbol: &str) -> String {
    symbols::versions().remove(symbol).unwrap_or_else(|| panic!("spec/abi/symbols.txt lacks {symbol}"))
}

fn primitives() -> Vec<Primitive> {
    let names = ["char", "int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "data_pointer"];
    let primitive = |name: &str| {
        let row = |platform| {
            let types = sizes::basic_types(platform);
            *types.iter().find(|(known, ..)| *known == name).expect("a type that is measured")
        };
        let signed = name.ends_with("_t").then(|| name.starts_with("int"));
        let (size, align) = (bytes(|platform| row(platform).1), bytes(|platform| row(platform).2));
        Primitive { name: name.trim_start_matches("data_").to_owned(), size, align, signed }
    };
    names.map(primitive).into()
}

fn alias(item: &source::Alias) -> Alias {
    Alias {
        name: item.name.clone(),
        of: types::of_rust(&item.rust_type),
        since: since(&format!("type {}", item.name)),
        doc: docs::text(&item.docs),
    }
}

fn structure(abi: &Abi, item: &source::Struct) -> Struct {
    let of = |platform| layout(abi, item, platform);
    let doc = docs::text(&item.docs);
    Struct {
        name: item.name.clone(),
        size: bytes(|platform| of(platform).size),
        align: bytes(|platform| of(platform).align),
        fields: (0..item.fields.len()).map(|at| field(abi, item, at)).collect(),
        ownership: docs::ownership_of_struct(&doc),
        since: since(&format!("type {}", item.name)),
        doc,
    }
}

fn field(abi: &Abi, item: &source::Struct, at: usize) -> Field {
    let field = &item.fields[at];
    let place = |platform| layout(abi, item, platform).fields.swap_remove(at);
    let mut of = types::of_rust(&field.rust_type);
    let doc = match &mut of {
        Type::Function { signature } => docs::explain(&field.docs, signature),
        _ => docs::text(&field.docs),
    };
    Field {
        name: field.name.clone(),
        nullable: matches!(of, Type::Pointer { .. }).then(|| docs::is_nullable(&doc)),
        of,
        offset: bytes(|platform| place(platform).offset),
        size: bytes(|platform| place(platform).size),
        since: since(&format!("field {}.{}", item.name, field.name)),
        doc,
    }
}

fn constant(item: &source::Constant) -> Constant {
    let groups =
        [("RP_ABI_", Group::Version), ("RP_LOG_", Group::LogLevel), ("RP_CONCURRENT", Group::ModuleFlag)];
    let group = groups.iter().find(|(start, _)| item.name.starts_with(start));
    Constant {
        name: item.name.clone(),
        group: group.map_or(Group::Status, |(_, group)| *group),
        of: types::of_rust(&syn::parse_str(&item.rust_type).expect("a type")),
        value: item.value,
        since: since(&format!("constant {}", item.name)),
        doc: docs::text(&item.docs),
    }
}

/// A function of `host/src/abi.rs`: the entry.
fn entry(item: &source::Function) -> Function {
    let mut signature = types::signature(vec![], types::result(&item.signature.output));
    let doc = docs::explain(&item.docs, &mut signature);
    let since = since(&format!("function {}", item.name));
    Function { name: item.name.clone(), defined_by: Definer::Module, signature, since, doc }
}

/// A file of the repository, as it is now: `./dev header` may just have written it.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is checked in.
fn recorded() -> Contract {
    serde_json::from_str(&read("spec/abi/rp_module.json")).expect("the form of a contract")
}

/// All signatures, with the name of each.
fn signatures(contract: &Contract) -> Vec<(String, &form::Signature)> {
    let fields = contract.structs.iter().flat_map(|item| item.fields.iter().map(move |field| (item, field)));
    let fields = fields.filter_map(|(item, field)| match &field.of {
        Type::Function { signature } => Some((format!("{}.{}", item.name, field.name), &**signature)),
        _ => None,
    });
    fields.chain(contract.functions.iter().map(|item| (item.name.clone(), &item.signature))).collect()
}

#[test]
fn every_symbol_has_its_place_and_its_text() {
    let contract = recorded();
    let mut found: Vec<(String, &str)> = vec![];
    for item in &contract.structs {
        found.push((format!("type {}", item.name), &item.doc));
        found.extend(
            item.fields.iter().map(|field| (format!("field {}.{}", item.name, field.name), &*field.doc)),
        );
    }
    found.extend(contract.aliases.iter().map(|item| (format!("type {}", item.name), &*item.doc)));
    found.extend(contract.constants.iter().map(|item| (format!("constant {}", item.name), &*item.doc)));
    found.extend(contract.functions.iter().map(|item| (format!("function {}", item.name), &*item.doc)));
    found.extend(contract.data.iter().map(|item| (format!("data {}", item.name), &*item.doc)));
    let kind = |is_option| if is_option { "option" } else { "macro" };
    found.extend(
        contract.macros.iter().map(|item| (format!("{} {}", kind(item.is_option), item.name), &*item.doc)),
    );
    found.sort();
    let without: Vec<_> =
        found.iter().filter(|(_, doc)| doc.is_empty() || doc.contains("Since ABI")).collect();
    assert!(without.is_empty(), "without a text, or with its label in it: {without:?}");
    let symbols: Vec<_> = found.into_iter().map(|(symbol, _)| symbol).collect();
    assert_eq!(symbols, symbols::versions().into_keys().collect::<Vec<_>>());
}

#[test]
fn rules_and_tags_are_all_there_and_explained() {
    let contract = recorded();
    let numbers: Vec<_> = contract.rules.iter().map(|rule| rule.number).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
    assert!(
        contract.rules.iter().all(|rule| rule.text.len() > 60 && rule.title.len() < 20),
        "{:?}",
        contract.rules
    );
    let known: Vec<_> = contract.tags.iter().map(|tag| &*tag.name).collect();
    for (name, signature) in signatures(&contract) {
        assert!(!signature.tags.is_empty(), "{name} has no tag");
        assert!(signature.tags.iter().all(|tag| known.contains(&&**tag)), "{name}: {:?}", signature.tags);
        assert!(
            signature.parameters.iter().all(|parameter| !parameter.doc.is_empty()),
            "{name}: {signature:?}"
        );
        assert_eq!(
            signature.returns.of == Type::Void,
            signature.returns.doc.is_empty(),
            "{name}: {signature:?}"
        );
    }
}

/// What a generator for a language with optional pointers must know, and no compiler can tell it.
#[test]
fn what_may_be_null_is_known() {
    let contract = recorded();
    let of_parameter = |name: &str, one: &form::Parameter| {
        (one.ownership.nullable == Some(true)).then(|| format!("{name}({})", one.name))
    };
    let mut found = vec![];
    for (name, signature) in signatures(&contract) {
        found.extend(signature.parameters.iter().filter_map(|one| of_parameter(&name, one)));
        found.extend((signature.returns.ownership.nullable == Some(true)).then(|| format!("{name}()")));
    }
    for item in &contract.structs {
        let fields = item.fields.iter().filter(|field| field.nullable == Some(true));
        found.extend(fields.map(|field| format!("{}.{}", item.name, field.name)));
    }
    let expected = [
        "rp_host.random(data)",
        "rp_module.create()",
        "rp_alloc()",
        "rp_reply_write(text)",
        "rp_reply.context",
        "rp_reply.data",
        "rp_host.context",
    ];
    assert_eq!(found, expected);
}

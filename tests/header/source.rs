//! What `host/src/abi.rs` declares, read with syn: the one home of every name, type and comment.

use std::fs;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Signature, Type, Visibility};

use support::root;

/// Every public item of the ABI, in the order of the file.
pub struct Abi {
    pub constants: Vec<Constant>,
    pub aliases: Vec<Alias>,
    pub structs: Vec<Struct>,
    pub functions: Vec<Function>,
}

pub struct Constant {
    pub name: String,
    /// `u32` or `i32`.
    pub rust_type: String,
    pub value: i64,
    /// The comment's lines, as written behind `///`.
    pub docs: Vec<String>,
}

pub struct Alias {
    pub name: String,
    pub rust_type: Type,
    pub docs: Vec<String>,
}

pub struct Struct {
    pub name: String,
    pub fields: Vec<Field>,
    pub docs: Vec<String>,
}

pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub rust_type: Type,
    pub docs: Vec<String>,
}

pub struct Function {
    pub name: String,
    pub signature: Signature,
    pub docs: Vec<String>,
}

/// What a field's layout depends on.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    U32,
    U64,
    /// A pointer, a function pointer or a `usize`.
    Pointer,
    Struct(String),
}

/// Reads the source of the ABI.
pub fn read() -> Abi {
    let path = root().join("host/src/abi.rs");
    parse(&fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// Reads `host/src/abi.rs`, or bindgen's reading of the header.
pub fn parse(text: &str) -> Abi {
    let file = syn::parse_file(text).expect("an ABI in Rust");
    let mut abi = Abi { constants: vec![], aliases: vec![], structs: vec![], functions: vec![] };
    for item in file.items {
        match item {
            Item::Const(item) if is_public(&item.vis) => abi.constants.push(Constant {
                name: item.ident.to_string(),
                rust_type: type_name(&item.ty),
                value: integer(&item.expr),
                docs: docs(&item.attrs),
            }),
            Item::Type(item) if is_public(&item.vis) => abi.aliases.push(Alias {
                name: item.ident.to_string(),
                docs: docs(&item.attrs),
                rust_type: *item.ty,
            }),
            Item::Struct(item) if is_public(&item.vis) => abi.structs.push(Struct {
                name: item.ident.to_string(),
                docs: docs(&item.attrs),
                fields: fields(item.fields),
            }),
            Item::Fn(item) if is_public(&item.vis) => abi.functions.push(Function {
                name: item.sig.ident.to_string(),
                docs: docs(&item.attrs),
                signature: item.sig,
            }),
            Item::Use(_) => {}
            // The asserts of the layout.
            Item::Const(item) if item.ident == "_" => {}
            other => panic!("the ABI holds an item that this test does not know: {other:?}"),
        }
    }
    abi
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn fields(fields: Fields) -> Vec<Field> {
    fields
        .into_iter()
        .map(|field| {
            let name = field.ident.expect("ABI structs have named fields").to_string();
            Field {
                name: name.trim_start_matches("r#").to_owned(),
                kind: kind(&field.ty),
                docs: docs(&field.attrs),
                rust_type: field.ty,
            }
        })
        .collect()
}

fn kind(ty: &Type) -> Kind {
    if matches!(ty, Type::Ptr(_)) {
        return Kind::Pointer;
    }
    match type_name(ty).as_str() {
        "u32" => Kind::U32,
        "u64" => Kind::U64,
        "usize" | "Option" => Kind::Pointer,
        name => Kind::Struct(name.to_owned()),
    }
}

/// The last segment of a path: `Option` of `Option<fn()>`.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().expect("a path has a segment").ident.to_string(),
        _ => panic!("an ABI type that this test does not know"),
    }
}

fn integer(value: &Expr) -> i64 {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().expect("an i64"),
            _ => panic!("an ABI constant that is no integer"),
        },
        _ => panic!("an ABI constant that this test cannot read"),
    }
}

fn docs(attributes: &[Attribute]) -> Vec<String> {
    attributes.iter().filter_map(doc_line).collect()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(value) = &meta.value else { return None };
    match &value.lit {
        Lit::Str(text) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

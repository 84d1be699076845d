//! Types as data: from Rust, and from the few prototypes that only the header has.

use syn::{GenericArgument, PathArguments, ReturnType};

use super::form::{Ownership, Parameter, Returned, Signature, Type};
use crate::source::type_name;

/// The types of C by their names in Rust.
const PRIMITIVES: [(&str, &str); 6] = [
    ("c_char", "char"),
    ("i32", "int32_t"),
    ("u32", "uint32_t"),
    ("i64", "int64_t"),
    ("u64", "uint64_t"),
    ("usize", "size_t"),
];

/// A type of `host/src/abi.rs`, or of bindgen's reading of the header.
pub fn of_rust(rust_type: &syn::Type) -> Type {
    match rust_type {
        syn::Type::Ptr(pointer) => {
            Type::Pointer { constant: pointer.const_token.is_some(), to: Box::new(of_rust(&pointer.elem)) }
        }
        syn::Type::BareFn(function) => {
            let parameters = function.inputs.iter().map(|input| {
                let (name, _) = input.name.as_ref().expect("parameters of the ABI have names");
                parameter(name.to_string(), of_rust(&input.ty))
            });
            Type::Function { signature: Box::new(signature(parameters.collect(), result(&function.output))) }
        }
        other => of_name(other),
    }
}

fn of_name(rust_type: &syn::Type) -> Type {
    match type_name(rust_type).as_str() {
        "Option" => of_rust(inside_option(rust_type)),
        "c_void" => Type::Void,
        name => match PRIMITIVES.iter().find(|(rust, _)| *rust == name) {
            Some((_, c)) => Type::Primitive { name: (*c).to_owned() },
            None => Type::Named { name: name.to_owned() },
        },
    }
}

fn inside_option(rust_type: &syn::Type) -> &syn::Type {
    let syn::Type::Path(path) = rust_type else { panic!("an option is a path") };
    let last = path.path.segments.last().expect("a path has a segment");
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { panic!("an option of something") };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => inner,
        other => panic!("an option of a type, not {other:?}"),
    }
}

/// What a function of Rust returns.
pub fn result(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => Type::Void,
        ReturnType::Type(_, rust_type) => of_rust(rust_type),
    }
}

/// A parameter before anything is known of it but its type.
pub fn parameter(name: String, of: Type) -> Parameter {
    Parameter { name, of, doc: String::new(), ownership: Ownership::default() }
}

/// A signature before anything is known of it but its types.
pub fn signature(parameters: Vec<Parameter>, returns: Type) -> Signature {
    let returns = Returned { of: returns, doc: String::new(), ownership: Ownership::default() };
    Signature { parameters, returns, tags: vec![] }
}

/// The name and the types of a prototype in C, such as `RP_EXPORT void *RP_CALL rp_alloc(size_t size);`.
pub fn of_prototype(line: &str) -> (String, Signature) {
    let words = ["RP_EXPORT ", "static inline ", "RP_CALL "];
    let line = words.iter().fold(line.to_owned(), |line, word| line.replace(word, ""));
    let (declared, parameters) = line.split_once('(').expect("a prototype");
    let parameters = parameters.trim_end_matches([';', ')']);
    let (name, returns) = of_declarator(declared);
    let parameters = parameters.split(", ").map(of_declarator).map(|(name, of)| parameter(name, of));
    (name, signature(parameters.collect(), returns))
}

/// The name and the type of `const void *text`.
fn of_declarator(text: &str) -> (String, Type) {
    let at = text.rfind([' ', '*']).expect("a type and a name") + 1;
    let (of, name) = text.split_at(at);
    let constant = of.starts_with("const ");
    let base = of.trim_start_matches("const ").trim_end_matches([' ', '*']);
    let base = match base {
        "void" => Type::Void,
        base if base.starts_with("rp_") => Type::Named { name: base.to_owned() },
        base => Type::Primitive { name: base.to_owned() },
    };
    match of.matches('*').count() {
        0 => (name.to_owned(), base),
        1 => (name.to_owned(), Type::Pointer { constant, to: Box::new(base) }),
        _ => panic!("a pointer to a pointer: {text}"),
    }
}

/// A type in C, as it stands before a name or alone; a function without its parameters' names.
#[cfg(target_os = "linux")]
pub fn in_c(of: &Type) -> String {
    match of {
        Type::Void => "void".to_owned(),
        Type::Primitive { name } | Type::Named { name } => name.clone(),
        Type::Pointer { constant, to } => format!("{}{} *", if *constant { "const " } else { "" }, in_c(to)),
        Type::Function { signature } => {
            let parameters: Vec<_> =
                signature.parameters.iter().map(|parameter| in_c(&parameter.of)).collect();
            let parameters = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
            format!("{} (RP_CALL *)({parameters})", in_c(&signature.returns.of))
        }
    }
}

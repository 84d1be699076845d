//! The declarations in Nim.

use super::model::{Contract, Function, Signature, Struct, Type, comment, sentence};

/// Names that are no identifiers as they stand.
const RESERVED: [&str; 9] = ["type", "object", "method", "from", "end", "out", "ptr", "var", "string"];

const HEAD: &str = "\
## rp.nim: rp_module.h, and the functions of rp_sdk.h that read and write JSON.
##
## Written by `rp header --bindings nim`; do not edit. The rules are those of rp_module.h, which `rp header` prints.
## The functions are linked from C: compile rp_sdk.c, which `rp new nim` writes, with the module.
##
## A function that a module hands to the host is `cdecl`, `raises: []` and `gcsafe`: the compiler refuses one that an
## exception could leave.

";

/// The whole file `rp.nim`.
pub fn text(contract: &Contract) -> String {
    let mut text = HEAD.to_owned() + "type\n";
    for alias in &contract.aliases {
        text += &format!(
            "  {}* = {}\n{}",
            alias.name,
            name_of(&alias.of),
            comment("    ## ", &sentence(&alias.doc))
        );
    }
    for one in &contract.structs {
        text += &declare(one);
    }
    text += "\nconst\n";
    for one in &contract.constants {
        text += &format!(
            "  {}*: {} = {}\n{}",
            one.name,
            name_of(&one.of),
            one.value,
            comment("    ## ", &sentence(&one.doc))
        );
    }
    text += &layout(contract);
    text += "\n{.push importc, cdecl, raises: [], gcsafe.}\n";
    for function in contract.imported() {
        text += &import(function);
    }
    text + "{.pop.}\n"
}

fn quoted(name: &str) -> String {
    if RESERVED.contains(&name) { format!("`{name}`") } else { name.to_owned() }
}

fn declare(one: &Struct) -> String {
    let mut text =
        format!("  {}* {{.bycopy.}} = object\n{}", one.name, comment("    ## ", &sentence(&one.doc)));
    for field in &one.fields {
        text += &format!("    {}*: {}\n", quoted(&field.name), name_of(&field.of));
        text += &comment("      ## ", &sentence(&field.doc));
    }
    text
}

/// A type in Nim.
fn name_of(of: &Type) -> String {
    match of {
        Type::Void => "void".to_owned(),
        Type::Named { name } => name.clone(),
        Type::Primitive { name } => primitive(name).to_owned(),
        Type::Pointer { to, .. } => match &**to {
            Type::Void => "pointer".to_owned(),
            // With a length, and no NUL at its end.
            Type::Primitive { name } if name == "char" => "ptr UncheckedArray[char]".to_owned(),
            to => format!("ptr {}", name_of(to)),
        },
        Type::Function { signature } => {
            format!("proc {} {{.cdecl, raises: [], gcsafe.}}", profile(signature, name_of))
        }
        Type::Array { of, count } => format!("array[{count}, {}]", name_of(of)),
    }
}

fn primitive(name: &str) -> &str {
    match name {
        "int32_t" => "int32",
        "uint32_t" => "uint32",
        "int64_t" => "int64",
        "uint64_t" => "uint64",
        "size_t" => "csize_t",
        "double" => "cdouble",
        "unsigned char" => "uint8",
        other => other,
    }
}

fn profile(signature: &Signature, parameter: fn(&Type) -> String) -> String {
    let parameters: Vec<_> = signature
        .parameters
        .iter()
        .map(|one| format!("{}: {}", quoted(&one.name), parameter(&one.of)))
        .collect();
    let returns = match &signature.returns.of {
        Type::Void => String::new(),
        of => format!(": {}", parameter(of)),
    };
    format!("({}){returns}", parameters.join("; "))
}

/// A type in a function of `rp_sdk.h`, where a text ends with a NUL.
fn parameter(of: &Type) -> String {
    match of {
        of if of.is_text() => "cstring".to_owned(),
        of => of.is_changed().map_or_else(|| name_of(of), |to| format!("var {}", name_of(to))),
    }
}

fn import(function: &Function) -> String {
    format!("proc {}*{}\n", function.name, profile(&function.signature, parameter))
}

/// What the compiler asserts about every struct that both sides read.
fn layout(contract: &Contract) -> String {
    let mut text = String::from("\nstatic:\n  const on64 = sizeof(pointer) == 8\n");
    for (one, size) in contract.promised() {
        let name = &one.name;
        text += &format!(
            "  doAssert sizeof({name}) == (if on64: {} else: {}), \"size of {name}\"\n",
            size.bits_64, size.bits_32
        );
        for field in &one.fields {
            if let Some(offset) = field.offset {
                text += &format!(
                    "  doAssert offsetOf({name}, {}) == (if on64: {} else: {}), \"offset of {name}.{}\"\n",
                    quoted(&field.name),
                    offset.bits_64,
                    offset.bits_32,
                    field.name
                );
            }
        }
    }
    text
}

//! The declarations in Free Pascal.

use super::model::{Contract, Function, Parameter, Signature, Struct, Type, comment, sentence};

/// The reserved words that C uses as names.
const RESERVED: [&str; 8] = ["type", "array", "string", "object", "out", "end", "function", "in"];

const HEAD: &str = "\
// rp.pas: rp_module.h, and the functions of rp_sdk.h that read and write JSON.
//
// Written by `rp header --bindings pascal`; do not edit. The rules are those of rp_module.h, which `rp header` prints.
// The functions are linked from C: rp_sdk.c, which `rp new pascal` writes, compiled to rp_sdk.o.
{$mode objfpc}{$packrecords c}
unit rp;

interface

";

/// The whole file `rp.pas`.
pub fn text(contract: &Contract) -> String {
    let mut text = HEAD.to_owned() + "type\n";
    for alias in &contract.aliases {
        text += &comment("  // ", &sentence(&alias.doc));
        text += &format!("  {} = {};\n", alias.name, name_of(&alias.of));
    }
    for one in &contract.structs {
        text += &format!("  P{0} = ^{0};\n", one.name);
    }
    for one in &contract.structs {
        text += &declare(one);
    }
    text += "\nconst\n";
    for one in &contract.constants {
        text += &format!("  {} = {};\n", one.name, one.value);
    }
    text.push('\n');
    for function in contract.imported() {
        text += &import(function);
    }
    text + &layout(contract) + "\nimplementation\n\n{$link rp_sdk.o}\n{$linklib c}\n\nend.\n"
}

fn quoted(name: &str) -> String {
    if RESERVED.contains(&name) { format!("&{name}") } else { name.to_owned() }
}

fn declare(one: &Struct) -> String {
    let mut text = comment("  // ", &sentence(&one.doc)) + &format!("  {} = record\n", one.name);
    for field in &one.fields {
        text += &comment("    // ", &sentence(&field.doc));
        text += &format!("    {}: {};\n", quoted(&field.name), name_of(&field.of));
    }
    text + "  end;\n"
}

/// A type in Pascal.
fn name_of(of: &Type) -> String {
    match of {
        Type::Void => "Pointer".to_owned(),
        Type::Named { name } => name.clone(),
        Type::Primitive { name } => primitive(name).to_owned(),
        Type::Pointer { to, .. } => match &**to {
            Type::Named { name } => format!("P{name}"),
            Type::Primitive { name } if name == "char" => "PAnsiChar".to_owned(),
            _ => "Pointer".to_owned(),
        },
        Type::Function { signature } => profile("", signature, |one| name_of(&one.of)) + " cdecl",
        Type::Array { of, count } => format!("array[0..{}] of {}", count - 1, name_of(of)),
    }
}

fn primitive(name: &str) -> &str {
    match name {
        "char" => "AnsiChar",
        "unsigned char" => "Byte",
        "int32_t" => "LongInt",
        "uint32_t" => "LongWord",
        "int64_t" => "Int64",
        "uint64_t" => "QWord",
        "size_t" => "PtrUInt",
        "double" => "Double",
        "bool" => "ByteBool",
        other => other,
    }
}

/// `function NAME(…): …;`, or a procedure.
fn profile(name: &str, signature: &Signature, parameter: fn(&Parameter) -> String) -> String {
    let parameters: Vec<_> = signature
        .parameters
        .iter()
        .map(|one| {
            let of = parameter(one);
            let (word, of) = of.strip_prefix("var ").map_or(("", of.as_str()), |of| ("var ", of));
            format!("{word}{}: {of}", quoted(&one.name))
        })
        .collect();
    let parameters =
        if parameters.is_empty() { String::new() } else { format!("({})", parameters.join("; ")) };
    match &signature.returns.of {
        Type::Void => format!("procedure {name}{parameters};"),
        of => format!("function {name}{parameters}: {};", name_of(of)),
    }
}

fn import(function: &Function) -> String {
    let parameter = |one: &Parameter| {
        one.of.is_changed().map_or_else(|| name_of(&one.of), |to| format!("var {}", name_of(to)))
    };
    format!("{} cdecl; external;\n", profile(&function.name, &function.signature, parameter))
}

/// What the compiler refuses where a struct that both sides read is laid out otherwise.
fn layout(contract: &Contract) -> String {
    let mut text = String::new();
    for (one, size) in contract.promised() {
        for (width, bytes) in [(64, size.bits_64), (32, size.bits_32)] {
            text += &format!(
                "{{$ifdef CPU{width}}}{{$if sizeof({0}) <> {bytes}}}{{$error size of {0}}}{{$endif}}{{$endif}}\n",
                one.name
            );
        }
    }
    text
}

//! The declarations in Ada 2012.

use super::model::{Contract, Function, Signature, Struct, Type, Widths, comment, sentence};

/// The reserved words that C uses as names; such a name gets `c_` before it, as in what gcc -fdump-ada-spec writes.
const RESERVED: [&str; 11] =
    ["type", "array", "string", "out", "end", "case", "record", "access", "function", "in", "at"];

const HEAD: &str = "\
--  rp.ads: rp_module.h, and the functions of rp_sdk.h that read and write JSON.
--
--  Written by `rp header --bindings ada`; do not edit. The rules are those of rp_module.h, which `rp header` prints.
--  The functions are linked from C: rp_sdk.c, which `rp new ada` writes.
--
--  A NULL pointer of C is null. A name that is a word of Ada's begins with c_.

pragma Style_Checks (Off);

with Interfaces; use Interfaces;
with Interfaces.C; use Interfaces.C;
with System;

package Rp is
   pragma Preelaborate;

   type rp_bool is new Boolean with Size => 8, Convention => C;
   type byte_array is array (size_t range <>) of aliased Unsigned_8 with Convention => C;
   Is_64 : constant Boolean := Standard'Address_Size = 64;

";

/// The whole file `rp.ads`.
pub fn text(contract: &Contract) -> String {
    let mut text = HEAD.to_owned();
    for alias in &contract.aliases {
        text += &comment("   --  ", &sentence(&alias.doc));
        text += &format!("   subtype {} is {};\n", alias.name, name_of(&alias.of));
    }
    text.push('\n');
    for one in &contract.constants {
        text += &comment("   --  ", &sentence(&one.doc));
        text += &format!("   {} : constant {} := {};\n", one.name, name_of(&one.of), one.value);
    }
    for one in &contract.structs {
        text += &declare(one);
    }
    text += &layout(contract);
    text.push('\n');
    for function in contract.imported() {
        text += &import(function);
    }
    text + "end Rp;\n"
}

fn quoted(name: &str) -> String {
    if RESERVED.contains(&name) { format!("c_{name}") } else { name.to_owned() }
}

/// A struct, the types of its functions and of pointers to it.
fn declare(one: &Struct) -> String {
    let name = &one.name;
    let mut text = format!(
        "\n   type {name};\n   type {name}_access is access all {name} with Convention => C;\n   \
         type {name}_constant is access constant {name} with Convention => C;\n"
    );
    for field in &one.fields {
        if let Type::Function { signature } = &field.of {
            text += &comment("   --  ", &sentence(&field.doc));
            text += &format!(
                "   type {name}_{}_fn is access {}\n     with Convention => C;\n",
                field.name,
                profile("", signature, name_of)
            );
        }
    }
    text += &comment("   --  ", &sentence(&one.doc));
    text += &format!("   type {name} is record\n");
    for field in &one.fields {
        let of = match &field.of {
            Type::Function { .. } => format!("{name}_{}_fn", field.name),
            of => name_of(of),
        };
        text += &format!("      {} : {of};\n", quoted(&field.name));
        if !matches!(field.of, Type::Function { .. }) {
            text += &comment("      --  ", &sentence(&field.doc));
        }
    }
    text + "   end record with Convention => C_Pass_By_Copy;\n"
}

/// A type in Ada.
fn name_of(of: &Type) -> String {
    match of {
        Type::Void | Type::Function { .. } => "System.Address".to_owned(),
        Type::Named { name } => name.clone(),
        Type::Primitive { name } => primitive(name).to_owned(),
        Type::Pointer { constant, to } => match &**to {
            Type::Named { name } => format!("{name}_{}", if *constant { "constant" } else { "access" }),
            _ => "System.Address".to_owned(),
        },
        Type::Array { of, count } if matches!(&**of, Type::Primitive { .. }) => {
            format!("byte_array (0 .. {})", count - 1)
        }
        Type::Array { .. } => "System.Address".to_owned(),
    }
}

fn primitive(name: &str) -> &str {
    match name {
        "int32_t" => "Integer_32",
        "uint32_t" => "Unsigned_32",
        "int64_t" => "Integer_64",
        "uint64_t" => "Unsigned_64",
        "unsigned char" => "Unsigned_8",
        "bool" => "rp_bool",
        other => other,
    }
}

/// `function NAME (…) return …`, or a procedure.
fn profile(name: &str, signature: &Signature, parameter: fn(&Type) -> String) -> String {
    let parameters: Vec<_> = signature
        .parameters
        .iter()
        .map(|one| format!("{} : {}", quoted(&one.name), parameter(&one.of)))
        .collect();
    let space = if name.is_empty() { "" } else { " " };
    let parameters = if parameters.is_empty() {
        String::new()
    } else {
        format!("{space}{}\n     ({})", name, parameters.join(";\n      "))
    };
    match &signature.returns.of {
        Type::Void => format!("procedure{parameters}"),
        of => format!("function{parameters} return {}", returned(of)),
    }
}

/// A type that a function gives back: text is an address there.
fn returned(of: &Type) -> String {
    if of.is_text() { "System.Address".to_owned() } else { name_of(of) }
}

/// A type in a function of `rp_sdk.h`, where a text ends with a NUL.
fn parameter(of: &Type) -> String {
    match of {
        of if of.is_text() => "char_array".to_owned(),
        of => of.is_changed().map_or_else(|| name_of(of), |to| format!("in out {}", name_of(to))),
    }
}

fn import(function: &Function) -> String {
    let profile = profile(&function.name, &function.signature, parameter);
    format!("   {profile}\n     with Import, Convention => C, External_Name => \"{}\";\n", function.name)
}

/// Where each field of a struct that both sides read lies: the compiler refuses what it cannot lay out so.
fn layout(contract: &Contract) -> String {
    let mut text = String::new();
    for (one, size) in contract.promised() {
        text += &format!("\n   for {} use record\n", one.name);
        for field in &one.fields {
            if let (Some(offset), Some(size)) = (field.offset, field.size) {
                let name = quoted(&field.name);
                text += &format!("      {name} at {} range 0 .. {} - 1;\n", bytes(offset), bits(size));
            }
        }
        text += &format!("   end record;\n   for {}'Size use {};\n", one.name, bits(size));
    }
    text
}

fn bytes(Widths { bits_64, bits_32 }: Widths) -> String {
    if bits_64 == bits_32 { bits_64.to_string() } else { format!("(if Is_64 then {bits_64} else {bits_32})") }
}

fn bits(of: Widths) -> String {
    bytes(Widths { bits_64: of.bits_64 * 8, bits_32: of.bits_32 * 8 })
}

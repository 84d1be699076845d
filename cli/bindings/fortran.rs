//! The declarations in Fortran 2008.

use super::model::{Contract, Function, Struct, Type, comment, sentence};

const HEAD: &str = "\
! rp.f90: rp_module.h, and the functions of rp_sdk.h that read and write JSON.
!
! Written by `rp header --bindings fortran`; do not edit. The rules are those of rp_module.h, which `rp header` prints.
! The functions are linked from C: rp_sdk.c, which `rp new fortran` writes. A text for them ends with c_null_char.
module rp
  use iso_c_binding
  implicit none

";

/// The whole file `rp.f90`.
pub fn text(contract: &Contract) -> String {
    let mut text = HEAD.to_owned();
    for one in &contract.constants {
        text += &comment("  ! ", &sentence(&one.doc));
        text += &format!("  integer(c_int32_t), parameter :: {} = {}\n", one.name, one.value);
    }
    let kinds = Kinds(contract);
    for one in &contract.structs {
        text += &kinds.declare(one);
    }
    text += "\n  interface\n";
    for function in contract.imported() {
        text += &kinds.import(function);
    }
    text + "  end interface\n" + &layout(contract) + "end module rp\n"
}

/// Names of types need the aliases, which Fortran has none of.
struct Kinds<'a>(&'a Contract);

impl Kinds<'_> {
    fn declare(&self, one: &Struct) -> String {
        let mut text = "\n".to_owned() + &comment("  ! ", &sentence(&one.doc));
        text += &format!("  type, bind(C) :: {}\n", one.name);
        for field in &one.fields {
            text += &comment("    ! ", &sentence(&field.doc));
            let (of, count) = match &field.of {
                Type::Array { of, count } => (&**of, format!("({count})")),
                of => (of, String::new()),
            };
            text += &format!("    {} :: {}{count}\n", self.kind(of), field.name);
        }
        text + &format!("  end type {}\n", one.name)
    }

    fn kind(&self, of: &Type) -> String {
        match of {
            Type::Primitive { name } => primitive(name).to_owned(),
            Type::Named { name } => match self.0.aliases.iter().find(|one| one.name == *name) {
                Some(alias) => self.kind(&alias.of),
                None => format!("type({name})"),
            },
            Type::Pointer { .. } | Type::Void | Type::Array { .. } => "type(c_ptr)".to_owned(),
            Type::Function { .. } => "type(c_funptr)".to_owned(),
        }
    }

    fn parameter(&self, of: &Type, name: &str) -> String {
        if of.is_text() {
            return format!("character(c_char), dimension(*), intent(in) :: {name}");
        }
        of.is_changed().map_or_else(
            || format!("{}, value :: {name}", self.kind(of)),
            |to| format!("{}, intent(inout) :: {name}", self.kind(to)),
        )
    }

    fn import(&self, function: &Function) -> String {
        let Function { name, signature, .. } = function;
        let is_function = !matches!(signature.returns.of, Type::Void);
        let what = if is_function { "function" } else { "subroutine" };
        let names: Vec<&str> = signature.parameters.iter().map(|one| one.name.as_str()).collect();
        let mut text = format!("    {what} {name}({}) bind(C)\n      import\n", names.join(", "));
        for one in &signature.parameters {
            text += &format!("      {}\n", self.parameter(&one.of, &one.name));
        }
        if is_function {
            text += &format!("      {} :: {name}\n", self.kind(&signature.returns.of));
        }
        text + &format!("    end {what} {name}\n")
    }
}

fn primitive(name: &str) -> &str {
    match name {
        "int32_t" | "uint32_t" => "integer(c_int32_t)",
        "int64_t" | "uint64_t" => "integer(c_int64_t)",
        "size_t" => "integer(c_size_t)",
        "char" => "character(c_char)",
        "unsigned char" => "integer(c_signed_char)",
        "double" => "real(c_double)",
        "bool" => "logical(c_bool)",
        other => other,
    }
}

/// A constant that cannot be computed where a struct that both sides read has another size.
fn layout(contract: &Contract) -> String {
    let mut text = String::from("\n  logical, parameter, private :: on_64 = c_intptr_t == 8\n");
    for (one, size) in contract.promised() {
        let name = &one.name;
        text += &format!(
            "  type({name}), private :: a_{name}\n  integer, parameter, private :: size_of_{name} = &\n    \
             1 / merge(1, 0, storage_size(a_{name}) == merge({}, {}, on_64))\n",
            size.bits_64 * 8,
            size.bits_32 * 8
        );
    }
    text
}

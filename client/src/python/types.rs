//! Typed dictionaries and words in Python.

use super::comment::{WIDTH, comment, docstring};
use super::names::{Names, is_attribute};
use crate::model::{Field, Item, Kind, Model, Type};
use crate::text::{Code, quoted};

/// How a type is written.
pub fn of(ty: &Type, names: &Names) -> String {
    match ty {
        Type::Any => "Any".to_owned(),
        Type::Object => "dict[str, Any]".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::String => "str".to_owned(),
        Type::Integer(_) => "int".to_owned(),
        Type::Number => "float".to_owned(),
        Type::Named(shape) => names.types[*shape].clone(),
        Type::Array(inner) => format!("list[{}]", item(inner, names)),
        Type::Map(inner) => format!("dict[str, {}]", item(inner, names)),
    }
}

/// The same for what may be null.
pub fn item(item: &Item, names: &Names) -> String {
    match item.is_nullable && item.ty != Type::Any {
        true => format!("Optional[{}]", of(&item.ty, names)),
        false => of(&item.ty, names),
    }
}

/// Defines a shape.
pub fn define(code: &mut Code, model: &Model, names: &Names, shape: usize) {
    // Methods have parameters instead.
    if model.shapes[shape].is_root && model.shapes[shape].is_sent {
        return;
    }
    let (name, about) = (&names.types[shape], &model.shapes[shape].about);
    code.gap();
    code.gap();
    match &model.shapes[shape].kind {
        Kind::Enum(words) => {
            comment(code, 0, about);
            let all: Vec<String> = words.iter().map(|word| quoted(&word.value)).collect();
            literal(code, name, &all);
        }
        Kind::Struct(fields) => dictionary(code, names, name, about, fields),
    }
}

fn literal(code: &mut Code, name: &str, words: &[String]) {
    if let [one] = words {
        return code.line(format!("{name} = Literal[{one}]"));
    }
    code.line(format!("{name} = Literal["));
    code.lines(words.iter().map(|word| format!("    {word},")));
    code.line("]");
}

/// Where some keys may be missing and others not, the required ones are a class of their own: Python 3.9 has no other way.
fn dictionary(code: &mut Code, names: &Names, name: &str, about: &str, fields: &[Field]) {
    let (required, optional): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.is_required);
    if !fields.iter().all(|field| is_attribute(&field.key)) {
        return by_call(code, names, name, about, [&required, &optional]);
    }
    match (required.is_empty(), optional.is_empty()) {
        (_, true) => class(code, names, &format!("{name}(TypedDict)"), about, &required),
        (true, false) => class(code, names, &format!("{name}(TypedDict, total=False)"), about, &optional),
        (false, false) => {
            class(code, names, &format!("_{name}(TypedDict)"), "", &required);
            code.gap();
            code.gap();
            class(code, names, &extended(name), about, &optional);
        }
    }
}

/// The head of a class of optional keys on top of that of the required ones.
fn extended(name: &str) -> String {
    let one = format!("{name}(_{name}, total=False)");
    match "class :".len() + one.len() <= WIDTH {
        true => one,
        false => format!("{name}(\n    _{name}, total=False\n)"),
    }
}

fn class(code: &mut Code, names: &Names, head: &str, about: &str, fields: &[&Field]) {
    code.line(format!("class {head}:"));
    docstring(code, 4, about);
    if !about.trim().is_empty() && !fields.is_empty() {
        code.gap();
    }
    for field in fields {
        comment(code, 4, &field.about);
        code.line(format!("    {}: {}", field.key, item(&field.item, names)));
    }
    if fields.is_empty() && about.trim().is_empty() {
        code.line("    pass");
    }
}

/// For keys that are no names.
fn by_call(code: &mut Code, names: &Names, name: &str, about: &str, parts: [&[&Field]; 2]) {
    let mut bases = Vec::new();
    for (fields, suffix, total) in [(parts[0], "Required", ""), (parts[1], "Optional", "    total=False,\n")]
    {
        if fields.is_empty() {
            continue;
        }
        let part = format!("_{name}{suffix}");
        code.line(format!("{part} = TypedDict("));
        code.line(format!("    {},", quoted(&part)));
        code.line("    {");
        for field in fields {
            comment(code, 8, &field.about);
            code.line(format!("        {}: {},", quoted(&field.key), quoted(&item(&field.item, names))));
        }
        code.line("    },");
        code.raw(total);
        code.line(")");
        bases.push(part);
    }
    code.gap();
    code.gap();
    class(code, names, &format!("{name}({})", bases.join(", ")), about, &[]);
}

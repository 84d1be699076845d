//! Interfaces and words in TypeScript.

use super::comment::{WIDTH, doc};
use super::names::{Names, key};
use crate::model::{Field, Item, Kind, Model, Type, Word};
use crate::text::{Code, quoted};

/// How a type is written.
pub fn of(ty: &Type, names: &Names) -> String {
    match ty {
        Type::Any => "Json".to_owned(),
        Type::Object => "JsonObject".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::String => "string".to_owned(),
        Type::Integer(_) | Type::Number => "number".to_owned(),
        Type::Named(shape) => names.types[*shape].clone(),
        Type::Array(inner) if inner.is_nullable && inner.ty != Type::Any => {
            format!("({})[]", item(inner, names))
        }
        Type::Array(inner) => format!("{}[]", item(inner, names)),
        Type::Map(inner) => format!("{{ [key: string]: {} }}", item(inner, names)),
    }
}

/// The same for what may be null.
pub fn item(item: &Item, names: &Names) -> String {
    match item.is_nullable && item.ty != Type::Any {
        true => format!("{} | null", of(&item.ty, names)),
        false => of(&item.ty, names),
    }
}

/// Defines a shape.
pub fn define(code: &mut Code, model: &Model, names: &Names, shape: usize) {
    let (name, about) = (&names.types[shape], &model.shapes[shape].about);
    doc(code, 0, about);
    match &model.shapes[shape].kind {
        Kind::Enum(words) => union(code, name, words),
        Kind::Struct(fields) => interface(code, names, name, fields),
    }
}

fn union(code: &mut Code, name: &str, words: &[Word]) {
    let words: Vec<String> = words.iter().map(|word| quoted(&word.value)).collect();
    alternatives(code, name, &words);
}

/// A type that is one of several.
pub fn alternatives(code: &mut Code, name: &str, all: &[String]) {
    let one = format!("export type {name} = {};", all.join(" | "));
    if one.chars().count() <= WIDTH {
        return code.line(one);
    }
    code.line(format!("export type {name} ="));
    let second = format!("  {};", all.join(" | "));
    if second.chars().count() <= WIDTH {
        return code.line(second);
    }
    for (at, one) in all.iter().enumerate() {
        let end = if at + 1 == all.len() { ";" } else { "" };
        code.line(format!("  | {one}{end}"));
    }
}

fn interface(code: &mut Code, names: &Names, name: &str, fields: &[Field]) {
    code.line(format!("export interface {name} {{"));
    for field in fields {
        doc(code, 2, &field.about);
        let mark = if field.is_required { "" } else { "?" };
        code.line(format!("  {}{mark}: {};", key(&field.key), item(&field.item, names)));
    }
    code.line("}");
}

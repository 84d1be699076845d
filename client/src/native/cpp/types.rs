//! Structs and enums in C++.

use super::super::comment::{WIDTH, comment};
use super::super::literal::literal;
use super::names::{Names, enumerators, members};
use crate::model::{Field, Item, Kind, Model, Type, Width, Word};
use crate::text::{Code, listed};

/// The types of a client.
pub struct Types<'a> {
    pub model: &'a Model,
    pub names: &'a Names,
}

impl Types<'_> {
    /// How a type is written.
    pub fn of(&self, ty: &Type) -> String {
        match ty {
            Type::Any => "rp::json".to_owned(),
            Type::Object | Type::Map(_) => "rp::raw_object".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::String => "std::string".to_owned(),
            Type::Integer(Width { bits, is_signed }) => {
                format!("std::{}int{bits}_t", if *is_signed { "" } else { "u" })
            }
            Type::Number => "double".to_owned(),
            Type::Named(shape) => self.names.types[*shape].clone(),
            Type::Array(item) => format!("std::vector<{}>", self.item(item)),
        }
    }

    /// The same for what may be null.
    pub fn item(&self, item: &Item) -> String {
        self.optional(&item.ty, item.is_nullable && item.ty != Type::Any)
    }

    fn optional(&self, ty: &Type, is_optional: bool) -> String {
        match is_optional {
            true => format!("std::optional<{}>", self.of(ty)),
            false => self.of(ty),
        }
    }

    /// Defines a shape.
    pub fn define(&self, code: &mut Code, shape: usize) {
        comment(code, 0, &self.model.shapes[shape].about);
        let name = &self.names.types[shape];
        match &self.model.shapes[shape].kind {
            Kind::Struct(fields) => {
                self.define_struct(code, name, fields, self.names.events[shape].as_deref())
            }
            Kind::Enum(words) => define_enum(code, name, words),
        }
    }

    fn define_struct(&self, code: &mut Code, name: &str, fields: &[Field], event: Option<&str>) {
        code.line(format!("struct {name} {{"));
        if let Some(event) = event {
            code.line(format!("    static constexpr std::string_view event = {event};"));
        }
        let members = members(fields, name);
        for (field, member) in fields.iter().zip(&members) {
            comment(code, 4, &field.about);
            let ty = self.optional(&field.item.ty, field.is_optional());
            let value = if self.starts_undefined(field) { "{}" } else { "" };
            code.line(format!("    {ty} {member}{value};"));
        }
        code.gap();
        let named = |(field, member): (&Field, &String)| {
            format!("rp::field({}, &{name}::{member})", literal(&field.key))
        };
        let fields: Vec<String> = fields.iter().zip(&members).map(named).collect();
        table(code, 4, "static constexpr auto fields = rp::fields(", &fields, ");");
        code.line("};");
    }

    /// Whether a member would have no value until it gets one.
    fn starts_undefined(&self, field: &Field) -> bool {
        let is_enum = |shape: usize| matches!(self.model.shapes[shape].kind, Kind::Enum(_));
        let is_plain = match field.item.ty {
            Type::Bool | Type::Integer(_) | Type::Number => true,
            Type::Named(shape) => is_enum(shape),
            _ => false,
        };
        is_plain && !field.is_optional()
    }
}

fn define_enum(code: &mut Code, name: &str, words: &[Word]) {
    code.line(format!("enum class {name} {{"));
    for (word, enumerator) in words.iter().zip(enumerators(words)) {
        comment(code, 4, &word.about);
        code.line(format!("    {enumerator},"));
    }
    code.line("};");
    let all: Vec<String> = words.iter().map(|word| literal(&word.value)).collect();
    code.line(format!("constexpr auto json_words({name})"));
    code.line("{");
    table(code, 4, "return rp::words({", &all, "});");
    code.line("}");
}

/// A list in one line, or else with a line for each item; unlike elsewhere without a comma after the last.
fn table(code: &mut Code, indent: usize, head: &str, items: &[String], tail: &str) {
    let one = listed(indent, head, items, "", 4, usize::MAX);
    let one = format!("{}{tail}", &one[0][..one[0].len() - 1]);
    if one.chars().count() <= WIDTH {
        return code.line(one);
    }
    let space = " ".repeat(indent);
    code.line(format!("{space}{head}"));
    for (at, item) in items.iter().enumerate() {
        let end = if at + 1 == items.len() { tail } else { "," };
        code.line(format!("{space}    {item}{end}"));
    }
}

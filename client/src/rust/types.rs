//! Structs and enums in Rust.

use super::comment::doc;
use super::layout::{WIDTH, literal, short_list};
use super::names::{Names, members, plain, variants};
use crate::language::Caller;
use crate::model::{Field, Item, Kind, Model, Shape, Type, Width, Word};
use crate::text::{Code, listed};

/// The types of a client.
pub struct Types<'a> {
    pub model: &'a Model,
    pub names: &'a Names,
    pub caller: Caller,
}

impl Types<'_> {
    /// How a type is written.
    pub fn of(&self, ty: &Type) -> String {
        match ty {
            Type::Any => "serde_json::Value".to_owned(),
            Type::Object if self.caller == Caller::Module => "rp_sdk::RawObject".to_owned(),
            Type::Object => "serde_json::Map<String, serde_json::Value>".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::String => "String".to_owned(),
            Type::Integer(Width { bits, is_signed }) => {
                format!("{}{bits}", if *is_signed { 'i' } else { 'u' })
            }
            Type::Number => "f64".to_owned(),
            Type::Named(shape) => self.names.types[*shape].clone(),
            Type::Array(item) => format!("Vec<{}>", self.item(item)),
            Type::Map(item) => format!("std::collections::BTreeMap<String, {}>", self.item(item)),
        }
    }

    /// The same for what may be null.
    pub fn item(&self, item: &Item) -> String {
        match item.is_nullable && item.ty != Type::Any {
            true => format!("Option<{}>", self.of(&item.ty)),
            false => self.of(&item.ty),
        }
    }

    fn member(&self, field: &Field) -> String {
        match field.is_optional() && !(field.is_required && field.item.ty == Type::Any) {
            true => format!("Option<{}>", self.of(&field.item.ty)),
            false => self.of(&field.item.ty),
        }
    }

    /// Defines a shape.
    pub fn define(&self, code: &mut Code, shape: usize) {
        let Shape { about, kind, .. } = &self.model.shapes[shape];
        let name = &self.names.types[shape];
        doc(code, 0, if about.trim().is_empty() { self.role(shape) } else { about });
        match kind {
            Kind::Struct(fields) => self.define_struct(code, shape, name, fields),
            Kind::Enum(words) => self.define_enum(code, name, words),
        }
    }

    /// Whether there is a value of a struct in which nothing is given.
    fn has_default(&self, shape: usize) -> bool {
        let fields = self.model.fields(shape);
        !fields.is_empty() && fields.iter().all(|field| field.is_optional())
    }

    fn role(&self, shape: usize) -> &'static str {
        let Shape { kind, is_sent, is_root, .. } = &self.model.shapes[shape];
        match (kind, is_root, is_sent) {
            (Kind::Enum(_), ..) => "One of these words.",
            (_, true, true) => "The arguments.",
            (_, true, false) => "The result.",
            _ => "A part of the others.",
        }
    }

    fn derive(&self, code: &mut Code, own: &str) {
        match self.caller {
            Caller::Host => code.line(format!("#[derive({own}, serde::Serialize, serde::Deserialize)]")),
            Caller::Module => code.lines(["#[rp_sdk::data]".to_owned(), format!("#[derive({own})]")]),
        }
    }

    fn define_struct(&self, code: &mut Code, shape: usize, name: &str, fields: &[Field]) {
        let is_default = self.has_default(shape);
        // Any object of rp-sdk is text, which has no equality.
        let equality = if self.caller == Caller::Host { ", PartialEq" } else { "" };
        let default = if is_default { ", Default" } else { "" };
        self.derive(code, &format!("Clone, Debug{equality}{default}"));
        code.line(format!("pub struct {name} {{"));
        let members = members(fields);
        for (field, member) in fields.iter().zip(&members) {
            doc(code, 4, &field.about);
            if plain(member) != field.key {
                code.line(format!("    #[serde(rename = {})]", literal(&field.key)));
            }
            if !field.is_required {
                code.line("    #[serde(default, skip_serializing_if = \"Option::is_none\")]");
            }
            code.line(format!("    pub {member}: {},", self.member(field)));
        }
        code.line("}");
        if self.model.shapes[shape].is_sent && !is_default {
            self.constructor(code, name, fields, &members);
        }
    }

    /// A function that takes what is required, for structs that have more.
    fn constructor(&self, code: &mut Code, name: &str, fields: &[Field], members: &[String]) {
        if fields.iter().all(|field| field.is_required) {
            return;
        }
        let all: Vec<(&Field, &String)> = fields.iter().zip(members).collect();
        let required = all.iter().filter(|(field, _)| field.is_required);
        let parameters: Vec<String> =
            required.map(|(field, member)| format!("{member}: {}", self.member(field))).collect();
        code.gap();
        code.line(format!("impl {name} {{"));
        code.line("    /// With what is required, and nothing else.");
        if parameters.len() > 7 {
            code.line("    #[allow(clippy::too_many_arguments)]");
        }
        code.lines(listed(4, "pub fn new(", &parameters, " -> Self {", 4, WIDTH));
        let value = |(field, member): (&Field, &String)| {
            format!("{member}{}", if field.is_required { "" } else { ": None" })
        };
        let values: Vec<String> = all.into_iter().map(value).collect();
        code.lines(short_list(8, "Self { ", &values, " }", 18));
        code.line("    }");
        code.line("}");
    }

    fn define_enum(&self, code: &mut Code, name: &str, words: &[Word]) {
        self.derive(code, "Clone, Copy, Debug, PartialEq, Eq");
        code.line(format!("pub enum {name} {{"));
        for (word, variant) in words.iter().zip(variants(words)) {
            doc(code, 4, &word.about);
            if variant != word.value {
                code.line(format!("    #[serde(rename = {})]", literal(&word.value)));
            }
            code.line(format!("    {variant},"));
        }
        code.line("}");
    }
}

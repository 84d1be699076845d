//! Records and words in C.

use super::super::comment::{WIDTH, comment};
use super::super::literal::literal;
use super::super::lower::is_too_large;
use super::names::{Names, enumerators, members};
use crate::model::{Field, Kind, Model, Type, Width, Word};
use crate::text::Code;

/// The types of a client.
pub struct Types<'a> {
    pub model: &'a Model,
    pub names: &'a Names,
}

/// How the SDK's tables name a member: its kind, its type in the struct, and what the kind is of.
struct Member {
    kind: &'static str,
    ty: String,
    of: Option<String>,
}

impl Member {
    fn plain(kind: &'static str, ty: &str) -> Member {
        Member { kind, ty: ty.to_owned(), of: None }
    }
}

impl Types<'_> {
    /// The name of the record of a struct that is one.
    pub fn record(&self, ty: &Type) -> Option<&str> {
        match ty {
            Type::Named(shape) if self.is_struct(*shape) => Some(&self.names.types[*shape]),
            _ => None,
        }
    }

    fn is_struct(&self, shape: usize) -> bool {
        matches!(self.model.shapes[shape].kind, Kind::Struct(_)) && !is_too_large(self.model, shape)
    }

    /// Defines a shape.
    pub fn define(&self, code: &mut Code, shape: usize) {
        comment(code, 0, &self.model.shapes[shape].about);
        let name = &self.names.types[shape];
        match &self.model.shapes[shape].kind {
            Kind::Struct(fields) => self.define_struct(code, name, fields),
            Kind::Enum(words) => define_enum(code, name, words),
        }
    }

    fn define_struct(&self, code: &mut Code, name: &str, fields: &[Field]) {
        let members = members(fields);
        code.line(format!("typedef struct {name} {{"));
        for (field, member) in fields.iter().zip(&members) {
            comment(code, 4, &field.about);
            let Member { kind, ty, of } = self.member(field);
            let of = of.filter(|_| matches!(kind, "LIST" | "WORDS"));
            let of = of.map(|of| format!(" // of {of}")).unwrap_or_default();
            let space = if ty.ends_with('*') { "" } else { " " };
            code.line(format!("    {ty}{space}{member};{of}"));
        }
        code.line(format!("}} {name};"));
        code.line(format!("RP_RECORD({name}_record, {name}, NULL,"));
        for (at, (field, member)) in fields.iter().zip(&members).enumerate() {
            let end = if at + 1 == fields.len() { ");" } else { "," };
            code.line(format!("          {}{end}", self.row(name, field, member)));
        }
    }

    /// A member in the table of a record: by the SDK's macro, which gives it the name of the member, or as that expands.
    fn row(&self, name: &str, field: &Field, member: &str) -> String {
        let Member { kind, of, .. } = self.member(field);
        if field.key == member {
            let optional = if field.is_optional() { "OPT_" } else { "" };
            let suffix = if matches!(kind, "SUB" | "LIST") { "_record" } else { "_words" };
            let of = of.map(|of| format!("{of}{suffix}, ")).unwrap_or_default();
            return format!("RP_{optional}{kind}({name}, {member}, {of}NULL)");
        }
        let pointers = match (kind, of) {
            ("SUB" | "LIST", Some(of)) => format!("NULL, &{of}_record"),
            (_, Some(of)) => format!("&{of}_words, NULL"),
            (_, None) => "NULL, NULL".to_owned(),
        };
        let key = literal(&field.key);
        format!(
            "{{{key}, NULL, RP_KIND_{kind}, {}, offsetof({name}, {member}), {pointers}}}",
            field.is_optional()
        )
    }

    fn member(&self, field: &Field) -> Member {
        let is_optional = field.is_optional();
        let number = |kind, plain: &str, optional: &str| {
            Member::plain(kind, if is_optional { optional } else { plain })
        };
        match &field.item.ty {
            Type::Any => Member::plain("ANY", "rp_json"),
            Type::Object | Type::Map(_) => Member::plain("OBJECT", "rp_json"),
            Type::Bool => Member::plain("BOOL", "bool"),
            Type::String => Member::plain("STR", "rp_str"),
            Type::Integer(Width { is_signed: true, .. }) => number("INT", "int64_t", "rp_int"),
            Type::Integer(_) => number("UINT", "uint64_t", "rp_uint"),
            Type::Number => number("DOUBLE", "double", "rp_double"),
            Type::Named(shape) => {
                let of = self.names.types[*shape].clone();
                match self.is_struct(*shape) {
                    true => Member { kind: "SUB", ty: format!("{of} *"), of: Some(of) },
                    false => Member { kind: "WORD", ty: of.clone(), of: Some(of) },
                }
            }
            Type::Array(item) => self.array(&item.ty),
        }
    }

    fn array(&self, item: &Type) -> Member {
        let Type::Named(shape) = item else { return Member::plain("STRS", "rp_strs") };
        let of = Some(self.names.types[*shape].clone());
        match self.is_struct(*shape) {
            true => Member { kind: "LIST", ty: "rp_list".to_owned(), of },
            false => Member { kind: "WORDS", ty: "rp_words".to_owned(), of },
        }
    }

    /// The names of the events.
    pub fn events(&self, code: &mut Code) {
        if !self.model.events.is_empty() {
            code.gap();
            comment(code, 0, "The events of the module, for a table of listeners.");
        }
        for (event, name) in self.model.events.iter().zip(&self.names.events) {
            code.line(format!("#define {name} {}", literal(&event.name)));
        }
    }
}

fn define_enum(code: &mut Code, name: &str, words: &[Word]) {
    code.line(format!("typedef enum {name} {{"));
    let enumerators = enumerators(name, words);
    for (at, (word, enumerator)) in words.iter().zip(&enumerators).enumerate() {
        comment(code, 4, &word.about);
        let value = if at == 0 { " = 1" } else { "" };
        let end = if at + 1 == words.len() { "" } else { "," };
        code.line(format!("    {enumerator}{value}{end}"));
    }
    code.line(format!("}} {name};"));
    let all: Vec<String> = words.iter().map(|word| literal(&word.value)).collect();
    let one = format!("RP_WORD_TABLE({name}_words, NULL, {});", all.join(", "));
    if one.chars().count() <= WIDTH {
        return code.line(one);
    }
    code.line(format!("RP_WORD_TABLE({name}_words, NULL,"));
    for (at, word) in all.iter().enumerate() {
        let end = if at + 1 == all.len() { ");" } else { "," };
        code.line(format!("              {word}{end}"));
    }
}

//! What the headers of `rp_sdk.h` that need no memory declare: texts, JSON, answers, messages to the host.
//!
//! They are written in one style, which is all that this reads: comments of `//`, prototypes and types down to the line
//! `// ---- code`.

use super::model::{Alias, Constant, Contract, Field, Function, Parameter, Returns, Signature, Struct, Type};
use crate::embedded::Header;

/// In the order in which they include each other.
const PARTS: [&str; 8] = ["text", "json_check", "json", "number", "writer", "answer", "reply", "host"];

/// What is left out: what needs malloc or stdio, and what is for C++.
const LEFT_OUT: [&str; 3] = ["RP_SDK_NO_MALLOC", "RP_SDK_STDIO", "__cplusplus"];

/// Adds what they declare; an error says which text is none that this reads.
pub fn read(headers: &[Header], contract: &mut Contract) -> Result<(), String> {
    for part in PARTS {
        let path = format!("rp_sdk/{part}.h");
        let header = headers.iter().find(|(name, _)| *name == path).ok_or(format!("there is no {path}"))?;
        let text = declarations(header.1, contract);
        statements(&text)
            .iter()
            .try_for_each(|one| statement(one, contract).ok_or(format!("{path}: {one}")))?;
    }
    Ok(())
}

/// The text above the code without comments; numbers that are defined there go into the contract.
fn declarations(header: &str, contract: &mut Contract) -> String {
    let mut text = String::new();
    let mut left_out: Vec<bool> = Vec::new();
    for line in header.lines().take_while(|line| !line.starts_with("// ---- code")) {
        let line = line.split("//").next().unwrap_or_default().trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#if" | "#ifdef" | "#ifndef", name, ..] => left_out.push(LEFT_OUT.contains(name)),
            ["#endif", ..] => drop(left_out.pop()),
            _ if left_out.contains(&true) => {}
            ["#define", name, value] => {
                if let Ok(value) = value.parse() {
                    contract.constants.push(constant(name, value));
                }
            }
            [first, ..] if first.starts_with('#') => {}
            _ => {
                text.push_str(line);
                text.push(' ');
            }
        }
    }
    text
}

fn constant(name: &str, value: i64) -> Constant {
    Constant { name: name.to_owned(), of: primitive("int32_t"), value, doc: String::new() }
}

fn primitive(name: &str) -> Type {
    Type::Primitive { name: name.to_owned() }
}

/// The text cut at each `;` outside braces.
fn statements(text: &str) -> Vec<String> {
    let (mut found, mut depth) = (vec![String::new()], 0);
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        found.last_mut().expect("there is one").push(letter);
    }
    found.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

fn statement(text: &str, contract: &mut Contract) -> Option<()> {
    if let Some(rest) = text.strip_prefix("typedef enum ") {
        let (name, body) = named_body(rest)?;
        let mut next = 0;
        for item in body.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (item, value) = item.split_once('=').unwrap_or((item, ""));
            next = value.trim().parse().unwrap_or(next);
            contract.constants.push(constant(item.trim(), next));
            next += 1;
        }
        contract.aliases.push(Alias { name: name.to_owned(), of: primitive("int32_t"), doc: String::new() });
    } else if let Some(rest) = text.strip_prefix("typedef struct ") {
        let (name, body) = named_body(rest)?;
        let mut fields = Vec::new();
        for line in body.split(';').map(str::trim).filter(|line| !line.is_empty()) {
            fields.extend(fields_of(line, contract)?);
        }
        contract.structs.push(Struct { name: name.to_owned(), size: None, fields, doc: String::new() });
    } else {
        let function = prototype(text.strip_prefix("static inline ")?, contract)?;
        contract.functions.push(function);
    }
    Some(())
}

/// `NAME { BODY } NAME`.
fn named_body(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('{')?;
    Some((name.trim(), rest.rsplit_once('}')?.0))
}

/// `const char *at, *end`: each name takes the stars before it and the brackets behind it.
fn fields_of(line: &str, contract: &Contract) -> Option<Vec<Field>> {
    let (first, rest) = line.split_once(',').map_or((line, None), |(first, rest)| (first, Some(rest)));
    let (name, of) = declared(first, contract)?;
    let base: String = first.chars().take(first.find(&name)?).filter(|letter| *letter != '*').collect();
    let mut fields = vec![Field { name, of, offset: None, size: None, doc: String::new() }];
    for more in rest.into_iter().flat_map(|rest| rest.split(',')) {
        let (name, of) = declared(&format!("{base}{more}"), contract)?;
        fields.push(Field { name, of, offset: None, size: None, doc: String::new() });
    }
    Some(fields)
}

fn prototype(text: &str, contract: &Contract) -> Option<Function> {
    let (head, parameters) = text.strip_suffix(')')?.split_once('(')?;
    let (name, returns) = declared(head, contract)?;
    let parameters = parameters.split(',').map(str::trim).filter(|one| !one.is_empty() && *one != "void");
    let parameter = |one: &str| {
        let (name, of) = declared(one, contract)?;
        // An array is passed as a pointer to its elements.
        let of = if let Type::Array { of, .. } = of { Type::Pointer { constant: false, to: of } } else { of };
        Some(Parameter { name, of })
    };
    let parameters = parameters.map(parameter).collect::<Option<Vec<_>>>()?;
    let signature = Signature { parameters, returns: Returns { of: returns } };
    Some(Function { name, defined_by: "header".to_owned(), signature })
}

/// The name and the type of `const char *name[3]`.
fn declared(text: &str, contract: &Contract) -> Option<(String, Type)> {
    let (text, count) = match text.trim().strip_suffix(']') {
        None => (text.trim(), None),
        Some(text) => {
            let (text, count) = text.split_once('[')?;
            (text, Some(value(count, &contract.constants)?))
        }
    };
    let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_')? + 1;
    let (base, name) = text.split_at(start);
    let stars = base.matches('*').count();
    let words: Vec<&str> =
        base.split(|c: char| c == '*' || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
    let (constant, words) = match words.as_slice() {
        ["const", rest @ ..] => (true, rest),
        all => (false, all),
    };
    let mut of = named(&words.join(" "), contract)?;
    for _ in 0..stars {
        of = Type::Pointer { constant, to: Box::new(of) };
    }
    if let Some(count) = count {
        of = Type::Array { of: Box::new(of), count };
    }
    Some((name.to_owned(), of))
}

fn named(name: &str, contract: &Contract) -> Option<Type> {
    match name {
        "void" => Some(Type::Void),
        "unsigned" => Some(primitive("uint32_t")),
        "unsigned char" | "char" | "bool" | "double" | "size_t" | "int32_t" | "uint32_t" | "int64_t"
        | "uint64_t" => Some(primitive(name)),
        _ => {
            let is_struct = contract.structs.iter().any(|one| one.name == name);
            let is_known = is_struct || contract.aliases.iter().any(|one| one.name == name);
            is_known.then(|| Type::Named { name: name.to_owned() })
        }
    }
}

/// The value of an expression of numbers, names, `+`, `/` and brackets, from left to right: what stands behind an array.
fn value(text: &str, constants: &[Constant]) -> Option<u64> {
    let text = text.trim();
    if let Some((left, right)) = text.rsplit_once('/') {
        return Some(value(left, constants)? / value(right, constants)?);
    }
    let text = text.trim_start_matches('(').trim_end_matches(')');
    if let Some((left, right)) = text.split_once('+') {
        return Some(value(left, constants)? + value(right, constants)?);
    }
    let named = constants.iter().find(|one| one.name == text.trim()).map(|one| one.value.unsigned_abs());
    named.or_else(|| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Contract {
        Contract { constants: vec![], aliases: vec![], structs: vec![], functions: vec![] }
    }

    #[test]
    fn what_is_none_of_the_style_is_refused() {
        for text in ["int (*f)(void);", "static inline wchar_t f(void);", "typedef union u { int a; } u;"] {
            let parts = PARTS.map(|part| (format!("rp_sdk/{part}.h"), text));
            let headers: Vec<Header> =
                parts.iter().map(|(path, text)| (&*path.clone().leak(), *text)).collect();
            assert!(read(&headers, &mut empty()).is_err(), "{text}");
        }
    }

    #[test]
    fn arrays_have_their_lengths() {
        let constants = [constant("DEPTH", 128)];
        for (text, expected) in [("(DEPTH + 7) / 8", 16), ("16", 16), ("DEPTH", 128)] {
            assert_eq!(value(text, &constants), Some(expected), "{text}");
        }
        assert_eq!(value("OTHER", &constants), None);
    }
}

//! What `spec/abi/rp_module.json` holds: the types of which `spec/schemas/contract.json` is the schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The contract between a module and its host, include/rp_module.h, as data for whoever generates bindings.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Contract {
    /// The name of the header in C.
    pub header: String,
    /// The version of the ABI, the digit in the name of the entry.
    pub abi_version: i64,
    /// The version of the protocol: message types, payloads and responses.
    pub protocol_version: String,
    /// The types of C that the rest is made of.
    pub primitives: Vec<Primitive>,
    /// The type of every status.
    pub aliases: Vec<Alias>,
    /// The structs, each behind those that it contains.
    pub structs: Vec<Struct>,
    /// Named integers.
    pub constants: Vec<Constant>,
    /// The functions that are called by name.
    pub functions: Vec<Function>,
    /// Exported data.
    pub data: Vec<Data>,
    /// What only C and C++ can use as it stands.
    pub macros: Vec<Macro>,
    /// The rules, by number.
    pub rules: Vec<Rule>,
    /// What the words in brackets mean.
    pub tags: Vec<Tag>,
    /// The message types of the protocol.
    pub message_types: Vec<String>,
    /// The parts of the header that are text, as they are laid out there.
    pub sections: Vec<Section>,
}

/// A number of bytes on each kind of platform.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Bytes {
    /// Where pointers have 64 bits.
    pub bits_64: usize,
    /// Where pointers have 32 bits and a uint64_t is aligned to 4 bytes: i686 Linux.
    pub bits_32: usize,
    /// Where pointers have 32 bits and a uint64_t is aligned to 8 bytes: WebAssembly, ARM, Windows.
    pub bits_32_wide: usize,
}

/// A type of C.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Primitive {
    /// Its name in C; pointer stands for every pointer, to data and to functions.
    pub name: String,
    /// sizeof.
    pub size: Bytes,
    /// alignof.
    pub align: Bytes,
    /// Whether it has negative values; absent where that means nothing: char holds UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
}

/// A type, as it is used.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Type {
    /// No value; behind a pointer, memory of any kind.
    Void,
    /// One of primitives.
    Primitive {
        /// Its name.
        name: String,
    },
    /// One of aliases or structs.
    Named {
        /// Its name.
        name: String,
    },
    /// A pointer to data.
    Pointer {
        /// Whether what it points to is not written through it.
        constant: bool,
        /// What it points to.
        to: Box<Type>,
    },
    /// A pointer to a function.
    Function {
        /// The function.
        signature: Box<Signature>,
    },
}

/// A function: its calling convention is that of C, on 32-bit Windows __cdecl.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Signature {
    /// In their order.
    pub parameters: Vec<Parameter>,
    /// What it returns.
    pub returns: Returned,
    /// When and on which threads it may be called; see tags.
    pub tags: Vec<String>,
}

/// A parameter.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of: Type,
    /// What it is.
    pub doc: String,
    /// Of a pointer: whose it is.
    #[serde(flatten)]
    pub ownership: Ownership,
}

/// What a function returns.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Returned {
    /// Its type.
    #[serde(rename = "type")]
    pub of: Type,
    /// What it says; empty where nothing is returned.
    pub doc: String,
    /// Of a pointer: whose it is.
    #[serde(flatten)]
    pub ownership: Ownership,
}

/// Of a pointer or of what is behind it: who owns it, until when it is valid, whether it may be NULL.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Ownership {
    /// Who owns it and alone frees it; absent where the doc text says all that there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How long it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<String>,
    /// Whether it may be NULL; absent of what is no pointer to data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
}

/// Another name of a type.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Alias {
    /// Its name.
    pub name: String,
    /// What it stands for.
    #[serde(rename = "type")]
    pub of: Type,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it is.
    pub doc: String,
}

/// A struct. None has padding where pointers have 64 bits, and none does but at its end elsewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Struct {
    /// Its name.
    pub name: String,
    /// sizeof.
    pub size: Bytes,
    /// alignof.
    pub align: Bytes,
    /// In their order. A later version adds fields at the end of every struct that begins with struct_size.
    pub fields: Vec<Field>,
    /// Whose such a struct is.
    #[serde(flatten)]
    pub ownership: Ownership,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it is.
    pub doc: String,
}

/// A field of a struct.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of: Type,
    /// offsetof.
    pub offset: Bytes,
    /// sizeof.
    pub size: Bytes,
    /// Of a pointer to data: whether it may be NULL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it is, or what the function does.
    pub doc: String,
}

/// A named integer.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// What it is a value of.
    pub group: Group,
    /// Its type.
    #[serde(rename = "type")]
    pub of: Type,
    /// Its value.
    pub value: i64,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it means.
    pub doc: String,
}

/// What a constant is a value of.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Stands for itself.
    Version,
    /// A value of rp_status.
    Status,
    /// A bit of rp_module.flags.
    ModuleFlag,
    /// A level of rp_host.write_log.
    LogLevel,
}

/// A function that is called by its name.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Who defines it.
    pub defined_by: Definer,
    /// Parameters, result and tags.
    pub signature: Signature,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it does.
    pub doc: String,
}

/// Who defines a function.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Definer {
    /// The module, which exports it.
    Module,
    /// The module, which exports it where it is WebAssembly.
    WebassemblyModule,
    /// The header, inline: another language writes it anew.
    Header,
}

/// Exported data.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Data {
    /// Its name.
    pub name: String,
    /// The type of one element; as many as there are, and a NUL behind them.
    pub element: Type,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it is.
    pub doc: String,
}

/// A macro of the header, or an option that is defined before including it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// Whether it is an option.
    pub is_option: bool,
    /// The version of the ABI that added it.
    pub since: String,
    /// What it does.
    pub doc: String,
}

/// A rule that both sides keep.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Rule {
    /// Its number, by which texts name it.
    pub number: u32,
    /// What it is about.
    pub title: String,
    /// It in a line.
    pub summary: String,
    /// Its full text.
    pub text: String,
}

/// A word in brackets.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Tag {
    /// The word, without its brackets.
    pub name: String,
    /// What it means.
    pub doc: String,
}

/// A part of the header that is text.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Section {
    /// Its headline, in capitals.
    pub name: String,
    /// Its lines.
    pub text: String,
}

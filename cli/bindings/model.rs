//! What is declared, apart from any language. The first half is read from the contract as data.

use serde::Deserialize;

/// All declarations.
#[derive(Deserialize)]
pub struct Contract {
    /// The named integers.
    pub constants: Vec<Constant>,
    /// Other names of types: the types of `rp_sdk.h` that are enums in C are among them.
    pub aliases: Vec<Alias>,
    /// In an order in which each uses only those before it.
    pub structs: Vec<Struct>,
    /// Those that a module defines, and those of the headers.
    pub functions: Vec<Function>,
}

impl Contract {
    /// The functions that are linked from C.
    pub fn imported(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|one| one.defined_by == "header")
    }

    /// The structs whose layout the contract promises: those of `rp_module.h`.
    pub fn promised(&self) -> impl Iterator<Item = (&Struct, Widths)> {
        self.structs.iter().filter_map(|one| Some((one, one.size?)))
    }
}

/// A named integer.
#[derive(Deserialize)]
pub struct Constant {
    pub name: String,
    #[serde(rename = "type")]
    pub of: Type,
    pub value: i64,
    #[serde(default)]
    pub doc: String,
}

/// Another name of a type.
#[derive(Deserialize)]
pub struct Alias {
    pub name: String,
    #[serde(rename = "type")]
    pub of: Type,
    #[serde(default)]
    pub doc: String,
}

/// A struct.
#[derive(Deserialize)]
pub struct Struct {
    pub name: String,
    /// None where nothing outside the module depends on it.
    pub size: Option<Widths>,
    pub fields: Vec<Field>,
    #[serde(default)]
    pub doc: String,
}

/// A field of a struct.
#[derive(Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub of: Type,
    pub offset: Option<Widths>,
    pub size: Option<Widths>,
    #[serde(default)]
    pub doc: String,
}

/// A number of bytes for pointers of each width.
#[derive(Clone, Copy, Deserialize)]
pub struct Widths {
    pub bits_64: u64,
    pub bits_32: u64,
}

/// A function that has a name.
#[derive(Deserialize)]
pub struct Function {
    pub name: String,
    /// `module`, `webassembly_module` or `header`.
    pub defined_by: String,
    pub signature: Signature,
}

/// What a function takes and returns.
#[derive(Clone, Deserialize)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    pub returns: Returns,
}

#[derive(Clone, Deserialize)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "type")]
    pub of: Type,
}

#[derive(Clone, Deserialize)]
pub struct Returns {
    #[serde(rename = "type")]
    pub of: Type,
}

/// A type of C.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Type {
    Void,
    /// By its name in C.
    Primitive {
        name: String,
    },
    /// An alias or a struct.
    Named {
        name: String,
    },
    Pointer {
        constant: bool,
        to: Box<Type>,
    },
    Function {
        signature: Box<Signature>,
    },
    #[serde(skip)]
    Array {
        of: Box<Type>,
        count: u64,
    },
}

impl Type {
    /// A text that ends with a NUL, in a function of `rp_sdk.h`.
    pub fn is_text(&self) -> bool {
        matches!(self, Type::Pointer { constant: true, to } if matches!(&**to, Type::Primitive { name } if name == "char"))
    }

    /// What a pointer points to, where the function fills it in or changes it: not what is passed on as it came.
    pub fn is_changed(&self) -> Option<&Type> {
        match self {
            Type::Pointer { constant: false, to } => match &**to {
                Type::Named { name } if ["rp_reply", "rp_host", "rp_message"].contains(&name.as_str()) => {
                    None
                }
                Type::Named { .. } => Some(to),
                Type::Primitive { name } if name != "char" => Some(to),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The first sentence of a text, in one line.
pub fn sentence(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph[..end].trim().to_owned()
}

/// A text as comment lines that begin with `mark`, no longer than a line may be.
pub fn comment(mark: &str, text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is one");
        if !last.is_empty() && mark.len() + last.len() + word.len() > 100 {
            lines.push(word.to_owned());
        } else {
            let space = if last.is_empty() { "" } else { " " };
            last.push_str(&format!("{space}{word}"));
        }
    }
    lines.iter().filter(|line| !line.is_empty()).map(|line| format!("{mark}{line}\n")).collect()
}

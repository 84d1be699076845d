//! The symbols of the header, found in its text, against `spec/abi/symbols.txt` and against the Rust source.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Abi, read};

const HEADER: &str = include_str!("../../include/rp_module.h");
const TABLE: &str = include_str!("../../spec/abi/symbols.txt");

/// `kind name` of each symbol. Names that end in `_` are the header's own.
fn symbols(header: &str) -> BTreeSet<String> {
    let mut scan = Scan::default();
    code_lines(header).iter().for_each(|line| scan.line(line));
    scan.found.retain(|symbol| !symbol.ends_with('_') && symbol != "macro RP_MODULE_H");
    let is_defined = |name: &str| scan.found.iter().any(|symbol| symbol.ends_with(&format!(" {name}")));
    let options = scan.tested.iter().filter(|name| !is_defined(name) && *name != "RP_MODULE_H");
    let options: Vec<_> = options.map(|name| format!("option {name}")).collect();
    scan.found.extend(options);
    scan.found
}

/// Lines of code; of a macro the first one only.
pub fn code_lines(header: &str) -> Vec<&str> {
    let mut continues = false;
    let mut lines = vec![];
    for line in header.lines() {
        if !(continues || line.is_empty() || line.trim_start().starts_with("//")) {
            lines.push(line);
        }
        continues = line.ends_with('\\');
    }
    lines
}

#[derive(Default)]
struct Scan {
    found: BTreeSet<String>,
    /// Names of ours that `#if` asks for.
    tested: BTreeSet<String>,
    inside_struct: Option<String>,
    inside_parameters: bool,
}

impl Scan {
    fn line(&mut self, line: &str) {
        if let Some(definition) = line.strip_prefix("#define ") {
            self.add_macro(definition);
        } else if line.starts_with("#if") {
            self.tested.extend(identifiers(line).filter(|name| name.starts_with("RP_")).map(str::to_owned));
        } else if let Some(name) = line.strip_prefix("typedef struct ") {
            let name = name.trim_end_matches(" {");
            self.found.insert(format!("type {name}"));
            self.inside_struct = Some(name.to_owned());
        } else if line.starts_with('}') {
            self.inside_struct = None;
        } else if self.inside_struct.is_some() {
            self.add_field(line);
        } else if line.starts_with("typedef ") && !line.contains('#') {
            self.found.insert(format!("type {}", last_identifier(line)));
        } else if line.starts_with("RP_EXPORT ") || line.starts_with("static inline ") {
            self.add_export(line);
        }
    }

    fn add_macro(&mut self, definition: &str) {
        let name = identifiers(definition).next().expect("a macro has a name");
        let value = definition[name.len()..].trim();
        let kind = if value.parse::<i64>().is_ok() { "constant" } else { "macro" };
        self.found.insert(format!("{kind} {name}"));
    }

    fn add_field(&mut self, line: &str) {
        if !self.inside_parameters {
            let declared =
                line.split_once("(RP_CALL *").map_or(line, |(_, rest)| rest.split(')').next().unwrap());
            let item = self.inside_struct.as_ref().expect("inside a struct");
            self.found.insert(format!("field {item}.{}", last_identifier(declared)));
        }
        self.inside_parameters = !line.ends_with(';');
    }

    fn add_export(&mut self, line: &str) {
        let (declared, kind) = match (line.split_once('('), line.split_once('[')) {
            (Some((declared, _)), _) => (declared, "function"),
            (None, Some((declared, _))) => (declared, "data"),
            (None, None) => panic!("neither function nor data: {line}"),
        };
        self.found.insert(format!("{kind} {}", last_identifier(declared)));
    }
}

fn identifiers(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

fn last_identifier(text: &str) -> &str {
    identifiers(text).next_back().expect("a declaration has a name")
}

/// The version of each symbol of the header, by `kind name`: that of the nearest label above it.
fn labelled(header: &str) -> BTreeMap<String, String> {
    let (mut scan, mut versions, mut label) = (Scan::default(), BTreeMap::new(), "");
    for line in header.lines().map(str::trim_end) {
        label = label_of(line).unwrap_or(label);
        code_lines(line).into_iter().for_each(|line| scan.line(line));
        let options = scan.tested.iter().map(|name| format!("option {name}"));
        for symbol in scan.found.iter().cloned().chain(options) {
            versions.entry(symbol).or_insert_with(|| label.to_owned());
        }
    }
    versions
}

/// The version in a comment that says `Since ABI 1.`, or `Since ABI 1.1.`
fn label_of(line: &str) -> Option<&str> {
    let (_, version) = line.trim_start().strip_prefix("//")?.split_once("Since ABI ")?;
    let version = version.split_whitespace().next()?.trim_end_matches('.');
    version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
}

/// The version of each symbol of `spec/abi/symbols.txt`, by `kind name`.
pub fn versions() -> BTreeMap<String, String> {
    table(TABLE)
}

/// `kind name` of each line of the table, whose columns are name, kind and version, and the version.
fn table(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(table_line).collect()
}

fn table_line(line: &str) -> (String, String) {
    let columns: Vec<_> = line.split_whitespace().collect();
    let [name, kind, version] = columns[..] else {
        panic!("spec/abi/symbols.txt: three columns, not: {line}")
    };
    assert!(
        version.split('.').all(|part| part.parse::<u32>().is_ok()),
        "spec/abi/symbols.txt: no version: {line}"
    );
    (format!("{kind} {name}"), version.to_owned())
}

/// What is on one side only, as text for people.
fn difference(header: &str, text: &str) -> String {
    let (header, table) = (symbols(header), table(text).into_keys().collect());
    let missing =
        header.difference(&table).map(|s| format!("in the header, not in spec/abi/symbols.txt: {s}\n"));
    let gone =
        table.difference(&header).map(|s| format!("in spec/abi/symbols.txt, not in the header: {s}\n"));
    missing.chain(gone).collect()
}

#[test]
fn each_symbol_is_listed_with_its_version() {
    assert_eq!(
        difference(HEADER, TABLE),
        "",
        "A symbol that was released never goes; a new one gets a line."
    );
}

#[test]
fn the_table_notices_what_comes_and_goes() {
    let grown = HEADER.replace("} rp_host;", "  int64_t (RP_CALL *later)(void);\n} rp_host;");
    assert_eq!(
        difference(&grown, TABLE),
        "in the header, not in spec/abi/symbols.txt: field rp_host.later\n"
    );
    let shrunk = HEADER.replace("#define RP_LOG_TRACE 5\n", "");
    assert_eq!(
        difference(&shrunk, TABLE),
        "in spec/abi/symbols.txt, not in the header: constant RP_LOG_TRACE\n"
    );
}

/// The symbols whose label in the header is not their version in the table.
fn mislabelled(header: &str) -> Vec<String> {
    let labels = labelled(header);
    table(TABLE)
        .into_iter()
        .filter(|(symbol, version)| labels.get(symbol) != Some(version))
        .map(|(symbol, _)| symbol)
        .collect()
}

#[test]
fn each_label_says_the_version_of_the_table() {
    assert_eq!(mislabelled(HEADER), [""; 0], "write `Since ABI n.` into the comment above what is new");
}

#[test]
fn a_label_that_is_wrong_or_missing_is_noticed() {
    let newer = HEADER.replace(
        "  // Size of the memory, in bytes.\n",
        "  // Size of the memory, in bytes. Since ABI 1.1.\n",
    );
    assert_eq!(mislabelled(&newer), ["field rp_reply.capacity", "field rp_reply.grow"]);
    let unlabelled =
        HEADER.replacen("use another one by default. Since ABI 1.", "use another one by default.", 1);
    assert_eq!(mislabelled(&unlabelled), ["macro RP_CALL"]);
}

#[test]
fn every_public_item_of_the_abi_is_in_the_header() {
    let header = symbols(HEADER);
    let lost: Vec<_> = expected(&read()).into_iter().filter(|symbol| !header.contains(symbol)).collect();
    assert_eq!(
        lost, [""; 0],
        "cbindgen drops what no function reaches: name it under [export] in cbindgen.toml"
    );
}

fn expected(abi: &Abi) -> Vec<String> {
    let constants = abi.constants.iter().map(|constant| format!("constant {}", constant.name));
    let aliases = abi.aliases.iter().map(|item| &item.name);
    let types = aliases.chain(abi.structs.iter().map(|item| &item.name));
    let functions = abi.functions.iter().map(|item| format!("function {}", item.name));
    let field_names = |item: &crate::source::Struct| {
        item.fields.iter().map(|field| format!("field {}.{}", item.name, field.name)).collect::<Vec<_>>()
    };
    let fields = abi.structs.iter().flat_map(field_names);
    constants.chain(types.map(|name| format!("type {name}"))).chain(functions).chain(fields).collect()
}

/// The line by which `tests/platforms/sizes.c` measures a symbol; functions and macros have none.
fn measured(symbol: &str) -> Option<String> {
    let (kind, name) = symbol.split_once(' ')?;
    match kind {
        "constant" => Some(format!("\n{name} ")),
        "type" => Some(format!("\nsizeof({name}) ")),
        "field" => Some(format!("\noffsetof({name}) ")),
        _ => None,
    }
}

#[test]
fn each_type_field_and_constant_is_measured() {
    let lines = include_str!("../platforms/sizes-64.txt");
    let symbols = symbols(HEADER);
    let lost: Vec<_> =
        symbols.iter().filter_map(|s| measured(s)).filter(|line| !lines.contains(line)).collect();
    assert_eq!(lost, [""; 0], "./dev header writes tests/platforms/sizes.c");
}

/// Lines that declare a function or a function pointer without RP_CALL; what is static stays on one side.
fn without_calling_convention(header: &str) -> Vec<&str> {
    let declares =
        |line: &str| line.contains("(*") || line.contains("(RP_CALL *") || line.starts_with("RP_EXPORT ");
    let is_function = |line: &str| line.contains('(') && declares(line) && !line.starts_with('#');
    code_lines(header).into_iter().filter(|line| is_function(line) && !line.contains("RP_CALL ")).collect()
}

#[test]
fn every_function_names_its_calling_convention() {
    assert_eq!(without_calling_convention(HEADER), [""; 0]);
    let functions = symbols(HEADER).iter().filter(|symbol| symbol.starts_with("function ")).count();
    let pointers = HEADER.matches("(RP_CALL *").count();
    assert_eq!(
        (functions, pointers),
        (4, 9),
        "rp_module_v1 rp_alloc rp_free rp_reply_write; grow, 5 of rp_host, 3 of rp_module"
    );
    let forgotten =
        HEADER.replace("(RP_CALL *send)", "(*send)").replace("*RP_CALL rp_module_v1(", "*rp_module_v1(");
    assert_eq!(without_calling_convention(&forgotten).len(), 2);
}

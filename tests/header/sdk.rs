//! Makes `sdk/src/abi.rs`: bindgen's reading of the header, and the layout asserts for both pointer widths.

use std::collections::BTreeMap;
use std::path::Path;

use bindgen::callbacks::{IntKind, ParseCallbacks};
use bindgen::{Builder, RustEdition, RustTarget};

use crate::layout;
use crate::source::Abi;

const TOP: &str = "\
//! The ABI, as bindgen reads it from `include/rp_module.h`. That header also holds the rules.
//!
//! Generated: `./dev header` rewrites this file, and no module needs libclang.
#![cfg_attr(rustfmt, rustfmt_skip)]
// The names and comments are those of the C header.
#![allow(non_camel_case_types, rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
// A module needs a part of it.
#![allow(dead_code)]

use core::mem::offset_of;

";

/// The Rust form of a header for authors of Rust modules.
pub fn sdk(abi: &Abi, header: &Path) -> String {
    let bindings = builder(abi, header).generate().unwrap_or_else(|e| panic!("bindgen: {e}{LIBCLANG}"));
    // bindgen writes `type_` and block comments; the source of the header has `r#type` and line comments.
    let text = with_line_comments(&bindings.to_string().replace("pub type_:", "pub r#type:"));
    let text = TOP.to_owned() + &text;
    with_constant_docs(abi, &text) + &layout::rust_asserts(abi)
}

const LIBCLANG: &str =
    "\nbindgen needs libclang: apt install libclang-dev, dnf install clang-devel or brew install llvm";

fn builder(abi: &Abi, header: &Path) -> Builder {
    Builder::default()
        .header(header.to_str().expect("the path is UTF-8"))
        // The header's comments are plain ones, and its exports are the module's to define.
        .clang_args(["-fparse-all-comments", "-DRP_NO_ENTRY"])
        .allowlist_item("rp_.*|RP_.*")
        .blocklist_item(".*_")
        .parse_callbacks(Box::new(ConstantTypes(constant_types(abi))))
        .rust_target(RustTarget::stable(88, 0).expect("bindgen knows this Rust"))
        .rust_edition(RustEdition::Edition2024)
        .use_core()
        .ctypes_prefix("core::ffi")
        .disable_header_comment()
        .layout_tests(false)
        .derive_debug(false)
        // Rule 11: never a copy of rp_host. The others are passed by pointer too.
        .no_copy("rp_message|rp_reply|rp_host|rp_module")
        .formatter(bindgen::Formatter::Prettyplease)
}

/// The types of the constants, which a macro does not have.
#[derive(Debug)]
struct ConstantTypes(BTreeMap<String, IntKind>);

impl ParseCallbacks for ConstantTypes {
    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        self.0.get(name).copied()
    }
}

fn constant_types(abi: &Abi) -> BTreeMap<String, IntKind> {
    let kind = |rust_type: &str| match rust_type {
        "u32" => IntKind::U32,
        "i32" => IntKind::I32,
        other => panic!("a constant of a type that this test does not know: {other}"),
    };
    abi.constants.iter().map(|constant| (constant.name.clone(), kind(&constant.rust_type))).collect()
}

/// libclang keeps no comments of macros: they are put in from the source of the header.
fn with_constant_docs(abi: &Abi, text: &str) -> String {
    abi.constants.iter().fold(text.to_owned(), |text, constant| {
        let declaration = format!("pub const {}:", constant.name);
        let docs: String = constant.docs.iter().map(|line| format!("///{line}\n")).collect();
        text.replace(&declaration, &(docs + &declaration))
    })
}

fn with_line_comments(text: &str) -> String {
    let mut lines = String::new();
    let mut indent = None;
    for line in text.lines() {
        let (start, body) = match (indent, line.find("/** ")) {
            (None, Some(at)) => (line[..at].to_owned(), format!(" {}", &line[at + 4..])),
            (Some(at), _) => (" ".repeat(at), line.to_owned()),
            (None, None) => {
                lines += &format!("{line}\n");
                continue;
            }
        };
        indent = if body.ends_with("*/") { None } else { Some(start.len()) };
        lines += &format!("{start}///{}\n", body.trim_end_matches("*/"));
    }
    lines
}

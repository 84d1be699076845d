//! Every code has its entry; those of the host are written from the source, `RP_BLESS=1` writes them anew.
use std::collections::{BTreeMap, BTreeSet};

use syn::{Arm, Expr, File, ImplItem, Item, Lit, Meta, Pat};

use super::names::sources;
use super::{root, source};

#[test]
fn of_error_responses() {
    let page = std::fs::read_to_string(source().join("codes.md")).unwrap();
    let entries: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(entries, rp_protocol::code::ALL.iter().copied().collect());
}

/// The codes of the command itself are those that its source has, beside what it passes on from the host.
#[test]
fn of_the_command() {
    let sources = sources(&root().join("cli"), "rs");
    let of_the_host = ["rp::load::", "rp::call::", "rp::store::"];
    let used: BTreeSet<&str> =
        sources.iter().flat_map(|text| text.split('"')).filter(|word| is_code(word)).collect();
    let own = used.into_iter().filter(|code| !of_the_host.iter().any(|prefix| code.starts_with(prefix)));
    let page = std::fs::read_to_string(source().join("errors.md")).unwrap();
    let table = page.split("## Of the command").nth(1).expect("the table").split(MARK).next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<BTreeSet<_>>(), own.collect(), "in errors.md");
}

const MARK: &str = "<!-- codes -->\n";

#[test]
fn of_the_host() {
    let path = source().join("errors.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let head = page.split(MARK).next().unwrap();
    let groups = [
        ("Loading", "load.rs", "LoadFault"),
        ("Calling", "call.rs", "CallFault"),
        ("The store", "store.rs", "StoreFault"),
    ];
    let tables: String =
        groups.map(|(title, file, name)| format!("\n## {title}\n\n{}", table(file, name))).concat();
    let written = format!("{head}{MARK}{tables}");
    if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(path, written).unwrap();
    } else {
        assert!(
            page == written,
            "errors.md differs from the source: RP_BLESS=1 cargo test --test packages book"
        );
    }
}

/// Each code of an enum of faults with the texts of its variants.
fn table(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(root().join("host/src/error").join(file)).unwrap();
    let parsed = syn::parse_file(&text).unwrap();
    let texts = texts(&parsed, name);
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arm in arms(&parsed, name) {
        for variant in variants(&arm.pat) {
            for code in codes(&arm.body, &parsed) {
                rows.entry(code).or_default().push(texts[&variant].clone());
            }
        }
    }
    let all: BTreeSet<&str> = text.split('"').filter(|word| is_code(word)).collect();
    assert_eq!(rows.keys().map(String::as_str).collect::<BTreeSet<_>>(), all, "{file}");
    let row = |(code, texts): (&String, &Vec<String>)| {
        format!("| `{code}` | {} |\n", unnumbered(&texts.join("; ")).replace('|', "\\|"))
    };
    format!("| code | text |\n| --- | --- |\n{}", rows.iter().map(row).collect::<String>())
}

/// Names in braces stay, since they tell something; numbers and formats do not.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (field, rest) = part.split_once('}').expect("a brace is closed");
        let name = field.split(':').next().unwrap();
        match name.parse::<usize>().is_ok() || name.is_empty() {
            true => out.push('…'),
            false => out.push_str(&format!("{{{name}}}")),
        }
        out.push_str(rest);
    }
    out.replace("……", "…")
}

fn is_code(word: &str) -> bool {
    word.starts_with("rp::") && word.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:8".contains(&byte))
}

/// The texts of `#[error("…")]` by variant.
fn texts(file: &File, name: &str) -> BTreeMap<String, String> {
    let faults = file.items.iter().find_map(|item| match item {
        Item::Enum(found) if found.ident == name => Some(found),
        _ => None,
    });
    let text = |variant: &syn::Variant| {
        let attribute =
            variant.attrs.iter().find(|attribute| attribute.path().is_ident("error")).expect("a text");
        let Meta::List(list) = &attribute.meta else { panic!("#[error(…)]") };
        let first = list.tokens.clone().into_iter().next().expect("a text").to_string();
        let text: syn::LitStr = syn::parse_str(&first).expect("a text");
        text.value()
    };
    faults.expect(name).variants.iter().map(|variant| (variant.ident.to_string(), text(variant))).collect()
}

/// The arms of the `match` in the method `code`.
fn arms(file: &File, name: &str) -> Vec<Arm> {
    let of_name = |item: &Item| match item {
        Item::Impl(found) if matches!(&*found.self_ty, syn::Type::Path(path) if path.path.is_ident(name)) => {
            Some(found.items.clone())
        }
        _ => None,
    };
    let methods = file.items.iter().filter_map(of_name).flatten();
    let code = methods.filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "code" => method.block.stmts.last().cloned(),
        _ => None,
    });
    let Some(syn::Stmt::Expr(Expr::Match(found), _)) = code.into_iter().next() else {
        panic!("{name}::code is a match")
    };
    found.arms
}

fn variants(pattern: &Pat) -> Vec<String> {
    let last = |path: &syn::Path| vec![path.segments.last().expect("a name").ident.to_string()];
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(variants).collect(),
        Pat::TupleStruct(found) => last(&found.path),
        Pat::Struct(found) => last(&found.path),
        Pat::Path(found) => last(&found.path),
        Pat::Ident(found) => vec![found.ident.to_string()],
        _ => panic!("a variant"),
    }
}

/// The code that an arm gives, or those of the function that it calls.
fn codes(body: &Expr, file: &File) -> Vec<String> {
    match body {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(code) => vec![code.value()],
            _ => panic!("a code"),
        },
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { panic!("a function") };
            let inner = file.items.iter().find_map(|item| match item {
                Item::Fn(found) if function.path.is_ident(&found.sig.ident) => found.block.stmts.last(),
                _ => None,
            });
            let Some(syn::Stmt::Expr(Expr::Match(found), _)) = inner else { panic!("a match") };
            found.arms.iter().flat_map(|arm| codes(&arm.body, file)).collect()
        }
        _ => panic!("a code or a call"),
    }
}

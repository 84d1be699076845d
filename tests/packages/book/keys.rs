//! The page of rp.toml lists every key, with what the schema says of it. `RP_BLESS=1` writes the list anew.

use serde_json::Value;

use super::{root, source};

const MARK: &str = "<!-- keys -->\n";

#[test]
fn of_the_configuration() {
    let text = std::fs::read_to_string(root().join("spec/schemas/rp.toml.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let path = source().join("config.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut parts = page.split(MARK);
    let (head, tail) = (parts.next().unwrap(), parts.nth(1).expect("two marks"));
    let rows = rows(&schema, &schema, "");
    assert!(rows.contains("| `instance.NAME.grants.read` |"), "{rows}");
    let written = format!("{head}{MARK}\n| key | meaning |\n| --- | --- |\n{rows}\n{MARK}{tail}");
    if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(path, written).unwrap();
    } else {
        assert!(
            page == written,
            "config.md differs from the schema: RP_BLESS=1 cargo test --test packages book"
        );
    }
}

/// A row for each key that has a value, those of tables below it included.
fn rows(whole: &Value, table: &Value, prefix: &str) -> String {
    let keys = table["properties"].as_object().into_iter().flatten();
    let row = |(key, schema): (&String, &Value)| match table_below(whole, schema) {
        Some((inner, name)) => rows(whole, inner, &format!("{prefix}{key}{name}.")),
        None => {
            let meaning = schema["description"].as_str().expect("a description").replace('\n', " ");
            format!("| `{prefix}{key}` | {} |\n", meaning.replace('|', "\\|"))
        }
    };
    keys.map(row).collect()
}

/// The table that a key holds, and what stands for the names in it where it holds one for each name.
fn table_below<'a>(whole: &'a Value, schema: &'a Value) -> Option<(&'a Value, &'static str)> {
    let by_name = schema["patternProperties"].as_object().and_then(|all| all.values().next());
    let reference = by_name.unwrap_or(schema)["$ref"].as_str()?;
    let table = whole.pointer(reference.strip_prefix('#')?)?;
    let name = if by_name.is_some() { ".NAME" } else { "" };
    table.get("properties").is_some().then_some((table, name))
}

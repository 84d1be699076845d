//! What `rp client` refuses, and what it says about it.

use super::{assert_file, folder, rp, written};

/// A description with one command, whose schema is that of its arguments.
fn described(args: &str) -> tempfile::NamedTempFile {
    let text = format!(r#"{{"name":"m","version":"1.0.0","commands":[{{"name":"greet","args":{args}}}]}}"#);
    file(&text)
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    std::fs::write(file.path(), text).expect("written");
    file
}

fn fault(file: &tempfile::NamedTempFile) -> (i32, String) {
    let (code, text, told) = rp(&["client", "rust", file.path().to_str().expect("UTF-8"), "--json"]);
    assert_eq!(text, "", "{told}");
    (code, told)
}

#[test]
fn a_broken_schema_is_named() {
    for (args, expected) in [
        (r#"{"type":"string"}"#, "command greet at /args: the arguments of a command are an object"),
        (r#"5"#, "command greet at /args: a schema is an object, true or false"),
        (r#"{"type":"text"}"#, r#"command greet at /args: there is no type \"text\""#),
        (r#"{"type":[5]}"#, "command greet at /args: type: expected strings"),
        (r#"{"properties":5}"#, "command greet at /args: properties: expected an object"),
        (
            r#"{"properties":{"a":{}},"required":"a"}"#,
            "command greet at /args: required: expected an array of strings",
        ),
        (
            r#"{"properties":{"a/b":{"items":7}}}"#,
            "command greet at /args/properties/a~1b/items: a schema is",
        ),
        (
            r##"{"properties":{"a":{"$ref":"#/x"}}}"##,
            "command greet at /args/properties/a: $ref: #/x leads to nothing",
        ),
        (
            r#"{"properties":{"a":{"$ref":"other.json"}}}"#,
            "/args/properties/a: $ref: other.json leads to nothing",
        ),
        (
            r#"{"properties":{"a":{"enum":"b"}}}"#,
            "command greet at /args/properties/a: enum: expected an array",
        ),
    ] {
        let (code, told) = fault(&described(args));
        assert!(
            code == 1 && told.contains(expected) && told.contains("rp::client::schema"),
            "{args}: {told}"
        );
    }
}

#[test]
fn what_is_no_description_is_refused() {
    for (text, expected) in [
        ("{", "EOF"),
        (r#"{"status":"success","data":{}}"#, "it is a response; `rp describe FILE` writes a description"),
        (r#"{"version":"1"}"#, "name: expected a string of a-z, 0-9 and -"),
        (r#"{"name":"a\nb"}"#, "name: expected a string of a-z, 0-9 and -"),
        (r#"{"name":"a","commands":{}}"#, "commands: expected an array"),
        (r#"{"name":"a","commands":[{"name":7}]}"#, "commands[0].name: expected a string"),
        (r#"{"name":"a","events":{"b":7}}"#, "events.b: expected an object"),
    ] {
        let (code, told) = fault(&file(text));
        assert!(
            code == 1 && told.contains(expected) && told.contains("rp::client::description"),
            "{text}: {told}"
        );
    }
}

/// Whatever no type says is told; C and C++ say less than the others.
#[test]
fn what_a_client_does_not_say_is_told() {
    let notes = |language: &str| rp(&["client", language, "hostile.json"]).2;
    let told = format!("python\n{}\nc\n{}\ncpp\n{}", notes("python"), notes("c"), notes("cpp"));
    assert_file("hostile-notes.txt", &told);
    assert_eq!(notes("rust"), notes("ts"));
}

#[test]
fn a_check_compares() {
    let out = tempfile::NamedTempFile::with_suffix(".py").expect("a file");
    let path = out.path().to_str().expect("UTF-8");
    assert_eq!(written(&["client", "python", "notes.json", "-o", path]), "");
    let check = || rp(&["client", "python", "notes.json", "-o", path, "--check", "--json"]);
    assert_eq!(check(), (0, String::new(), String::new()));
    let text = std::fs::read_to_string(path).expect("there");
    assert_eq!(text, std::fs::read_to_string(folder().join("notes.py")).expect("there"));
    std::fs::write(path, text.replacen("import json", "import  json", 1)).expect("written");
    let line = text.lines().position(|line| line == "import json").expect("an import") + 1;
    let (code, _, told) = check();
    let expected = format!("is not the client of this module, from line {line} on");
    assert!(code == 1 && told.contains("rp::client::differs") && told.contains(&expected), "{told}");
    std::fs::remove_file(path).expect("removed");
    let (code, _, told) = check();
    assert!(code == 2 && told.contains("rp::client::unreadable"), "{told}");
}

#[test]
fn what_the_command_line_may_not_say() {
    for arguments in [
        &["client", "python", "notes.json", "--for", "module"][..],
        &["client", "cobol", "notes.json"],
        &["client", "rust", "notes.json", "--check"],
        &["client", "rust", "notes.json", "--name", "*/"],
        &["client", "rust", "missing.json"],
        &["describe", "missing.so"],
    ] {
        let (code, text, told) = rp(arguments);
        assert_eq!((code, text.as_str()), (2, ""), "{arguments:?}: {told}");
    }
}

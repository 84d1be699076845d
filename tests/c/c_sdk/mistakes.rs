//! What compiles in C into a function that no message reaches: no instance is made of it, and the log says why.

use std::sync::{Arc, Mutex};

use rp_host::Host;
use serde_json::{Value, json};

use super::compile;

const SAID: [&str; 14] = [
    "name stands in its table twice, and the second is never reached",
    "greet stands in its table twice, and the second is never reached",
    "a command, event, listener, provider or field has no name",
    "a command, event, listener, provider or field has no name",
    "welcome is a command without a function",
    "welcome is a command without a description",
    "a.b stands in its table twice, and the second is never reached",
    "a is listened to, but RP_SUBSCRIBES of the manifest's requests lacks it",
    "a.c is a listener without a function",
    "stone has a provider, but RP_PROVIDES of the manifest lacks it",
    "bush is a provider without a function",
    "the module answers nothing: give RP_TABLE_MODULE RP_COMMANDS, RP_LISTENERS, RP_PROVIDERS or .other",
    "b.c is emitted, but RP_EMITS of the manifest's requests lacks it",
    "a.b is a listener that is never called: one before it takes all of its events",
];

fn module(mistake: usize) -> std::path::PathBuf {
    let source = format!("#define MISTAKE {mistake}\n{}", include_str!("mistakes.c"));
    // Not optimised, which would take five times as long: what is looked at is what the tables say.
    compile::module(&format!("mistakes-{mistake}"), "gcc", "-O0", &source)
}

#[test]
fn tables_with_a_mistake_make_no_instance() {
    for (at, said) in SAID.iter().enumerate() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = lines.clone();
        let host =
            Host::builder().on_log(move |line| sink.lock().unwrap().push(line.text.to_owned())).build();
        let error = host.load(module(at + 1)).unwrap_err();
        assert_eq!(error.code(), "rp::load::create_failed", "{said}");
        assert_eq!(lines.lock().unwrap().last().unwrap(), said);
    }
}

#[test]
fn a_failure_without_a_response_is_called_so() {
    let host = Host::new();
    let instance = host.load(module(0)).unwrap();
    assert_eq!(
        instance.command::<_, Value>("greet", &json!({"name": "Ann"})).unwrap(),
        json!({"name": "Ann"})
    );
    let error = instance.command::<_, Value>("fail", &json!({})).unwrap_err().to_string();
    assert!(error.contains("the module said RP_FAILED and wrote no response"), "{error}");
}

/// A field and the type of its member, which does not fit it; the compiler names the member.
#[test]
fn a_field_of_another_type_does_not_compile() {
    let source = |field: &str, member: &str| {
        format!(
            "#include \"rp_sdk.h\"\nRP_WORD_TABLE(words, NULL, \"a\", \"b\");\nenum word {{ A, B }};\n\
             typedef struct {{ {member} kept; }} data;\nRP_RECORD(data_record, data, NULL, {field});\n"
        )
    };
    for compiler in ["gcc", "clang"] {
        for (field, wrong, right) in [
            ("RP_DOUBLE(data, kept, NULL)", "int64_t", "double"),
            ("RP_INT(data, kept, NULL)", "double", "long long"),
            ("RP_UINT(data, kept, NULL)", "int64_t", "unsigned long long"),
            ("RP_OPT_INT(data, kept, NULL)", "rp_uint", "rp_int"),
            ("RP_WORD(data, kept, words, NULL)", "float", "enum word"),
            ("RP_STR(data, kept, NULL)", "rp_json", "rp_str"),
        ] {
            compile::check_source(compiler, &source(field, right)).unwrap();
            let said = compile::check_source(compiler, &source(field, wrong)).unwrap_err();
            assert!(said.contains("member_kept_has_not_the_type_of_its_macro"), "{field} of {wrong}: {said}");
        }
    }
    // Other compilers compare sizes.
    let other = "#include <float.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\
         #include <stdlib.h>\n#include <string.h>\n#undef __GNUC__\n";
    let source = |member: &str| format!("{other}{}", source("RP_DOUBLE(data, kept, NULL)", member));
    compile::check_source("gcc", &source("double")).unwrap();
    let said = compile::check_source("gcc", &source("float")).unwrap_err();
    assert!(said.contains("member_kept_has_not_the_type_of_its_macro"), "{said}");
}

//! Libraries whose entry, table, manifest or first steps are wrong.

use std::path::PathBuf;

use rp_host::LoadOptions;
use serde_json::json;

use super::case::Case;
use support::scripted::scripted_library;
use support::{Source, built};

fn table() -> Source {
    Source::new("table")
}

fn plain() -> Source {
    Source::new("plain")
}

fn manifest(text: &str) -> Source {
    table().define_text("MANIFEST", text)
}

/// A library that needs one of that name, which the build alone knows.
fn in_need_of(name: &str) -> Source {
    let dependency = Source::new("dependency").flag(format!("-Wl,-soname,{name}")).library();
    table().define("USES_DEPENDENCY").flag(dependency.to_str().unwrap())
}

/// A library with room between its segments that nobody can read.
fn gap(what: &str) -> Source {
    table().define(what).flag("-Wl,-z,max-page-size=0x200000")
}

/// Nothing is wrong with it but that the canary has its name.
fn same_name() -> PathBuf {
    manifest(r#"{"name":"test-minimal","version":"9.0.0","protocol":"1.0"}"#).library()
}

/// Each with the only thing that is wrong with it.
fn wrong() -> Vec<(&'static str, Source)> {
    let define = |what: &str| table().define(what);
    vec![
        ("no entry", define("NO_ENTRY")),
        ("the entry of another ABI version", define("ENTRY=rp_module_v2")),
        ("an entry that is data", define("ENTRY_IS_DATA")),
        ("a hidden entry", define("EXPORT_ENTRY=")),
        ("an undefined symbol", define("USES_UNDEFINED")),
        ("a missing dependency", in_need_of("libgone.so.1")),
        ("built for musl", in_need_of("libc.musl-x86_64.so.1")),
        ("built for musl with zig", in_need_of("libc.so")),
        ("variables of a thread without room", define("STATIC_TLS")),
        ("a NULL table", define("RETURNS=NULL")),
        ("a table at address 8", define("RETURNS=(const rp_module*)8")),
        ("a table at the last address", define("RETURNS=(const rp_module*)-8")),
        ("a table on the heap", define("ON_THE_HEAP")),
        ("a misaligned table", define("MISALIGNED")),
        // Without the room that sanitizers put behind everything.
        ("a table that reaches out of the library", define("AT_THE_END").flag("-fno-sanitize=all")),
        (
            "a table between the segments",
            gap("RETURNS=(const rp_module*)(((size_t)table_manifest+0x20000)&~(size_t)7)"),
        ),
        ("the table's manifest lies between the segments", gap("TABLE_MANIFEST=table_manifest+0x20000")),
        (
            "create lies between the segments",
            gap("CREATE=(void*(*)(const rp_host*))(table_manifest+0x20000)"),
        ),
        ("destroy lies outside the library", define("DESTROY=(void(*)(void*))8")),
        (
            "handle_message is data",
            define("HANDLE_MESSAGE=(rp_status(*)(void*,const rp_message*,rp_reply*))&instance"),
        ),
        ("struct_size 0", define("STRUCT_SIZE=0")),
        ("struct_size one short", define("STRUCT_SIZE=sizeof(rp_module)-1")),
        ("an unknown flag", define("FLAGS=2")),
        ("unknown flags beside a known one", define("FLAGS=0x80000001")),
        ("create is NULL", define("CREATE=NULL")),
        ("destroy is NULL", define("DESTROY=NULL")),
        ("handle_message is NULL", define("HANDLE_MESSAGE=NULL")),
        ("the table's manifest is NULL", define("TABLE_MANIFEST=NULL")),
        ("the table's manifest lies outside", define("TABLE_MANIFEST=(const char*)8")),
        ("the table's manifest does not end", define("TABLE_MANIFEST=endless")),
        ("the table's manifest differs", define("TABLE_MANIFEST=\"{}\"")),
        ("no manifest", define("NO_MANIFEST")),
        ("a manifest that is too large", define("LONG_MANIFEST")),
        ("a manifest that does not end", define("UNTERMINATED_MANIFEST")),
        ("a manifest that is empty", manifest("")),
        ("a manifest that is not JSON", manifest(r#"{"name":"broken","#)),
        ("a manifest that is no object", manifest("[]")),
        ("a manifest that is not UTF-8", table().flag(r#"-DMANIFEST="{\"name\":\"\xff\"}""#)),
        ("a manifest without a name", manifest(r#"{"version":"1.0.0","protocol":"1.0"}"#)),
        ("a manifest with a bad name", manifest(r#"{"name":"Bad Name","version":"1.0.0","protocol":"1.0"}"#)),
        ("a manifest with a bad version", manifest(r#"{"name":"a","version":"1","protocol":"1.0"}"#)),
        ("a manifest of another protocol", manifest(r#"{"name":"a","version":"1.0.0","protocol":"2.0"}"#)),
        (
            "a manifest that needs what is unknown",
            manifest(r#"{"name":"a","version":"1.0.0","protocol":"1.0","needs":["gpu"]}"#),
        ),
        ("create returns NULL", define("CREATE=create_nothing")),
        (
            "init answers an error",
            define("STATUS=RP_FAILED").define_text(
                "RESPONSE",
                r#"{"status":"error","error":"the licence has expired","code":"expired"}"#,
            ),
        ),
        (
            "init answers an error without a code",
            define("STATUS=RP_FAILED").define_text("RESPONSE", r#"{"status":"error","error":"no"}"#),
        ),
        ("init answers no JSON", table().define_text("RESPONSE", "done")),
        ("init answers an unknown status", define("STATUS=77")),
        ("init answers RP_ERR_NO_MEMORY", define("STATUS=RP_ERR_NO_MEMORY")),
        ("init answers RP_ERR_CANCELLED", define("STATUS=RP_ERR_CANCELLED")),
        ("init answers RP_ERR_PANIC", define("STATUS=RP_ERR_PANIC")),
        ("a plain module without free_string", plain().define("NO_FREE_STRING")),
        ("a plain module without destroy_module", plain().define("NO_DESTROY_MODULE")),
        ("a plain module without create_module", plain().define("NO_CREATE_MODULE")),
        ("a plain module whose function is data", plain().define("HANDLE_MESSAGE_IS_DATA")),
        ("a plain module that creates nothing", plain().define("CREATES_NOTHING")),
        ("a plain module whose metadata is NULL", plain().define("METADATA=NULL")),
        (
            "a plain module whose metadata is broken",
            plain().define_text("METADATA_TEXT", "{").define("METADATA=copy(METADATA_TEXT)"),
        ),
    ]
}

pub fn sources() -> Vec<Source> {
    wrong().into_iter().map(|(_, source)| source).collect()
}

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<_> =
        wrong().into_iter().map(|(name, source)| Case::new(name, source.library())).collect();
    let good = || scripted_library("scripted");
    cases.extend([
        Case::new("Rust code that panics in init", built("panics"))
            .options(LoadOptions::new().config(json!({"panic": "init"}))),
        Case::new("an unexpected name", good()).options(LoadOptions::new().expect_name("other")),
        Case::new("an unexpected version", good())
            .options(LoadOptions::new().expect_version(">=2".parse().unwrap())),
        Case::new("an unexpected sha-256", good()).options(LoadOptions::new().sha256([0x5a; 32])),
        Case::new("another module of a name that is loaded", same_name()),
        Case::new("a second instance of one name", good())
            .options(LoadOptions::new().instance("test-minimal")),
        Case::new("a configuration that is no object", good()).options(LoadOptions::new().config(json!([1]))),
    ]);
    cases
}

//! The modules of json-libraries.md, each with its library. Where that is not installed, a gap is printed; with RP_FULL that is a
//! failure. What takes long to compile, nlohmann::json and the project of both, is only for RP_FULL.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use rp_host::{Host, Message, Reply};

use super::root;

fn is_there(package: &str) -> bool {
    let is_there =
        Command::new("pkg-config").args(["--exists", package]).status().is_ok_and(|end| end.success());
    if !is_there {
        assert!(!support::is_full(), "pkg-config knows no {package}");
        // Not println!, which the test runner keeps to itself.
        let _ = writeln!(
            std::io::stderr(),
            "gap: the page about other JSON libraries was not tested with {package}"
        );
    }
    is_there
}

fn sh(folder: &Path, line: &str) {
    let mut shell = Command::new("sh");
    shell.args(["-euc", line]).current_dir(folder).env("ROOT", root());
    let output = shell.output().unwrap();
    let said =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    assert!(output.status.success(), "{line}\n{said}");
}

/// What a module answers to commands, given as names and arguments.
fn answers(library: PathBuf, commands: &[(&str, &str, &str)]) {
    let host = Host::new();
    let instance = host.load(library).unwrap();
    for (name, args, expected) in commands {
        let mut reply = Reply::new();
        let payload = format!(r#"{{"name":"{name}","args":{args}}}"#);
        instance.call(&Message::new("command", &payload), &mut reply).unwrap();
        assert_eq!(reply.text().unwrap(), *expected, "{name} {args}");
    }
}

fn with_cjson(library: PathBuf) {
    answers(
        library,
        &[
            ("reverse", r#"{"stones":[1,"b",{}]}"#, r#"{"status":"success","data":{"stones":[{},"b",1]}}"#),
            (
                "reverse",
                r#"{"stones":{}}"#,
                r#"{"status":"error","error":"stones: expected an array","code":"invalid_payload","details":{"path":"stones"}}"#,
            ),
        ],
    );
}

fn with_nlohmann(library: PathBuf) {
    answers(
        library,
        &[
            (
                "merge",
                r#"{"name":"a","patch":{"stones":[1,2],"b":1}}"#,
                r#"{"status":"success","data":{"b":1,"stones":[1,2]}}"#,
            ),
            (
                "merge",
                r#"{"name":"a","patch":{"b":null}}"#,
                r#"{"status":"success","data":{"stones":[1,2]}}"#,
            ),
            ("find", r#"{"name":"a","pointer":"/stones/1"}"#, r#"{"status":"success","data":2}"#),
            (
                "find",
                r#"{"name":"b","pointer":""}"#,
                r#"{"status":"error","error":"there is no document b","code":"not_found"}"#,
            ),
            (
                "find",
                r#"{"name":"a","pointer":"/stones/2"}"#,
                r#"{"status":"error","error":"pointer: [json.exception.out_of_range.401] array index 2 is out of range","code":"invalid_payload","details":{"path":"pointer"}}"#,
            ),
        ],
    );
}

#[test]
fn a_module_with_cjson() {
    if !is_there("libcjson") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    sh(
        folder.path(),
        "cc -std=c99 -Wall -Wextra -Wpedantic -Werror -shared -fPIC -fvisibility=hidden -I$ROOT/include \
         $ROOT/docs/snippets/cjson.c $(pkg-config --cflags --libs libcjson) -o libstones.so",
    );
    with_cjson(folder.path().join("libstones.so"));
}

#[test]
fn the_project_of_both() {
    if !support::is_full() || !is_there("libcjson") || !is_there("nlohmann_json") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    sh(folder.path(), "cp $ROOT/docs/snippets/nlohmann.cpp $ROOT/docs/snippets/cjson.c .");
    sh(folder.path(), "cp $ROOT/docs/snippets/json-libraries.cmake CMakeLists.txt");
    sh(folder.path(), "cmake -S $ROOT -B rp -DBUILD_TESTING=OFF && cmake --install rp --prefix $PWD/prefix");
    sh(
        folder.path(),
        "cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix -DCMAKE_COMPILE_WARNING_AS_ERROR=ON && cmake --build build",
    );
    with_cjson(folder.path().join("build/libstones.so"));
    with_nlohmann(folder.path().join("build/libdocuments.so"));
}

//! Paths of whatever bytes: `--json` stays JSON, and nothing panics.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::Output;

use proptest::prelude::*;
use serde_json::Value;

use super::{finish, numbered, rp};
use support::temporary;

const STRANGE: &[u8] = b"a\xff\n\x1b[2J\x80";

/// A folder of a strange name with all that a command reads.
fn place(dir: &str) -> PathBuf {
    let folder = Path::new(dir).join(OsStr::from_bytes(STRANGE));
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(numbered(1), folder.join("libbroken.so")).unwrap();
    std::fs::copy(numbered(1), folder.join(OsStr::from_bytes(b"lib\xff.so"))).unwrap();
    std::fs::write(folder.join(OsStr::from_bytes(b"bad\xff.so")), "text").unwrap();
    let line = r#"{"module":"broken","type":"command","payload":{"name":"number"}}"#;
    std::fs::write(folder.join("s.jsonl"), line).unwrap();
    let config = "[store]\npath = \"s.db\"\n[module.broken]\npath = \"libbroken.so\"\n[instance.broken]\n";
    std::fs::write(folder.join("rp.toml"), config).unwrap();
    folder
}

fn lines(bytes: &[u8], about: &str) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{about}: no UTF-8"));
    let line = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{about}: {error}: {line}"));
    text.lines().map(line).collect()
}

fn assert_json(output: &Output, code: i32, about: &str) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(code), "{about}: {output:?}");
    let told = [lines(&output.stdout, about), lines(&output.stderr, about)].concat();
    assert!(!told.is_empty(), "{about}");
    told
}

#[test]
fn every_command_writes_json() {
    let (_keep, dir) = temporary();
    let folder = place(&dir);
    let path = |name: &[u8]| folder.join(OsStr::from_bytes(name)).into_os_string();
    let module = || path(b"lib\xff.so");
    let word = |word: &str| OsString::from(word);
    for (arguments, code) in [
        (vec![word("list"), path(b"")], 1),
        (vec![word("inspect"), module()], 0),
        (vec![word("inspect"), path(b"bad\xff.so")], 1),
        (vec![word("call"), module(), word("number")], 0),
        (vec![word("call"), module(), word("number"), word("--trace"), path(b"t\xff")], 0),
        (vec![word("call"), module(), word("number"), word("--trace"), module()], 2),
        (vec![word("run"), path(b"rp.toml"), path(b"s.jsonl")], 0),
        (vec![word("run"), path(b"s.jsonl"), word("--modules"), path(b"")], 0),
        (vec![word("run"), path(b"missing\xff")], 2),
        (vec![word("check"), module(), word("--filter"), word("=entry/loads")], 0),
        (vec![word("check"), module(), word("--filter"), word("=entry/loads"), word("--in-process")], 0),
        (vec![word("check"), path(b"missing\xff")], 2),
        (vec![word("new"), word("c"), word("hello"), word("--dir"), path(b"new\xff")], 0),
        (vec![word("header"), word("--install"), path(b"headers\xff")], 0),
        (vec![word("man"), path(b"man\xff")], 0),
    ] {
        let mut command = rp(&dir, &["--json"]);
        command.args(&arguments);
        assert_json(&finish(command), code, &format!("{arguments:?}"));
    }
    let junit = path(b"junit\xff");
    let mut command = rp(&dir, &["--json", "check", "--filter", "=entry/loads", "--junit"]);
    command.arg(&junit).arg(module());
    assert_json(&finish(command), 0, "junit");
    assert!(std::fs::read_to_string(junit).unwrap().contains("testsuite"));
}

proptest! {
    // Each starts processes.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_path_is(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'/'), Just(b'$'), Just(b'.')], 1..400),
        is_there in any::<bool>(),
    ) {
        let (_keep, dir) = temporary();
        let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != 0).collect();
        // Below a folder of its own, whatever it says.
        let mut path = Path::new(&dir).join("in").into_os_string();
        path.push("/");
        path.push(OsString::from_vec(bytes));
        let path = PathBuf::from(path);
        let stays_below = !path.components().any(|part| part == std::path::Component::ParentDir);
        if is_there && stays_below && let Some(folder) = path.parent() {
            let _where_it_can_be = std::fs::create_dir_all(folder).and_then(|()| std::fs::copy(numbered(1), &path));
        }
        for command in ["list", "inspect", "call"] {
            let mut rp = rp(&dir, &["--json", command, "--"]);
            rp.arg(&path);
            let output = finish(rp);
            prop_assert!(matches!(output.status.code(), Some(0..=2)), "{path:?}: {output:?}");
            lines(&output.stdout, command);
            lines(&output.stderr, command);
        }
    }
}

//! What an operator does with the file of a store: export and import, copy, check, compact, also while a host has it open.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::asking::{create, ids, mutate};
use rp_host::store::{
    Existing, Imported, Selection, SqliteOptions, SqliteStore, Store, StoreFile, WorkDone, compact,
};
use rusqlite::Connection;

fn go_on(_: WorkDone) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn fast() -> SqliteOptions {
    SqliteOptions::new().wait_limit(Duration::from_millis(50))
}

/// A store with all that an export must keep: versions, times, indexes, references forwards and to nothing, odd ids, line breaks.
fn filled(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).unwrap();
    store.index("note", "place.parish").unwrap();
    store.index("note", "/it's/a~1b").unwrap();
    store.index("note", "$modified_us").unwrap();
    create(&store, "person", "z", r#"{"name":"Ada \u0041 é"}"#);
    for at in 0..300 {
        create(&store, "note", &at.to_string(), &format!(r#"{{"n":{at},"of":{{"$ref":"person/z"}}}}"#));
    }
    mutate(&store, "{\"entity\":\"note\",\"operation\":\"update\",\"id\":\"7\",\"data\":{\n \"n\" : 1e400,\r\n\"to\":{\"$ref\":\"note/9\"}}}")
        .unwrap();
    create(&store, "a.b-c_d", "a \"'\\;--", "{}");
    create(&store, "gone", "1", "{}");
    create(&store, "note", "left", r#"{"of":{"$ref":"gone/1"}}"#);
    mutate(&store, r#"{"entity":"gone","operation":"delete","id":"1","force":true}"#).unwrap();
    store
}

fn export(path: &Path) -> String {
    let mut out = Vec::new();
    let file = StoreFile::open(path).unwrap();
    file.export(&Selection::all(), &mut out, &mut go_on).unwrap();
    String::from_utf8(out).unwrap()
}

fn import(path: &Path, lines: &str, existing: Existing) -> Result<Imported, rp_host::Error> {
    StoreFile::open_with(path, &fast())?.import(&mut lines.as_bytes(), existing, &mut go_on)
}

fn new_store(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    drop(StoreFile::create_with(&path, &fast()).unwrap());
    path
}

/// What a check finds, one finding a line.
fn findings(path: &Path) -> String {
    let mut found = String::new();
    let file = StoreFile::open(path).unwrap();
    let mut report = |finding: rp_host::store::StoreFinding| {
        found += &format!("{}{}\n", if finding.is_damage { "! " } else { "" }, finding.text);
    };
    file.check(&mut report, &mut go_on).unwrap();
    found
}

#[test]
fn an_export_that_is_imported_exports_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), new_store(folder.path(), "other"));
    // Beside a host that has it open.
    let store = filled(&one);
    let lines = export(&one);
    assert!(
        lines.starts_with(r#"{"store":{"version":1,"entities":303,"indexes":[{"entity":"note","path":"#),
        "{lines}"
    );
    assert!(lines.contains(r#""id":"7","version":2,"#), "{lines}");
    assert!(lines.contains(r#""data":{  "n" : 1e400,  "to":{"$ref":"note/9"}}}"#), "{lines}");
    let done = import(&other, &lines, Existing::Refuse).unwrap();
    assert_eq!((done.created, done.indexes, done.dangling), (303, 3, 1));
    assert_eq!(export(&other), lines);
    // A host takes it as its own: indexes, references, counts.
    let copy = SqliteStore::open(&other).unwrap();
    copy.index("note", "place.parish").unwrap();
    assert_eq!(ids(&copy, r#"{"entity":"note","limit":1}"#), ids(&store, r#"{"entity":"note","limit":1}"#));
    let delete = r#"{"entity":"person","operation":"delete","id":"z"}"#;
    assert!(mutate(&copy, delete).unwrap_err().text().contains("299 refer to it"));
    let finding = "references that lead to no entity, which was deleted by force: 1\n";
    assert_eq!((findings(&one), findings(&other)), (finding.to_owned(), finding.to_owned()));
}

#[test]
fn what_is_selected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one");
    drop(filled(&path));
    let file = StoreFile::open(&path).unwrap();
    let list = |selection: &Selection| {
        let mut out = Vec::new();
        file.list(selection, &mut out, &mut go_on).map(|_| String::from_utf8(out).unwrap())
    };
    let notes = Selection::all().entity("note");
    let found = list(&notes.clone().filters(r#"{"n":{"gte":297}}"#).sort("-n").limit(2)).unwrap();
    let ids: Vec<_> = found.lines().map(|line| line.split('"').nth(7).unwrap()).collect();
    assert_eq!(ids, ["7", "299"]);
    assert_eq!(list(&Selection::all().filters(r#"{"$id":"z"}"#)).unwrap().lines().count(), 1);
    assert_eq!(list(&Selection::all().entity("none")).unwrap(), "");
    for (wrong, text) in [
        (Selection::all().entity("A"), "entity: expected"),
        (Selection::all().filters("[]"), "filters: expected a JSON object"),
        (Selection::all().filters(r#"{"a":{"is":1}}"#), "filters: a.is: expected one of"),
        (Selection::all().sort("$none"), "sort: $none: of the names with $"),
    ] {
        let error = list(&wrong).unwrap_err();
        assert_eq!(error.code(), "rp::store::selection");
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!(file.get("note", "7").unwrap().contains("1e400"));
    assert_eq!(file.get("note", "none").unwrap_err().code(), "rp::store::no_entity");
    assert_eq!(file.get("note", "a/b").unwrap_err().code(), "rp::store::selection");
}

#[test]
fn lines_that_are_wrong_are_named_and_nothing_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_store(folder.path(), "one");
    let good = r#"{"entity":"note","id":"1","data":{}}"#;
    let deep =
        format!(r#"{{"entity":"note","id":"2","data":{{"a":{}{}}}}}"#, "[".repeat(200), "]".repeat(200));
    for (line, text) in [
        ("{", "EOF while parsing"),
        ("[]", "expected a JSON object"),
        (r#"{"entity":"note","id":"2","data":{},"more":1}"#, "unknown field `more`"),
        (r#"{"entity":"note","id":"2","id":"3","data":{}}"#, "duplicate field `id`"),
        (r#"{"entity":"note","data":{}}"#, "missing field `id`"),
        (r#"{"entity":"Note","id":"2","data":{}}"#, "entity: expected"),
        (r#"{"entity":"note","id":"a/b","data":{}}"#, "id: expected"),
        (r#"{"entity":"note","id":"2","version":0,"data":{}}"#, "version: expected"),
        (r#"{"entity":"note","id":"2","version":9223372036854775808,"data":{}}"#, "invalid value"),
        (r#"{"entity":"note","id":"2","data":[]}"#, "data: expected an object"),
        (r#"{"entity":"note","id":"2","data":{"a":1,"a":2}}"#, "data/a: this key is given more than once"),
        (r#"{"entity":"note","id":"2","data":{"$ref":5}}"#, "data: an object with the one key $ref"),
        (&deep, "data: nests deeper"),
        (good, "an earlier line has note/1 too"),
        (r#"{"store":{"version":1,"entities":1}}"#, "unknown field `store`"),
    ] {
        let error = import(&path, &format!("{good}\n\n{line}\n"), Existing::Refuse).unwrap_err();
        assert_eq!(error.code(), "rp::store::line", "{line}");
        let said = error.to_string();
        assert!(said.contains("line 3 of the import: ") && said.contains(text), "{line}: {said}");
    }
    for (lines, text) in [
        (
            r#"{"store":{"version":2,"entities":0}}"#.to_owned(),
            "line 1 of the import: an export of version 2",
        ),
        (
            format!("{{\"store\":{{\"version\":1,\"entities\":2}}}}\n{good}"),
            "1 entities were read and the first line says 2",
        ),
    ] {
        let said = import(&path, &lines, Existing::Refuse).unwrap_err().to_string();
        assert!(said.contains(text), "{said}");
    }
    let bytes = [good.as_bytes(), b"\n\xff\xfe\n"].concat();
    let file = StoreFile::open(&path).unwrap();
    let error = file.import(&mut &bytes[..], Existing::Refuse, &mut go_on).unwrap_err();
    assert!(error.to_string().contains("line 2 of the import: byte 0 is not UTF-8"), "{error}");
    assert_eq!(file.stats().unwrap().entities.len(), 0);
}

#[test]
fn imports_into_a_store_with_entities_merge_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_store(folder.path(), "one");
    let line = |id: &str, version: u32, to: &str| {
        format!(
            r#"{{"entity":"note","id":"{id}","version":{version},"created_us":1,"modified_us":2,"data":{{"to":{{"$ref":"note/{to}"}}}}}}"#
        )
    };
    import(&path, &format!("{}\n{}", line("1", 3, "2"), line("2", 1, "1")), Existing::Refuse).unwrap();
    let more = format!("{}\n{}", line("1", 2, "1"), line("3", 1, "1"));
    let error = import(&path, &more, Existing::Refuse).unwrap_err();
    assert_eq!(error.code(), "rp::store::not_empty");
    let done = import(&path, &more, Existing::Keep).unwrap();
    assert_eq!((done.created, done.kept, done.replaced), (1, 1, 0));
    assert!(export(&path).contains(&line("1", 3, "2")));
    let done = import(&path, &more, Existing::Replace).unwrap();
    assert_eq!((done.created, done.kept, done.replaced), (0, 0, 2));
    assert!(export(&path).contains(&line("1", 2, "1")));
    assert_eq!(findings(&path), "");
    // Version and times of a line by hand.
    import(&path, r#"{"entity":"by-hand","id":"1","data":{}}"#, Existing::Keep).unwrap();
    let file = StoreFile::open(&path).unwrap();
    assert!(file.get("by-hand", "1").unwrap().contains(r#""version":1,"created_us":1"#));
}

#[test]
fn a_writer_is_waited_for_as_long_as_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_store(folder.path(), "one");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = import(&path, r#"{"entity":"note","id":"1","data":{}}"#, Existing::Refuse).unwrap_err();
    assert_eq!(error.code(), "rp::store::locked");
    // Who reads does not wait.
    assert!(export(&path).contains("\"entities\":0"));
}

#[test]
fn looking_makes_and_changes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("empty"), "").unwrap();
    fs::write(at("short"), "x").unwrap();
    fs::write(at("text"), "no database ".repeat(100)).unwrap();
    Connection::open(at("foreign")).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    drop(new_store(folder.path(), "newer"));
    Connection::open(at("newer")).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    drop(filled(&at("good")));
    let content = |folder: &Path| {
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(&path).unwrap()))
            .collect();
        all.sort();
        all
    };
    let before = content(folder.path());
    for (name, code) in [
        ("typo", "not_found"),
        ("none/typo", "not_found"),
        ("empty", "not_a_store"),
        ("short", "not_a_store"),
        ("text", "not_a_store"),
        ("foreign", "not_a_store"),
        ("newer", "version"),
        (".", "not_a_file"),
    ] {
        let error = StoreFile::open_with(at(name), &fast()).err().expect(name);
        assert_eq!(error.code(), format!("rp::store::{code}"), "{name}: {error}");
        assert!(error.help().is_some(), "{name}");
        assert!(compact(at(name), &fast()).is_err(), "{name}");
    }
    assert_eq!(StoreFile::create_with(at("good"), &fast()).err().unwrap().code(), "rp::store::exists");
    assert_eq!(StoreFile::create_with(at("none/a"), &fast()).err().unwrap().code(), "rp::store::no_folder");
    export(&at("good"));
    StoreFile::open(at("good")).unwrap().stats().unwrap();
    findings(&at("good"));
    assert!(content(folder.path()) == before);
}

#[test]
fn a_copy_is_of_one_moment_while_a_host_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, copy) = (folder.path().join("one"), folder.path().join("copy"));
    let store = filled(&one);
    let (is_over, is_written) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Two entities in step: a copy of one moment has as many of both, or one more of the first.
            for at in 0.. {
                create(&store, "first", &at.to_string(), r#"{"text":"a text of some length"}"#);
                create(&store, "second", &at.to_string(), r#"{"text":"a text of some length"}"#);
                is_written.store(true, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        while !is_written.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        StoreFile::open(&one).unwrap().backup(&copy, &mut go_on).unwrap();
        is_over.store(true, Ordering::SeqCst);
    });
    assert!(!findings(&copy).contains('!'));
    let counts = StoreFile::open(&copy).unwrap().stats().unwrap().entities;
    let count = |name: &str| counts.iter().find(|one| one.entity == name).map_or(0, |one| one.count);
    assert!([0, 1].contains(&(count("first") - count("second"))), "{counts:?}");
    assert_eq!(count("note"), 301);
    let error = StoreFile::open(&one).unwrap().backup(&copy, &mut go_on).unwrap_err();
    assert_eq!(error.code(), "rp::store::exists");
    let stopped = folder.path().join("stopped");
    let error = StoreFile::open(&one).unwrap().backup(&stopped, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert_eq!((error.code(), stopped.exists()), ("rp::store::stopped", false));
}

#[test]
fn damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, path) = (folder.path().join("whole"), folder.path().join("one"));
    drop(filled(&whole));
    for (harm, expected) in [
        ("UPDATE entity SET version = 0 WHERE id = '5'", "! the version of note/5\n"),
        ("UPDATE entity SET data = '[]' WHERE id = '5'", "! note/5 is not one JSON object\n"),
        ("UPDATE entity SET id = 'a/b' WHERE id = '5'", "! an id of note is none\n"),
        (
            r#"UPDATE entity SET data = '{"a":1,"a":2}' WHERE id = '5'"#,
            "! note/5: data/a: this key is given more than once\n",
        ),
        (
            "UPDATE entity SET data = '{}' WHERE id = '5'",
            "! note/5: a reference to person/z is recorded, and not in the data\n",
        ),
        (
            "DELETE FROM reference WHERE entity = 'note'",
            "! note/7: the reference to note/9 is not recorded\n",
        ),
        (
            "UPDATE reference SET source = 9999 WHERE entity = 'note'",
            "! recorded references of no entity: 1\n",
        ),
        ("UPDATE total SET count = 5 WHERE entity = 'person'", "! it counts 5 of person, and has 1\n"),
        ("INSERT INTO total VALUES ('x', 3)", "! it counts 3 of x, and has none\n"),
    ] {
        fs::copy(&whole, &path).unwrap();
        let other = Connection::open(&path).unwrap();
        // What the indexes are by, so that this connection may write.
        other
            .create_scalar_function(
                "rp_key",
                2,
                rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC,
                |_| Ok(None::<Vec<u8>>),
            )
            .unwrap();
        other.execute_batch(harm).unwrap();
        drop(other);
        assert!(findings(&path).contains(expected), "{harm}:\n{}", findings(&path));
    }
}

#[test]
fn a_store_is_compacted_only_where_no_host_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one");
    let store = filled(&path);
    for at in 0..300 {
        mutate(&store, &format!(r#"{{"entity":"note","operation":"delete","id":"{at}","force":true}}"#))
            .unwrap();
    }
    assert_eq!(compact(&path, &fast()).unwrap_err().code(), "rp::store::locked");
    mutate(&store, r#"{"entity":"note","operation":"create","id":"after","data":{}}"#).unwrap();
    drop(store);
    let before = export(&path);
    let done = compact(&path, &fast()).unwrap();
    assert!(done.after_bytes < done.before_bytes, "{done:?}");
    assert_eq!(export(&path), before);
    let stats = StoreFile::open(&path).unwrap().stats().unwrap();
    assert_eq!((stats.free_bytes, stats.file_bytes, stats.log_bytes), (0, done.after_bytes, 0));
    assert_eq!(
        stats.indexes.iter().map(|index| &*index.path).collect::<Vec<_>>(),
        ["$modified_us", "/it's/a~1b", "/place/parish"]
    );
    assert!(stats.indexes.iter().all(|index| index.bytes > 0), "{stats:?}");
}

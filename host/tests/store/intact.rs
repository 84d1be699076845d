//! Stores whose files others touch: what was answered with success is on the disk, or the next answer says that it is not.

use std::fs::{self, File, Permissions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::asking::{create, ids, mutate, query, refused};
use rp_host::store::{SqliteStore, Store};
use rusqlite::Connection;

fn with_end(path: &Path, end: &str) -> PathBuf {
    format!("{}{end}", path.display()).into()
}

/// A store with some notes, and a reader at hand.
fn filled(folder: &Path) -> (PathBuf, SqliteStore) {
    let path = folder.join("data");
    let store = SqliteStore::open(&path).unwrap();
    for at in 0..50 {
        create(&store, "note", &at.to_string(), &format!(r#"{{"text":"{}"}}"#, "x".repeat(500)));
    }
    assert!(ids(&store, r#"{"entity":"note","limit":1}"#).ends_with("of 50"));
    (path, store)
}

fn scribble(path: &Path, at: u64, length: usize) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&vec![0xa5; length]).unwrap();
}

fn cut(path: &Path, length: u64) {
    File::options().write(true).open(path).unwrap().set_len(length).unwrap();
}

/// As a program does that saves a file anew.
fn replace(path: &Path) {
    let copy = with_end(path, ".copy");
    fs::copy(path, &copy).unwrap();
    fs::rename(copy, path).unwrap();
}

/// A name, what is done to the files, and a code.
type Touch = (&'static str, fn(&Path), &'static str);

/// What is done to the files, and the fault that both a change and a query are refused with.
const TOUCHES: &[Touch] = &[
    ("removed", |path| fs::remove_file(path).unwrap(), "moved"),
    ("renamed", |path| fs::rename(path, with_end(path, ".old")).unwrap(), "moved"),
    ("replaced", replace, "moved"),
    ("emptied", |path| cut(path, 0), "moved"),
    ("cut", |path| cut(path, 1000), "moved"),
    ("begins with garbage", |path| scribble(path, 0, 20 * 4096), "damaged"),
    (
        "folder in its place",
        |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap()
        },
        "moved",
    ),
    (
        "folder renamed",
        |path| {
            let folder = path.parent().unwrap();
            fs::rename(folder, folder.with_extension("old")).unwrap();
        },
        "moved",
    ),
    ("log removed", |path| fs::remove_file(with_end(path, "-wal")).unwrap(), "moved"),
    ("log replaced", |path| replace(&with_end(path, "-wal")), "moved"),
    ("log emptied", |path| cut(&with_end(path, "-wal"), 0), "moved"),
    ("log cut", |path| cut(&with_end(path, "-wal"), 5_000), "moved"),
    ("log overwritten", |path| scribble(&with_end(path, "-wal"), 0, 100), "damaged"),
    ("shared memory removed", |path| fs::remove_file(with_end(path, "-shm")).unwrap(), "moved"),
    ("shared memory emptied", |path| cut(&with_end(path, "-shm"), 0), "moved"),
    (
        "all removed",
        |path| ["", "-wal", "-shm"].iter().for_each(|end| fs::remove_file(with_end(path, end)).unwrap()),
        "moved",
    ),
];

#[test]
fn whoever_touches_the_files_is_noticed_before_the_next_success() {
    for (what, touch, fault) in TOUCHES {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let (path, store) = filled(&inner);
        touch(&path);
        let details = format!(r#" {{"fault":"rp::store::{fault}"}}"#);
        for _ in 0..2 {
            let error = refused(mutate(&store, r#"{"entity":"note","operation":"create","data":{}}"#));
            assert!(error.ends_with(&details), "{what}: {error}");
            let error = refused(query(&store, r#"{"entity":"note"}"#));
            assert!(error.ends_with(&details), "{what}: {error}");
        }
        let error = store.index("note", "text").unwrap_err();
        assert_eq!(error.code(), format!("rp::store::{fault}"), "{what}: {error}");
    }
}

#[test]
fn a_link_that_leads_elsewhere_is_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = filled(folder.path());
    drop(store);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let store = SqliteStore::open(&link).unwrap();
    create(&store, "note", "through a link", "{}");
    fs::remove_file(&link).unwrap();
    let error = refused(mutate(&store, r#"{"entity":"note","operation":"create","data":{}}"#));
    assert!(
        error.starts_with(
            "unavailable: the store keeps nothing more: its file was moved or replaced after it was opened: "
        ),
        "{error}"
    );
    std::os::unix::fs::symlink(&path, &link).unwrap();
    create(&store, "note", "it is back", "{}");
}

/// What comes to lie in the place of a store is not touched by the end of the old one.
#[test]
fn the_end_of_a_store_leaves_its_successor_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, old) = filled(folder.path());
    ["", "-wal", "-shm"].iter().for_each(|end| fs::remove_file(with_end(&path, end)).unwrap());
    let (_, new) = filled(folder.path());
    drop(old);
    assert!(with_end(&path, "-wal").is_file());
    create(&new, "note", "last", "{}");
    drop(new);
    assert!(ids(&SqliteStore::open(&path).unwrap(), r#"{"entity":"note","limit":1}"#).ends_with("of 51"));
}

/// Two stores over one file, as two processes have them: neither takes the other for a stranger.
#[test]
fn others_that_use_the_store_as_it_should_be_are_no_strangers() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = filled(folder.path());
    for at in 0..20 {
        let other = SqliteStore::open(&path).unwrap();
        create(&other, "note", &format!("other {at}"), &format!(r#"{{"text":"{}"}}"#, "x".repeat(200_000)));
        other.index("note", &format!("path{at}")).unwrap();
        create(&store, "note", &format!("mine {at}"), "{}");
        drop(other);
    }
    assert!(ids(&store, r#"{"entity":"note","limit":1}"#).ends_with("of 90"));
}

/// Changes the file as another program would.
fn as_another_program(path: &Path, sql: &str) {
    let other = Connection::open(path).unwrap();
    other.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[test]
fn a_schema_that_no_host_made_is_refused() {
    const SPY: &str =
        "CREATE TRIGGER spy AFTER INSERT ON entity BEGIN DELETE FROM entity WHERE entity = 'log'; END";
    let cases = [
        (SPY, "not_a_store", r#"a store with the trigger "spy", which no host made"#),
        ("CREATE VIEW v AS SELECT * FROM entity", "not_a_store", r#"the view "v""#),
        ("CREATE TABLE more (a)", "not_a_store", r#"the table "more""#),
        ("CREATE TABLE \"\x1b[2J\" (a)", "not_a_store", r#"the table "\u{1b}[2J""#),
        ("CREATE INDEX i ON entity (data)", "not_a_store", r#"the index "i""#),
        (
            "CREATE INDEX \"by note version\" ON entity (data)",
            "not_a_store",
            r#"the index "by note version""#,
        ),
        (
            "CREATE INDEX \"by note random()\" ON entity (entity, id) WHERE entity = 'note'",
            "not_a_store",
            r#"the index "by note random()""#,
        ),
        ("DROP TABLE reference", "damaged", r#"its table "reference" is missing"#),
        ("DROP INDEX reference_by_source", "damaged", r#"its index "reference_by_source" is missing"#),
        ("DROP TRIGGER entity_is_made", "damaged", r#"its trigger "entity_is_made" is missing"#),
        (
            "DROP TABLE total; CREATE TABLE total (a)",
            "damaged",
            r#"its table "total" is missing, or not as it was made"#,
        ),
        (
            "ALTER TABLE entity ADD COLUMN more TEXT",
            "damaged",
            r#"its table "entity" is missing, or not as it was made"#,
        ),
        ("DROP TABLE entity; CREATE VIEW entity AS SELECT 1", "damaged", r#"its table "entity" is missing"#),
    ];
    for (sql, code, text) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = filled(folder.path());
        // While the store is open.
        as_another_program(&path, sql);
        let error = refused(mutate(&store, r#"{"entity":"note","operation":"create","data":{}}"#));
        assert!(error.ends_with(&format!(r#" {{"fault":"rp::store::{code}"}}"#)), "{sql}: {error}");
        assert!(query(&store, r#"{"entity":"note"}"#).is_err(), "{sql}");
        drop(store);
        // When it is opened.
        let error = SqliteStore::open(&path).err().unwrap_or_else(|| panic!("{sql}: it was opened"));
        assert_eq!(error.code(), format!("rp::store::{code}"), "{sql}: {error}");
        assert!(error.to_string().contains(text), "{sql}: {error}");
    }
}

#[test]
fn indexes_of_a_host_are_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = filled(folder.path());
    for place in ["text", "it's \"odd\"", "a.b", "$version", "$modified_us", "/a b/'"] {
        store.index("note", place).unwrap();
    }
    create(&store, "note", "more", "{}");
    drop(store);
    create(&SqliteStore::open(&path).unwrap(), "note", "still", "{}");
}

/// What another program wrote into the rows, and what is told of it.
#[test]
fn rows_that_no_host_wrote_reach_no_module() {
    let set = |what: &str| format!("UPDATE entity SET {what} WHERE id = '7'");
    let cases = [
        (set("data = 'not json'"), "note/7 is not one JSON object"),
        (set("data = '[1]'"), "note/7 is not one JSON object"),
        (set("data = '{}{}'"), "note/7 is not one JSON object"),
        (set("data = '{\"a\":'"), "note/7 is not one JSON object"),
        (set("data = ''"), "note/7 is not one JSON object"),
        (set("data = CAST(x'7b2261223a22ff227d' AS TEXT)"), "note/7 is not one JSON object"),
        (set("version = -1"), "the version of note/7"),
        (set("version = 0"), "the version of note/7"),
        (set("id = 'a/b'"), "an id of note is none"),
        (set("id = char(27) || '[2J'"), "an id of note is none"),
        (set("id = ''"), "an id of note is none"),
    ];
    for (sql, text) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = filled(folder.path());
        as_another_program(&path, &sql);
        let error = refused(query(&store, r#"{"entity":"note"}"#));
        let expected = format!(
            r#"internal: the store's file is damaged: {text}; restore it from a copy {{"fault":"rp::store::damaged"}}"#
        );
        assert_eq!(error, expected, "{sql}");
        assert!(query(&store, r#"{"entity":"note","id":"8"}"#).is_ok(), "{sql}: the others are whole");
    }
}

#[test]
fn filters_and_changes_meet_what_no_host_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = filled(folder.path());
    for data in ["'{\"a\"é:1,x'", "'{\"é'", "'{\"a\":\"\\é'", "'{{{'", "'\"'", "x'ff'", "'{\"text\":'"] {
        as_another_program(&path, &format!("UPDATE entity SET data = CAST({data} AS TEXT) WHERE id = '7'"));
        for filter in [r#"{"a":1}"#, r#"{"text":{"contains":"y"}}"#, r#"{"a.b":{"exists":true}}"#] {
            match query(&store, &format!(r#"{{"entity":"note","filters":{filter},"sort":["a.0"]}}"#)) {
                Ok(answer) => assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{answer}"),
                Err(error) => assert!(error.text().contains("damaged"), "{data} {filter}: {error:?}"),
            }
        }
    }
    as_another_program(&path, &format!("UPDATE entity SET version = {} WHERE id = '8'", i64::MAX));
    let error = refused(mutate(&store, r#"{"entity":"note","operation":"update","id":"8","data":{}}"#));
    assert!(error.starts_with("internal: the store's file is damaged: the version of note/8"), "{error}");
    as_another_program(&path, "UPDATE total SET count = -5");
    let error = refused(query(&store, r#"{"entity":"note","limit":0}"#));
    assert!(error.starts_with("internal: the store's file is damaged: it counts -5 of note"), "{error}");
}

/// Garbage in the middle of the file: some queries meet it, and none answers it.
#[test]
fn garbage_over_pages_is_told_as_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = filled(folder.path());
    drop(store);
    let length = fs::metadata(&path).unwrap().len();
    for page in 1..length / 4096 {
        let copy = folder.path().join(format!("copy{page}"));
        fs::copy(&path, &copy).unwrap();
        scribble(&copy, page * 4096, 4096);
        let answers = SqliteStore::open(&copy).map(|store| query(&store, r#"{"entity":"note"}"#));
        match answers {
            Err(error) => assert_eq!(error.code(), "rp::store::damaged", "page {page}: {error}"),
            Ok(Err(error)) => assert!(error.text().contains("damaged"), "page {page}: {error:?}"),
            Ok(Ok(answer)) => assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok()),
        }
    }
}

/// A small file system in `folder`, for as long as this lives.
struct Mount(PathBuf);

impl Mount {
    fn new(folder: &Path, size: &str) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(folder).stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Mount(folder.to_owned()));
        }
        eprintln!(
            "SKIPPED: only root may mount a small file system; what full and read-only disks do was not tried"
        );
        None
    }

    fn make_read_only(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()));
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn no_room_for_the_shared_memory_is_a_full_disk() {
    for size in ["size=4k", "size=8k", "size=16k", "size=32k", "size=1m,nr_inodes=2", "size=1m,nr_inodes=3"] {
        let folder = tempfile::tempdir().unwrap();
        let Some(_mount) = Mount::new(folder.path(), size) else { return };
        let error = SqliteStore::open(folder.path().join("data")).err().expect("there is no room");
        assert_eq!(error.code(), "rp::store::full", "{size}: {error}");
        assert!(!folder.path().join("data-probe").exists());
    }
}

#[test]
fn a_disk_that_may_only_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mount) = Mount::new(folder.path(), "size=4m") else { return };
    drop(filled(folder.path()));
    mount.make_read_only();
    for name in ["data", "new"] {
        let error = SqliteStore::open(folder.path().join(name)).err().expect("it cannot be opened");
        assert_eq!(error.code(), "rp::store::read_only", "{name}: {error}");
    }
}

/// Where root is not bound by permissions, somebody else meets them in another test; here the folder alone.
#[test]
fn special_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    std::os::unix::fs::symlink(at("loop"), at("loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    fs::set_permissions(at("folder"), Permissions::from_mode(0o755)).unwrap();
    let long = "x".repeat(300);
    let cases: &[(&str, &str)] = &[
        ("folder", "rp::store::not_a_file"),
        ("socket", "rp::store::not_a_file"),
        ("/dev/null", "rp::store::not_a_file"),
        ("loop", "rp::store::unreadable"),
        (&long, "rp::store::unreadable"),
        ("none/data", "rp::store::no_folder"),
        ("socket/data", "rp::store::unreadable"),
    ];
    for (name, code) in cases {
        let error = SqliteStore::open(at(name)).err().unwrap_or_else(|| panic!("{name} was opened"));
        assert_eq!(error.code(), *code, "{name}: {error}");
    }
}

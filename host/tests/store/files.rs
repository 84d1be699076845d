//! Stores in files: what is wrong with them, who else uses them, what a full disk does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::asking::{create, ids, mutate, query, query_as, refused};
use rp_host::Fault;
use rp_host::store::{Asker, SqliteOptions, SqliteStore, Store};
use rusqlite::Connection;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn fast() -> SqliteOptions {
    SqliteOptions::new().wait_limit(Duration::from_millis(50))
}

/// Code, text and help of the error of opening a file, without the folder's name.
fn opening(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    let error = SqliteStore::open_with(&path, &fast()).err().expect("it cannot be opened");
    assert!(error.store_fault().is_some());
    let text = format!("{} | {error} | {}", error.code(), error.help().unwrap_or_default());
    text.replace(&*folder.to_string_lossy(), "DIR")
}

#[test]
fn what_is_written_is_there_again() {
    let folder = folder();
    // A name that SQLite would take for a URI, and one that it would take for a store in memory.
    std::env::set_current_dir(folder.path()).unwrap();
    for name in ["data.rpst", "file:data?mode=memory", ":memory:", "ü ' \" ;"] {
        let path = folder.path().join(name);
        for path in [&path, Path::new(name)] {
            let id = path.to_string_lossy().len().to_string();
            let store = SqliteStore::open(path).unwrap();
            create(&store, "note", &id, r#"{"a":1}"#);
        }
        assert!(path.is_file(), "{name}");
        let store = SqliteStore::open(&path).unwrap();
        assert!(ids(&store, r#"{"entity":"note"}"#).ends_with("of 2"), "{name}");
    }
}

#[test]
fn files_that_are_no_store() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("text"), "no database, but a text that is longer than the header of one: ".repeat(20))
        .unwrap();
    fs::write(at("short"), "x").unwrap();
    Connection::open(at("foreign")).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    Connection::open(at("version")).unwrap().execute_batch("PRAGMA user_version = 3").unwrap();
    drop(SqliteStore::open(at("newer")).unwrap());
    Connection::open(at("newer")).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    drop(SqliteStore::open(at("cut")).unwrap());
    let whole = fs::read(at("cut")).unwrap();
    fs::write(at("cut"), &whole[..whole.len() / 2]).unwrap();
    let cases = [
        (
            "folder",
            "rp::store::not_a_file | the store DIR/folder: it is a folder, not a file | give the path of a file; a missing file is created",
        ),
        (
            "none/a",
            "rp::store::no_folder | the store DIR/none/a: the folder DIR/none does not exist | create the folder, or give another path",
        ),
        (
            "text",
            "rp::store::not_a_store | the store DIR/text: it is not a store but a file of another kind | give the path of a store, or of a file that does not exist yet",
        ),
        (
            "short",
            "rp::store::not_a_store | the store DIR/short: it is not a store but a file of another kind | give the path of a store, or of a file that does not exist yet",
        ),
        (
            "foreign",
            "rp::store::not_a_store | the store DIR/foreign: it is not a store but a database of another program | give the path of a store, or of a file that does not exist yet",
        ),
        (
            "version",
            "rp::store::not_a_store | the store DIR/version: it is not a store but a database of another program | give the path of a store, or of a file that does not exist yet",
        ),
        (
            "newer",
            "rp::store::version | the store DIR/newer: it is a store of version 2; this host has version 1 | use a newer host",
        ),
        (
            "cut",
            "rp::store::damaged | the store DIR/cut: it is damaged: database disk image is malformed | restore the file from a copy",
        ),
    ];
    for (name, expected) in cases {
        let before = fs::read(at(name)).ok();
        assert_eq!(opening(folder.path(), name), expected);
        assert_eq!(fs::read(at(name)).ok(), before, "{name}: it was left as it was");
    }
    assert_eq!(
        opening(&at("text"), "in"),
        "rp::store::unreadable | the store DIR/in: it cannot be read: Not a directory (os error 20) | a part of the path is a file, not a folder"
    );
    fs::write(at("empty"), "").unwrap();
    create(&SqliteStore::open(at("empty")).unwrap(), "note", "a", "{}");
}

#[cfg(unix)]
#[test]
fn special_files() {
    let folder = folder();
    let made = Command::new("mkfifo").arg(folder.path().join("fifo")).status();
    assert!(made.expect("mkfifo is there").success());
    assert!(
        opening(folder.path(), "fifo")
            .starts_with("rp::store::not_a_file | the store DIR/fifo: it is a special file")
    );
}

/// Runs a test of this module in a process of its own, which finds `path` in its environment.
fn in_another_process(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = format!("files::{test}");
    command.args([&test, "--exact", "--ignored", "--nocapture"]).env("RP_TEST_STORE", path);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// The path of a test that another one runs; None where it was called by itself, and has nothing to do.
fn given_path() -> Option<PathBuf> {
    std::env::var_os("RP_TEST_STORE").map(PathBuf::from)
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let folder = folder();
    let path = folder.path().join("data");
    create(&SqliteStore::open(&path).unwrap(), "note", "a", "{}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut child = in_another_process("opens_a_read_only_file", &path);
    let exe = folder.path().with_extension("exe");
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        // Permissions do not bind root; somebody else meets them, who may run a copy of this program.
        fs::copy(std::env::current_exe().unwrap(), &exe).unwrap();
        let mut copy = Command::new(&exe);
        copy.args(child.get_args()).env("RP_TEST_STORE", &path).uid(65534);
        child = copy;
    }
    let done = child.output();
    let _ = fs::remove_file(exe);
    let done = done.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 passed"));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
#[ignore = "a_file_that_may_not_be_written runs it"]
fn opens_a_read_only_file() {
    let Some(path) = given_path() else { return };
    let error = SqliteStore::open_with(&path, &fast()).err().unwrap();
    assert_eq!((error.code(), error.fault()), ("rp::store::read_only", Fault::Operator), "{error}");
}

#[test]
fn another_process_holds_the_file() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open_with(&path, &fast()).unwrap();
    create(&store, "note", "a", "{}");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = Instant::now();
    let error = refused(mutate(&store, r#"{"entity":"note","operation":"create","data":{}}"#));
    assert_eq!(
        error,
        "unavailable: the store is locked: another process is writing to it {\"fault\":\"rp::store::locked\"}"
    );
    assert!(started.elapsed() >= Duration::from_millis(50));
    assert_eq!(ids(&store, r#"{"entity":"note"}"#), "a of 1", "reading goes on");
    other.execute_batch("COMMIT").unwrap();
    mutate(&store, r#"{"entity":"note","operation":"create","data":{}}"#).unwrap();
    drop(store);

    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
        .unwrap();
    assert!(
        opening(folder.path(), "data")
            .starts_with("rp::store::locked | the store DIR/data: it is locked by another process")
    );
}

#[test]
fn two_processes_write() {
    const EACH: usize = 100;
    let folder = folder();
    let path = folder.path().join("data");
    // Both find no file and make the store.
    let mut children: Vec<_> =
        (0..2).map(|_| in_another_process("writes_many", &path).spawn().unwrap()).collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let store = SqliteStore::open(&path).unwrap();
    assert!(
        ids(&store, r#"{"entity":"note","filters":{"n":{"gte":0}}}"#).ends_with(&format!("of {}", 2 * EACH))
    );
    let counter = query(&store, r#"{"entity":"counter"}"#).unwrap();
    assert!(counter.contains(&format!(r#""version":{}"#, 2 * EACH + 1)), "{counter}");
}

#[test]
#[ignore = "two_processes_write runs it"]
fn writes_many() {
    let Some(path) = given_path() else { return };
    let store = SqliteStore::open(path).unwrap();
    let _ = mutate(&store, r#"{"entity":"counter","operation":"create","id":"c","data":{}}"#);
    for at in 0..100 {
        let id = format!("{}-{at}", std::process::id());
        create(&store, "note", &id, &format!(r#"{{"n":{at}}}"#));
        mutate(&store, r#"{"entity":"counter","operation":"update","id":"c","data":{}}"#).unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    use std::io::{BufRead, BufReader};

    let folder = folder();
    let path = folder.path().join("data");
    let mut acknowledged = Vec::new();
    for round in 0..5 {
        let mut child = in_another_process("writes_until_it_is_killed", &path).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ids =
            lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("made ").map(str::to_owned));
        acknowledged.extend(ids.take(10 + round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        let store = SqliteStore::open(&path).unwrap();
        let found = ids_of(&store);
        assert!(acknowledged.iter().all(|id| found.contains(id)), "round {round}");
        // Each note comes with a person that it refers to, made before it.
        let answer = query(&store, r#"{"entity":"note","include":["who"]}"#).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["included"].as_array().unwrap().len(), found.len());
    }
}

fn ids_of(store: &SqliteStore) -> Vec<String> {
    let shown = ids(store, r#"{"entity":"note"}"#);
    shown.split_once(" of ").unwrap().0.split(' ').map(str::to_owned).collect()
}

#[test]
#[ignore = "a_killed_process_loses_nothing_that_was_acknowledged runs it"]
fn writes_until_it_is_killed() {
    let Some(path) = given_path() else { return };
    let store = SqliteStore::open(path).unwrap();
    for at in 0.. {
        let id = format!("{}-{at}", std::process::id());
        create(&store, "person", &id, "{}");
        create(&store, "note", &id, &format!(r#"{{"who":{{"$ref":"person/{id}"}}}}"#));
        println!("made {id}");
    }
}

/// Fills a store until it refuses; what is in it stays readable, and what is deleted makes room.
fn fill(store: &SqliteStore) {
    let text = "x".repeat(20_000);
    let create = |at: usize| {
        mutate(
            store,
            &format!(r#"{{"entity":"note","operation":"create","id":"{at}","data":{{"text":"{text}"}}}}"#),
        )
    };
    let (full_at, error) = (0..10_000).find_map(|at| Some((at, create(at).err()?))).expect("it gets full");
    assert_eq!(
        refused(Err::<(), _>(error)),
        "unavailable: the store is full: no room on its disk, or its size limit is reached {\"fault\":\"rp::store::full\"}"
    );
    assert!(full_at > 5, "{full_at}");
    let count = |expected: usize| {
        let answer = query(store, r#"{"entity":"note","limit":0}"#).unwrap();
        assert_eq!(answer, format!(r#"{{"entities":[],"count":{expected}}}"#));
    };
    count(full_at);
    for at in 0..3 {
        mutate(store, &format!(r#"{{"entity":"note","operation":"delete","id":"{at}"}}"#)).unwrap();
    }
    create(full_at).unwrap();
    count(full_at - 2);
}

#[test]
fn a_limit_of_size() {
    let options = SqliteOptions::new().size_limit(1 << 20);
    fill(&SqliteStore::in_memory_with(&options).unwrap());
    let folder = folder();
    fill(&SqliteStore::open_with(folder.path().join("data"), &options).unwrap());
}

/// A file system of 1 MiB, where this may be made.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = folder();
    let mount =
        |args: &[&str]| Command::new("mount").args(args).arg(folder.path()).stderr(Stdio::null()).status();
    if !mount(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).is_ok_and(|status| status.success()) {
        eprintln!("skipped: only root may mount a small file system");
        return;
    }
    let filled = std::panic::catch_unwind(|| {
        let store = SqliteStore::open(folder.path().join("data")).unwrap();
        let text = "x".repeat(20_000);
        let data = format!(r#"{{"text":"{text}"}}"#);
        let create = |at: usize| {
            mutate(&store, &format!(r#"{{"entity":"note","operation":"create","id":"{at}","data":{data}}}"#))
        };
        let (full_at, error) = (0..100).find_map(|at| Some((at, create(at).err()?))).expect("it gets full");
        assert_eq!(error.code(), "unavailable", "{error:?}");
        drop(store);
        let store = SqliteStore::open(folder.path().join("data")).unwrap();
        assert!(ids(&store, r#"{"entity":"note"}"#).ends_with(&format!("of {full_at}")));
    });
    let unmounted = Command::new("umount").arg(folder.path()).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    filled.unwrap();
}

#[test]
fn threads_read_and_write_at_once() {
    let folder = folder();
    let store = SqliteStore::open_with(folder.path().join("data"), &SqliteOptions::new().readers(2)).unwrap();
    create(&store, "note", "a", r#"{"n":0}"#);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(ids(&store, r#"{"entity":"note","limit":1}"#).split(' ').next(), Some("a"));
                }
            });
        }
        for writer in 0..2 {
            let store = &store;
            scope.spawn(move || {
                for at in 0..50 {
                    create(store, "note", &format!("z{writer}-{at}"), "{}");
                }
            });
        }
    });
    assert!(ids(&store, r#"{"entity":"note","limit":0}"#).ends_with("of 101"));
}

#[test]
fn a_query_that_is_no_longer_wanted_ends() {
    let store = SqliteStore::in_memory().unwrap();
    for at in 0..2_000 {
        create(&store, "note", &at.to_string(), r#"{"a":1}"#);
    }
    let mut asker = Asker::owner();
    asker.stop = Some(std::sync::Arc::new(|| true));
    let slow = r#"{"entity":"note","filters":{"a":2},"sort":["a","b","c"]}"#;
    assert_eq!(
        refused(query_as(&store, &asker, slow)),
        "cancelled: the query was stopped: its answer is no longer wanted"
    );
    assert_eq!(query(&store, slow).unwrap(), r#"{"entities":[],"count":0}"#, "the next one is not ended");
}

#[test]
fn indexes_that_are_refused() {
    let store = SqliteStore::in_memory().unwrap();
    let cases = [
        (
            "Note",
            "a",
            "rp::store::index: the store in memory: no index of Note by a: entity: expected 1 to 128 characters out of a-z 0-9 _ . -",
        ),
        (
            "note",
            "a..b",
            "rp::store::index: the store in memory: no index of note by a..b: path: an empty step in a path; a key that is empty or holds a dot needs the form /a/b",
        ),
        (
            "note",
            "$x",
            "rp::store::index: the store in memory: no index of note by $x: path: of the names with $ there are $id, $version, $created_us and $modified_us; a key like that is written /$x",
        ),
    ];
    for (entity, path, expected) in cases {
        let error = store.index(entity, path).unwrap_err();
        assert_eq!(format!("{}: {error}", error.code()), expected);
    }
}

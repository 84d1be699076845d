//! `kill -9` of a real `rp` while it changes the store: what was acknowledged is there, and nothing half-written is; and
//! two processes that write to one store at the same time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rp_host::store::{Asker, SqliteStore, Store};
use rp_protocol::Query;
use serde_json::{Value, json};

/// Kills, each at another moment.
const KILLS: usize = 100;
/// Changes that a session is about to make; it is seldom let to make them all.
const CHANGES: usize = 150;

struct Scene {
    folder: PathBuf,
}

impl Scene {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("removed");
        }
        std::fs::create_dir_all(&folder).expect("made");
        let config = "[store]\npath = \"store.sqlite\"\n[module.test-relay]\n[instance.test-relay]\ngrants.write = [\"note\"]\n";
        std::fs::write(folder.join("rp.toml"), config).expect("written");
        Self { folder }
    }

    /// A session that creates notes whose two halves belong together, each followed by an update of the one before.
    fn write_session(&self, name: &str, changes: usize) -> PathBuf {
        let mut text = String::new();
        for n in 0..changes {
            let id = format!("{name}-{}", n / 2);
            let operation = if n % 2 == 0 { "create" } else { "update" };
            // Large enough for several pages, so that half of it would be seen.
            let half = format!("{name}-{n}-").repeat(300);
            let data = json!({"n": n, "left": half, "right": half});
            let payload = json!({"entity": "note", "operation": operation, "id": id, "data": data});
            let args = json!({"type": "mutation", "payload": payload});
            let line =
                json!({"module": "test-relay", "type": "command", "payload": {"name": "send", "args": args}});
            text += &format!("{line}\n");
        }
        let path = self.folder.join(format!("{name}.jsonl"));
        std::fs::write(&path, text).expect("written");
        path
    }

    fn start(&self, session: &Path) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
        command.args(["run", "--json", "--log", "off"]).arg(self.folder.join("rp.toml")).arg(session);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("rp starts")
    }

    /// Every note by its id: its version and data.
    fn notes(&self) -> HashMap<String, (u64, Value)> {
        let store = SqliteStore::open(self.folder.join("store.sqlite")).expect("the store opens again");
        let mut out = Vec::new();
        let query = Query { entity: "note".into(), ..Query::default() };
        store.query(&query, &Asker::owner(), &mut out).expect("it answers");
        let answer: Value = serde_json::from_slice(&out).expect("JSON");
        let entities = answer["entities"].as_array().expect("entities");
        assert_eq!(answer["count"].as_u64(), Some(entities.len() as u64));
        let note = |note: &Value| {
            let id = note["id"].as_str().expect("an id").to_owned();
            (id, (note["version"].as_u64().expect("a version"), note["data"].clone()))
        };
        entities.iter().map(note).collect()
    }
}

/// The changes that a process acknowledged: ids with versions, in order. A last line that was cut is none.
fn acknowledged(output: &str) -> Vec<(String, u64)> {
    let whole = output.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let lines = whole.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let changes = lines.filter(|line| line["kind"] == "message").map(|line| {
        assert_eq!(line["response"]["status"], "success", "{line}");
        let data = &line["response"]["data"];
        (data["id"].as_str().expect("an id").to_owned(), data["version"].as_u64().expect("a version"))
    });
    changes.collect()
}

/// Each note is whole, and what it says belongs to its version.
fn assert_whole(id: &str, version: u64, data: &Value) {
    assert_eq!(data["left"], data["right"], "{id}: half of a change");
    let n = data["n"].as_u64().expect("a number");
    assert_eq!(n % 2 + 1, version, "{id}: the data of another version");
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_half_written_is_seen() {
    let scene = Scene::new("kill");
    let mut promised: HashMap<String, u64> = HashMap::new();
    let (mut cut, mut all) = (0, 0);
    for round in 0..KILLS {
        let session = scene.write_session(&format!("r{round}"), CHANGES);
        let mut child = scene.start(&session);
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut output = String::new();
        // Not before the first acknowledgement, then after a time that differs from round to round.
        while !output.contains(r#""kind":"message""#) {
            assert_ne!(stdout.read_line(&mut output).expect("UTF-8"), 0, "{}", complaint(child));
        }
        std::thread::sleep(Duration::from_micros(fastrand::u64(0..30_000)));
        child.kill().expect("killed");
        stdout.read_to_string(&mut output).expect("UTF-8");
        child.wait().expect("gone");
        std::fs::remove_file(session).expect("removed");

        let acknowledged = acknowledged(&output);
        cut += usize::from(acknowledged.len() < CHANGES);
        all += acknowledged.len();
        promised.extend(acknowledged);
        // Looking at all of them each time would take longer than the kills.
        if round % 10 == 9 {
            check(&scene, &promised, round + 1);
        }
    }
    assert!(cut > KILLS / 2, "most sessions ended before they were killed");
    println!("{KILLS} kills, {all} changes acknowledged");
}

/// What was promised is there; more may be there, at most one change for each kill: it was made and not yet told.
fn check(scene: &Scene, promised: &HashMap<String, u64>, kills: usize) {
    let notes = scene.notes();
    for (id, version) in promised {
        let (found, _) = notes.get(id).unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
        assert!(found >= version, "{id}: version {version} was acknowledged, {found} is there");
    }
    let mut untold = 0;
    for (id, (version, data)) in &notes {
        assert_whole(id, *version, data);
        untold += version - promised.get(id).copied().unwrap_or(0);
    }
    assert!(untold <= kills as u64, "{untold} changes were made without being told in {kills} kills");
}

fn complaint(mut child: Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut text);
    }
    text
}

#[test]
fn two_processes_write_to_one_store() {
    const EACH: usize = 100;
    let scene = Scene::new("two-writers");
    // Their output goes to files, so that neither waits for us to read it.
    let start = |name: &str| {
        let session = scene.write_session(name, EACH);
        let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
        command.args(["run", "--json", "--log", "off"]).arg(scene.folder.join("rp.toml")).arg(session);
        let output = scene.folder.join(format!("{name}.out"));
        let child = command.stdin(Stdio::null()).stdout(File::create(&output).expect("made")).spawn();
        (child.expect("rp starts"), output)
    };
    let writers = [start("a"), start("b")];
    let mut promised = HashMap::new();
    for (mut child, output) in writers {
        let status = child.wait().expect("it ends");
        let text = std::fs::read_to_string(output).expect("an output");
        assert!(status.success(), "{text}");
        let told = acknowledged(&text);
        assert_eq!(told.len(), EACH);
        promised.extend(told);
    }
    check(&scene, &promised, 0);
    assert_eq!(scene.notes().len(), EACH);
}

/// A store whose file is taken away while a session is played: no run that lost something ends well.
#[cfg(unix)]
#[test]
fn a_store_that_is_taken_away_fails_the_run() {
    let scene = Scene::new("taken-away");
    let session = scene.write_session("taken", 400);
    let mut child = scene.start(&session);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(lines.by_ref().take(20).all(|line| line.is_ok()));
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(scene.folder.join(format!("store.sqlite{end}"))).expect("it is there");
    }
    let rest: Vec<String> = lines.map(|line| line.unwrap()).collect();
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && told.contains("rp::store::moved"), "{told}");
    assert!(rest.iter().any(|line| line.contains("rp::store::moved")), "{rest:?}");
}

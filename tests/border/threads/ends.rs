//! What the host says where a module never comes back from a step that nothing can end, and how long its end takes then.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rp_host::Host;
use serde_json::json;

use support::scripted::{scripted_library, start_from};
use support::{Source, await_that, built, temporary};

/// Each step is told once after the wait limit, with its instance, and the host goes on as soon as it returns.
#[test]
fn a_step_that_does_not_return_is_told() {
    let (folder, path) = temporary();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&told);
    let builder = Host::builder().wait_limit(Duration::from_millis(100));
    let host = builder.on_log(move |line| lines.lock().unwrap().push(line.text.to_owned())).build();
    let waits = |name: &str| json!([{"wait_file": format!("{path}/{name}")}]);
    let config = json!({
        "on_init": waits("init"),
        "on_shutdown": waits("shutdown"),
        "on_destroy": {"steps": waits("destroy"), "report": format!("{path}/report")},
    });
    std::thread::scope(|scope| {
        let life = scope.spawn(|| start_from(&host, scripted_library("scripted"), "one", config).unload());
        for step in ["init", "shutdown", "destroy"] {
            let text = format!("one has not returned from {step} after 0.100 s; the host waits for it");
            await_that(|| told.lock().unwrap().contains(&text), &format!("nothing of {step} is told"));
            std::fs::write(folder.path().join(step), "").unwrap();
        }
        life.join().unwrap().unwrap();
    });
    let told = told.lock().unwrap();
    assert_eq!(told.iter().filter(|text| text.contains("has not returned")).count(), 3, "{told:?}");
}

#[test]
fn rp_says_what_it_waits_for() {
    let (folder, path) = temporary();
    let library = scripted_library("scripted");
    let config = format!(
        "[limits]\nwait_ms = 100\n[module.scripted]\npath = '{}'\n[instance.scripted]\nconfig.on_shutdown = [{{ wait_file = '{path}/go' }}]\n",
        library.display()
    );
    std::fs::write(folder.path().join("rp.toml"), config).unwrap();
    std::fs::write(folder.path().join("s.jsonl"), "").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["run", "rp.toml", "s.jsonl"]).current_dir(folder.path()).env_remove("RP_LOG");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    while !text.contains("scripted has not returned from shutdown after 0.100 s") {
        assert_ne!(stderr.read_line(&mut text).unwrap(), 0, "it ended, and said only: {text}");
    }
    std::fs::write(folder.path().join("go"), "").unwrap();
    stderr.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{text}");
}

/// The wait for its events, the unload and the end of the host do not each wait for it.
#[test]
fn a_blocked_subscriber_costs_the_wait_once() {
    const WAIT: Duration = Duration::from_millis(1500);
    let (folder, _) = temporary();
    let sleeper = Source::new("sleeper").library();
    let config = format!(
        "[limits]\nwait_ms = {}\n[module.test-relay]\npath = '{}'\n[instance.test-relay]\ngrants.emit = ['*']\n\
         [module.sleeper]\npath = '{}'\n[instance.sleeper]\ngrants.subscribe = ['*']\n",
        WAIT.as_millis(),
        built("test-relay").display(),
        sleeper.display()
    );
    std::fs::write(folder.path().join("rp.toml"), config).unwrap();
    let args = json!({"type": "event", "payload": {"event": "a"}});
    let line = json!({"module": "test-relay", "type": "command", "payload": {"name": "send", "args": args}});
    std::fs::write(folder.path().join("s.jsonl"), format!("{line}\n{line}\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(["run", "rp.toml", "s.jsonl", "--keep-going"]).current_dir(folder.path());
    let started = Instant::now();
    let output = command.env_remove("RP_LOG").stdin(Stdio::null()).output().unwrap();
    let (took, text) = (started.elapsed(), String::from_utf8_lossy(&output.stderr));
    assert!(took >= WAIT && took < WAIT * 5 / 2, "{took:?}: {text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("events are still being handled after 1.5s: by sleeper"), "{text}");
}

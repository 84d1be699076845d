//! The sessions of examples/ that need a configuration, with every module in a process of its own: all that is answered, sent,
//! emitted and logged is the same as natively, byte for byte.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::config::ConfigFile;
use rp_host::{Host, HostBuilder, Isolation, Message, Reply};
use serde_json::Value;
use support::research_log::day::filled;
use support::research_log::world::{START_US, count_into};

/// A host in which every run is the same, and what is seen there: all messages and lines of log.
fn watched() -> (HostBuilder, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let (sent, logged, numbers) = (seen.clone(), seen.clone(), AtomicU64::new(0));
    let builder = Host::builder()
        .worker_program(support::worker_program())
        .clock(|| START_US)
        .random(move |bytes| count_into(bytes, numbers.fetch_add(1, Ordering::Relaxed) + 1))
        .trace(move |it| {
            let whole = (it.from, it.to, it.message_type, it.payload, it.outcome, &it.response);
            sent.lock().unwrap().push(format!("{whole:?}"));
        })
        .on_log(move |line| {
            let text = format!("{:?} {}: {}", line.level, line.instance, line.text);
            logged.lock().unwrap().push(text);
        });
    (builder, seen)
}

/// All that is seen while a session is played, in order but for what the subscribers of one message do.
fn play(config: &str, session: &str, isolation: Option<&Isolation>) -> Vec<String> {
    let examples = support::root().join("examples");
    let (builder, seen) = watched();
    let file = ConfigFile::read(examples.join(config)).unwrap();
    let host = file.configure(builder).unwrap().build();
    for plan in file.locate(&[support::deps()]).unwrap() {
        let options =
            isolation.map_or_else(|| plan.options.clone(), |it| plan.options.clone().isolated(it.clone()));
        host.load_with(&plan.path, options).unwrap();
    }
    let mut kept: BTreeMap<String, Value> = BTreeMap::new();
    let mut transcript = Vec::new();
    let text = std::fs::read_to_string(examples.join(session)).unwrap();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap();
        let answer = send(&host, &line, &kept);
        assert!(host.drain_events(Duration::from_secs(20)), "events are still pending");
        if let Some(name) = line["as"].as_str() {
            kept.insert(name.to_owned(), serde_json::from_str(&answer).unwrap());
        }
        let mut seen = std::mem::take(&mut *seen.lock().unwrap());
        // Each subscriber hears on a thread of its own.
        seen.sort();
        transcript.push(answer);
        transcript.append(&mut seen);
    }
    assert!(host.unload_all().is_empty());
    transcript.append(&mut seen.lock().unwrap());
    transcript
}

fn send(host: &Host, line: &Value, kept: &BTreeMap<String, Value>) -> String {
    let instance = host.instance(line["module"].as_str().unwrap()).unwrap();
    let payload = line.get("payload").map_or_else(|| "{}".into(), |given| filled(given, kept).to_string());
    let mut reply = Reply::new();
    let message = Message::new(line["type"].as_str().unwrap(), &payload);
    match instance.call_raw(&message, &mut reply) {
        Ok(_) => reply.text().unwrap().to_owned(),
        Err(error) => format!("no response: {error}"),
    }
}

#[test]
fn sessions_are_the_same_isolated() {
    for (config, session, least) in
        [("rp.toml", "services.jsonl", 30), ("research/rp.toml", "research/session.jsonl", 100)]
    {
        let native = play(config, session, None);
        assert!(native.len() >= least, "{session}: {}", native.len());
        assert_eq!(native, play(config, session, None), "{session} is not the same twice");
        let isolated = play(config, session, Some(&Isolation::default()));
        for (at, (found, expected)) in isolated.iter().zip(&native).enumerate() {
            assert_eq!(found, expected, "{session}, line {} of what was seen", at + 1);
        }
        assert_eq!(isolated.len(), native.len(), "{session}");
    }
}

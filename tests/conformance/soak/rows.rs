//! What is done, and what it may leave behind.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use rp_host::{Host, Instance, Message, Reply};

use super::usage::Usage;

/// What an unloaded instance leaves behind on purpose: its `rp_host`, valid for the life of the process (rule 6), in a
/// block of glibc's allocator.
const BYTES_PER_LOAD: i64 = 112;
/// What the heap may grow by beside that, however long the work is.
const SLACK_BYTES: i64 = 64 << 10;

/// Commands that every module answers in some way, and a type that none knows.
const MESSAGES: [(&str, &str); 4] = [
    ("command", r#"{"name":"ping","args":{}}"#),
    ("command", r#"{"name":"no_such_command","args":{"text":"\u00e4 \"quoted\" text","list":[1,2.5,null]}}"#),
    ("describe", "{}"),
    ("no_such_type", "{}"),
];

/// How much is done.
#[derive(Clone, Copy)]
struct Amount {
    /// Of each module.
    loads: u64,
    /// Of all modules together.
    messages: u64,
}

const SHORT: Amount = Amount { loads: 300, messages: 100_000 };
const LONG: Amount = Amount { loads: 10_000, messages: 10_000_000 };

/// Two for each module.
pub fn trials() -> Vec<Trial> {
    let amount = if support::is_full() { LONG } else { SHORT };
    let modules = modules();
    let messages = amount.messages / modules.len() as u64;
    let mut trials = Vec::new();
    for (name, file) in modules {
        let other = file.clone();
        trials.push(Trial::test(format!("soak::loads::{name}"), move || {
            soak(name, "loads", amount.loads, BYTES_PER_LOAD, |count| load(&file, count))
        }));
        trials.push(Trial::test(format!("soak::messages::{name}"), move || {
            // Two hosts, since one has room for a single provider of an entity.
            let hosts = [Host::new(), Host::new()];
            let pair = [start(&hosts[0], &other), start(&hosts[1], &other)];
            soak(name, "messages", messages, 0, |count| talk(&pair, count))
        }));
    }
    trials
}

/// Name and file of every module, from the build script.
fn modules() -> Vec<(&'static str, PathBuf)> {
    let names = support::modules().into_iter();
    names.map(|name| (name, support::deps().join(rp_host::library_file_name(name)))).collect()
}

/// Does the work, and holds what it left behind against what it may.
fn soak(name: &str, what: &str, count: u64, bytes_each: i64, work: impl Fn(u64)) -> Result<(), Failed> {
    // A file is mapped once for all only when it has been left alone for a moment.
    std::thread::sleep(Duration::from_millis(200));
    work((count / 10).max(100));
    let before = Usage::settled();
    let start = Instant::now();
    work(count);
    let seconds = start.elapsed().as_secs_f64();
    let bound = SLACK_BYTES + bytes_each * i64::try_from(count)?;
    let (grown, faults) = growth(&before, bound);
    println!("{}", row(name, what, count, seconds, &grown));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("{name}, {count} {what}: {}", faults.join(", ")).into())
    }
}

/// By how much usage grew, and what of that is too much. A thread that was joined is there for another moment.
fn growth(before: &Usage, bound: i64) -> (Usage, Vec<String>) {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let grown = Usage::now().since(before);
        let faults = grown.beyond(bound);
        if faults.is_empty() || Instant::now() > end {
            return (grown, faults);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn row(name: &str, what: &str, count: u64, seconds: f64, grown: &Usage) -> String {
    let each = seconds * 1e6 / count as f64;
    format!("{name:<20} {count:>9} {what:<8} {each:>8.2} us each | {grown}")
}

fn start(host: &Host, file: &Path) -> Instance {
    host.load(file).expect("a module of the workspace loads")
}

/// Two threads, each with a host of its own.
fn load(file: &Path, count: u64) {
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let host = Host::new();
                for _ in 0..count / 2 {
                    let instance = start(&host, file);
                    talk_alone(&instance, 1);
                    instance.unload().expect("a module of the workspace unloads");
                }
            });
        }
    });
}

/// Two threads, each mostly with an instance of its own, at times with the other's.
fn talk(instances: &[Instance; 2], count: u64) {
    std::thread::scope(|threads| {
        for own in 0..2 {
            threads.spawn(move || {
                for _ in 0..count / 2 / 100 {
                    talk_alone(&instances[own], 99);
                    talk_alone(&instances[1 - own], 1);
                }
            });
        }
    });
}

fn talk_alone(instance: &Instance, count: usize) {
    let mut reply = Reply::new();
    for (message_type, payload) in MESSAGES.into_iter().cycle().take(count) {
        // An error response is a response; what is none fails.
        instance.call(&Message::new(message_type, payload), &mut reply).expect("a response");
    }
}

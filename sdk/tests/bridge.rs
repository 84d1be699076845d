//! Lines of the crates log and tracing reach the log of the instance whose handler runs.
#![cfg(all(feature = "log", feature = "tracing"))]
mod fake;

use std::ffi::c_char;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use rp_sdk::test::Kit;
use rp_sdk::{Host, Level, Result, bridge, json, module};

struct Weather {
    name: String,
}

#[rp_sdk::data]
#[derive(Default)]
struct Config {
    name: String,
}

/// Logs while it is printed.
struct Loud;

impl fmt::Display for Loud {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        log::info!("printed");
        out.write_str("loud")
    }
}

#[module(entry = weather_v1)]
impl Weather {
    #[create]
    fn create() -> Self {
        let log = bridge::install_log(Level::Info);
        let tracing = bridge::install_tracing(Level::Debug);
        assert!(log && tracing);
        log::info!("made");
        Weather { name: String::new() }
    }

    #[init]
    fn init(&mut self, config: Config) {
        self.name = config.name;
    }

    #[command]
    fn logs(&self, host: Host) -> Result<()> {
        log::warn!("before {}", self.name);
        host.call::<()>("other", "logs", &json!({}))?;
        log::error!("after {}", self.name);
        Ok(())
    }

    #[command]
    fn traces(&self) {
        let span = tracing::info_span!("read", station = "Kew", count = tracing::field::Empty);
        let _entered = span.enter();
        span.record("count", 3);
        tracing::warn!(degrees = 21.5, place = %"here", "hot: {}", 1);
        tracing::debug!("cold");
        tracing::trace!("too low");
        log::debug!("too low");
    }

    #[command]
    fn threads(&self, host: Host) {
        std::thread::spawn(|| log::error!("of nobody")).join().unwrap();
        std::thread::spawn(move || bridge::serving(host, || log::error!("of {}", Loud))).join().unwrap();
    }

    #[shutdown]
    fn shutdown(&self) {
        log::info!("bye");
    }
}

fn kit(name: &str) -> Kit {
    Kit::ready::<Weather>(json!({ "name": name }))
}

fn lines(kit: &Kit) -> Vec<String> {
    let lines = kit.logged().into_iter();
    lines.map(|line| format!("{} {:?} {}", line.message_id, line.level, line.text)).collect()
}

#[test]
fn of_the_instance_whose_handler_runs() {
    let mut first = kit("first");
    first.answer("command", |_| {
        // Within the handler of the first, on its thread.
        let mut second = kit("second");
        second.answer("command", |_| Ok(json!({})));
        second.command::<()>("logs", json!({})).unwrap();
        second.ask::<()>("shutdown", &json!({})).unwrap();
        let expected = [
            "0 Info bridge: made",
            "2 Warn bridge: before second",
            "2 Error bridge: after second",
            "3 Info bridge: bye",
        ];
        assert_eq!(lines(&second), expected);
        Ok(json!({}))
    });
    first.command::<()>("logs", json!({})).unwrap();
    let expected = ["0 Info bridge: made", "2 Warn bridge: before first", "2 Error bridge: after first"];
    assert_eq!(lines(&first), expected);
    log::error!("of nobody");
    assert_eq!(lines(&first).len(), 3);
}

#[test]
fn with_spans_and_fields() {
    let mut kit = kit("one");
    kit.command::<()>("traces", json!({})).unwrap();
    let expected = [
        r#"2 Warn bridge: read{station="Kew" count=3}: hot: 1 degrees=21.5 place=here"#,
        r#"2 Debug bridge: read{station="Kew" count=3}: cold"#,
    ];
    assert_eq!(lines(&kit)[1..], expected);
}

#[test]
fn of_threads_that_say_whom_they_serve() {
    let mut kit = kit("one");
    kit.command::<()>("threads", json!({})).unwrap();
    assert_eq!(lines(&kit)[1..], ["2 Info bridge: printed", "2 Error bridge: of loud"]);
}

static LINES: AtomicU32 = AtomicU32::new(0);

/// A host that logs by the same crate, as one in the program of the module does.
unsafe extern "C" fn write_log(_: *const fake::rp_host, _: u64, _: i32, _: *const c_char, _: usize) {
    LINES.fetch_add(1, Ordering::Relaxed);
    log::error!("written");
}

#[test]
fn what_the_host_logs_does_not_come_back() {
    let mut host = fake::Host::new();
    host.raw.write_log = Some(write_log);
    let instance = fake::Instance::with_host(weather_v1, host);
    assert_eq!(LINES.load(Ordering::Relaxed), 1);
    instance.ask("init", "{}");
    instance.ask("shutdown", "{}");
    assert_eq!(LINES.load(Ordering::Relaxed), 2);
}

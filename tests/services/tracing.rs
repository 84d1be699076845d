//! A host with the feature `tracing` hands on what modules log: module, instance, message and cause are fields.

use std::fmt;
use std::sync::{Arc, Mutex};

use rp_host::{Host, LoadOptions, Message, Reply};
use serde_json::json;
use support::scripted;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// One line: its level and its fields.
#[derive(Clone, Debug, Default)]
struct Line {
    level: String,
    module: String,
    instance: String,
    text: String,
    message_id: u64,
    cause: u64,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "module" => value.clone_into(&mut self.module),
            "instance" => value.clone_into(&mut self.instance),
            other => panic!("{other}"),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "message_id" => self.message_id = value,
            "cause" => self.cause = value,
            other => panic!("{other}"),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        assert_eq!(field.name(), "message");
        self.text = format!("{value:?}");
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<Line>>>);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        assert_eq!(event.metadata().target(), "rp");
        let mut line = Line { level: event.metadata().level().to_string(), ..Line::default() };
        event.record(&mut line);
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn a_line_names_its_module_instance_message_and_cause() {
    let lines = Lines::default();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&sent);
    let host =
        Host::builder().trace(move |record| sink.lock().unwrap().push((record.id, record.cause))).build();
    let subscriber = tracing_subscriber::registry().with(lines.clone());
    tracing::subscriber::with_default(subscriber, || {
        let asker = scripted::start(&host, "asker");
        scripted::start(&host, "asked");
        let steps = json!([{"log": "outer"}, scripted::ask("asked", json!([{"log": "inner"}]))]);
        let mut reply = Reply::new();
        asker.call(&Message::new("command", &scripted::payload(&steps)), &mut reply).unwrap();
        // Lines of the host itself have no message.
        let request = host.load_with(support::built("test-relay"), LoadOptions::new().instance("r"));
        request.unwrap();
    });
    let lines = lines.0.lock().unwrap();
    let find =
        |text: &str| lines.iter().find(|line| line.text == text).unwrap_or_else(|| panic!("{lines:?}"));
    let (outer, inner) = (find("outer"), find("inner"));
    assert_eq!(
        (&*outer.level, &*outer.module, &*outer.instance, outer.cause),
        ("WARN", "scripted", "asker", 0)
    );
    assert_eq!((&*inner.module, &*inner.instance, inner.cause), ("scripted", "asked", outer.message_id));
    assert!(sent.lock().unwrap().contains(&(inner.message_id, outer.message_id)));
    let own = lines.iter().find(|line| line.text.starts_with("r requests what is not granted"));
    let own = own.unwrap_or_else(|| panic!("{lines:?}"));
    assert_eq!((&*own.instance, own.message_id, own.cause), ("host", 0, 0));
}

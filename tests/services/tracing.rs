//! A host with the feature `tracing` hands on what modules log: module, instance, message and cause are fields.

use std::fmt;
use std::sync::{Arc, Mutex};

use rp_host::{Host, LoadOptions, Message, Reply};
use serde_json::json;
use support::scripted;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

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

/// What was seen: a span as its fields, then those of the span around it; a line as its text and its span.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

/// The fields of a span that the order of calls decides.
#[derive(Default)]
struct Ends(String);

impl Visit for Ends {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if ["from", "to", "type", "message"].contains(&field.name()) {
            self.0.push_str(&format!("{value:?} "));
        }
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut ends = Ends::default();
        attributes.record(&mut ends);
        let span = context.span(id).unwrap();
        assert_eq!((span.metadata().target(), span.name()), ("rp", "call"));
        let outer = span.parent().map(|parent| parent.extensions().get::<String>().unwrap().clone());
        let text = format!("{}in {}", ends.0, outer.as_deref().unwrap_or("none"));
        span.extensions_mut().insert(ends.0.trim().to_owned());
        self.0.lock().unwrap().push(text);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut text = Ends::default();
        event.record(&mut text);
        let span = context.event_span(event).unwrap();
        let outer = span.extensions().get::<String>().unwrap().clone();
        self.0.lock().unwrap().push(format!("{}in {outer}", text.0));
    }
}

#[test]
fn calls_are_spans_that_nest_where_the_builder_asks_for_it() {
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    tracing::subscriber::with_default(subscriber, || {
        let host = Host::builder().spans().build();
        let asker = scripted::start(&host, "asker");
        scripted::start(&host, "asked");
        spans.0.lock().unwrap().clear();
        let steps = json!([scripted::ask("asked", json!([{"log": "inner"}]))]);
        asker.call(&Message::new("command", &scripted::payload(&steps)), &mut Reply::new()).unwrap();
    });
    let expected = [
        r#""host" "asker" "command" in none"#,
        r#""asker" "asked" "command" in "host" "asker" "command""#,
        r#"inner in "asker" "asked" "command""#,
    ];
    assert_eq!(spans.0.lock().unwrap()[..3], expected);
}

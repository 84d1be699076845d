//! From the crate tracing.
use std::fmt::{Debug, Write};
use std::sync::OnceLock;

use ::tracing::field::{Field, Visit};
use ::tracing::span::{Attributes, Id, Record};
use ::tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use super::served::write;
use crate::host::Level;

/// Sends what the crate `tracing` is given to the host, up to a level: as [`Layer`] does, over a registry of its own.
///
/// Gives whether it does: false where the program has another subscriber already. Only the first call counts.
pub fn install_tracing(max: Level) -> bool {
    static IS_INSTALLED: OnceLock<bool> = OnceLock::new();
    *IS_INSTALLED.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(filter(max)).with(Layer);
        ::tracing::subscriber::set_global_default(subscriber).is_ok()
    })
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}

/// A layer that writes each event as a line of the host's log: target, spans with their fields, message, fields.
///
/// For a subscriber of the author's own, with filters or other layers beside this one.
#[derive(Clone, Copy, Debug)]
pub struct Layer;

/// The fields of a span, as they are printed.
struct Fields(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> tracing_subscriber::Layer<S> for Layer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields(String::new());
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut spans = String::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            spans.push_str(span.name());
            match span.extensions().get::<Fields>() {
                Some(Fields(fields)) if !fields.is_empty() => spans.extend(["{", fields, "}"]),
                _ => {}
            }
            spans.push_str(": ");
        }
        let mut line = Fields(String::new());
        event.record(&mut line);
        let metadata = event.metadata();
        write(level(*metadata.level()), format_args!("{}: {spans}{}", metadata.target(), line.0));
    }
}

fn level(level: ::tracing::Level) -> Level {
    match level {
        ::tracing::Level::ERROR => Level::Error,
        ::tracing::Level::WARN => Level::Warn,
        ::tracing::Level::INFO => Level::Info,
        ::tracing::Level::DEBUG => Level::Debug,
        ::tracing::Level::TRACE => Level::Trace,
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.record_debug(field, &format_args!("{value}")),
            _ => self.record_debug(field, &value),
        }
    }

    /// The message as it is, every other field by its name.
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let gap = if self.0.is_empty() { "" } else { " " };
        // A String takes whatever is written.
        let _ = match field.name() {
            "message" => write!(self.0, "{gap}{value:?}"),
            name => write!(self.0, "{gap}{name}={value:?}"),
        };
    }
}

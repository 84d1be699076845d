//! The modules' log on standard error, through `tracing`.

use std::fmt;
use std::io::IsTerminal;

use rp_host::{TraceRecord, WorkerEvent};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::log_filter::LogFilter;
use crate::fault::Fault;
use crate::running::progress::Bars;
use crate::terminal::label;
use crate::terminal::{BAD, FAINT, GOOD, KIND, WARN, styled, terminal_columns};
use crate::terminal::{escaped, escaped_lines, write_stderr};

/// Shows the log from now on. Bars are hidden while a line is written; `with_ids` adds the ids of messages.
pub fn install(filter: LogFilter, with_ids: bool, bars: Bars) -> Result<(), Fault> {
    let subscriber = tracing_subscriber::registry().with(Lines { filter, with_ids, bars });
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|error| Fault::environment("rp::log", format!("the log cannot be shown: {error}")))
}

/// Shows a message that a module sent, or an event that was delivered for one.
pub fn write_sent(record: &TraceRecord<'_>, bars: &Bars) {
    let label = label(record.message_type, record.payload);
    // Progress is shown as such.
    if (record.from == "host" && record.cause == 0) || label == "event progress" {
        return;
    }
    let word = styled(FAINT, "sent ");
    let text = format!("{} to {}: {label} {}", record.from, record.to, record.outcome);
    bars.suspend(|| write_stderr(&format!("{word} {}", escaped(&text))));
}

/// Shows what happened to a worker.
pub fn write_worker(event: &WorkerEvent<'_>, bars: &Bars) {
    bars.suspend(|| write_stderr(&format!("{} {}", styled(FAINT, "proc "), escaped(&event.to_string()))));
}

struct Lines {
    filter: LogFilter,
    with_ids: bool,
    bars: Bars,
}

/// The target under which the host emits the modules' log.
const TARGET: &str = "rp";

impl<S: Subscriber> Layer<S> for Lines {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == TARGET && *metadata.level() <= self.filter.most()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.filter.most())
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = *event.metadata().level();
        if self.filter.shows(level, &line.instance) {
            self.bars.suspend(|| line.write(level, self.with_ids));
        }
    }
}

/// What one line says.
#[derive(Default)]
struct Line {
    instance: String,
    text: String,
    message_id: u64,
    cause: u64,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "instance" {
            value.clone_into(&mut self.instance);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "message_id" => self.message_id = value,
            "cause" => self.cause = value,
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.text = format!("{value:?}");
        }
    }
}

impl Line {
    fn write(&self, level: Level, with_ids: bool) {
        let (style, word) = match level {
            Level::ERROR => (BAD, "error"),
            Level::WARN => (WARN, "warn"),
            Level::INFO => (GOOD, "info"),
            Level::DEBUG => (KIND, "debug"),
            _ => (FAINT, "trace"),
        };
        let word = styled(style, &format!("{word:<5}"));
        let ids = if with_ids { self.ids() } else { String::new() };
        let instance = escaped(&self.instance);
        write_stderr(&format!(
            "{word} {instance}: {}{ids}",
            folded(&self.text, &format!("{:5} {instance} | ", ""))
        ));
    }

    fn ids(&self) -> String {
        let text = match (self.message_id, self.cause) {
            (0, _) => return String::new(),
            (id, 0) => format!(" (message {id})"),
            (id, cause) => format!(" (message {id} for {cause})"),
        };
        styled(FAINT, &text)
    }
}

/// The text, with a mark before its later lines. On a terminal that includes lines that the terminal would wrap: their rest
/// could be taken for a line from elsewhere.
fn folded(text: &str, mark: &str) -> String {
    if !std::io::stderr().is_terminal() {
        return escaped_lines(text, mark);
    }
    let columns = terminal_columns().saturating_sub(mark.chars().count()).max(20);
    let lines = text.lines().map(|line| textwrap::fill(&escaped(line), columns));
    escaped_lines(&lines.collect::<Vec<_>>().join("\n"), mark)
}

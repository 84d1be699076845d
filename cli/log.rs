//! The modules' log on standard error, through `tracing`.

use std::fmt;
use std::io::IsTerminal;
use std::str::FromStr;

use rp_host::TraceRecord;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::fault::Fault;
use crate::output::{BAD, FAINT, GOOD, KIND, WARN, styled, terminal_columns};
use crate::progress::Bars;
use crate::terminal::{say, shown, shown_lines};
use crate::transcript::label;

/// Which lines are shown: a level for all, and others for the instances named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    all: LevelFilter,
    instances: Vec<(String, LevelFilter)>,
}

impl LogFilter {
    /// What `-v` and its repetitions show.
    pub fn of_verbosity(verbose: u8) -> Self {
        let all = match verbose {
            0 => LevelFilter::INFO,
            1 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        Self { all, instances: Vec::new() }
    }

    /// Errors only.
    pub fn errors() -> Self {
        Self { all: LevelFilter::ERROR, instances: Vec::new() }
    }

    fn shows(&self, level: Level, instance: &str) -> bool {
        let own = self.instances.iter().rev().find(|(name, _)| name == instance);
        level <= own.map_or(self.all, |(_, level)| *level)
    }

    fn most(&self) -> LevelFilter {
        self.instances.iter().map(|(_, level)| *level).fold(self.all, Ord::max)
    }
}

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut filter = Self::of_verbosity(0);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (instance, word) =
                part.split_once('=').map_or((None, part), |(name, word)| (Some(name), word));
            let level = level(word)
                .ok_or_else(|| format!("`{word}` is none of off, error, warn, info, debug, trace"))?;
            match instance {
                None => filter.all = level,
                Some(name) => filter.instances.push((name.to_owned(), level)),
            }
        }
        Ok(filter)
    }
}

fn level(word: &str) -> Option<LevelFilter> {
    Some(match word {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => return None,
    })
}

/// Shows the log from now on. Bars give way to a line while it is written; `with_ids` adds the numbers of messages.
pub fn install(filter: LogFilter, with_ids: bool, bars: Bars) -> Result<(), Fault> {
    let subscriber = tracing_subscriber::registry().with(Lines { filter, with_ids, bars });
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|error| Fault::environment("rp::log", format!("the log cannot be shown: {error}")))
}

/// Shows a message that a module sent, or that was sent in the service of one: an event that is delivered.
pub fn write_sent(record: &TraceRecord<'_>, bars: &Bars) {
    let label = label(record.message_type, record.payload);
    // Progress is shown as such.
    if (record.from == "host" && record.cause == 0) || label == "event progress" {
        return;
    }
    let word = styled(FAINT, "sent ");
    let text = format!("{} to {}: {label} {}", record.from, record.to, record.outcome);
    bars.suspend(|| say(&format!("{word} {}", shown(&text))));
}

struct Lines {
    filter: LogFilter,
    with_ids: bool,
    bars: Bars,
}

/// The target under which the host hands on what modules write.
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
        let instance = shown(&self.instance);
        say(&format!("{word} {instance}: {}{ids}", folded(&self.text, &format!("{:5} {instance} | ", ""))));
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

/// The text, its later lines with a mark before them. On a terminal its own end of a line is one too: what stands behind
/// it would look like a line of somebody else.
fn folded(text: &str, mark: &str) -> String {
    if !std::io::stderr().is_terminal() {
        return shown_lines(text, mark);
    }
    let columns = terminal_columns().saturating_sub(mark.chars().count()).max(20);
    let lines = text.lines().map(|line| textwrap::fill(&shown(line), columns));
    shown_lines(&lines.collect::<Vec<_>>().join("\n"), mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        let filter: LogFilter = "warn, a=trace,b=off".parse().expect("a filter");
        let cases = [
            (Level::WARN, "c", true),
            (Level::INFO, "c", false),
            (Level::TRACE, "a", true),
            (Level::ERROR, "b", false),
        ];
        for (level, instance, expected) in cases {
            assert_eq!(filter.shows(level, instance), expected, "{level} {instance}");
        }
        assert_eq!(filter.most(), LevelFilter::TRACE);
        assert_eq!("".parse(), Ok(LogFilter::of_verbosity(0)));
        assert!("loud".parse::<LogFilter>().expect_err("no level").contains("`loud` is none of"));
        assert!("a=".parse::<LogFilter>().is_err());
    }
}

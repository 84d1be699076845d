//! Metrics in the text format of Prometheus, as OpenMetrics 1.0 has it.

use std::fmt::{self, Display, Formatter, Write};

use super::snapshot::{InstanceMetrics, MessageMetrics, Metrics, SubscriberMetrics};

impl Metrics {
    /// The metrics in the text format of OpenMetrics 1.0, which Prometheus reads.
    #[must_use]
    pub fn to_openmetrics(&self) -> String {
        let mut text = String::new();
        // A string takes everything.
        let _whole = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        self.each(out, &READY, |one| Some(u64::from(one.is_ready)))?;
        self.each(out, &RESTARTS, |one| Some(one.restarts))?;
        self.each(out, &CALLS_WAITING, |one| Some(one.calls_waiting))?;
        self.each(out, &IN_PROGRESS, |one| Some(one.calls_in_progress))?;
        self.each(out, &WAITING, |one| Some(one.events_waiting))?;
        self.each(out, &QUEUED, |one| Some(one.events_queued))?;
        self.each(out, &REFUSED, |one| Some(one.events_refused))?;
        self.each(out, &MEMORY, |one| one.memory_bytes)?;
        self.each_subscriber(out, &SUBSCRIBER_WAITING, |one| one.events_waiting)?;
        self.each_subscriber(out, &SUBSCRIBER_QUEUED, |one| one.events_queued)?;
        self.each_subscriber(out, &SUBSCRIBER_REFUSED, |one| one.events_refused)?;
        self.each_subscriber(out, &SUBSCRIBER_MISSED, |one| one.events_missed)?;
        self.each_message(out, &ERRORS, |out, labels, message| {
            message.errors.iter().try_for_each(|(code, count)| {
                writeln!(out, "rp_message_errors_total{{{labels},code=\"{}\"}} {count}", Escaped(code))
            })
        })?;
        self.each_message(out, &RECEIVED, |out, labels, message| {
            writeln!(out, "rp_message_received_bytes_total{{{labels}}} {}", message.bytes_in)
        })?;
        self.each_message(out, &ANSWERED, |out, labels, message| {
            writeln!(out, "rp_message_answered_bytes_total{{{labels}}} {}", message.bytes_out)
        })?;
        self.each_message(out, &DURATION, histogram)?;
        out.write_str("# EOF\n")
    }

    /// One number of each instance that has it.
    fn each(
        &self,
        out: &mut String,
        family: &Family,
        read: fn(&InstanceMetrics) -> Option<u64>,
    ) -> fmt::Result {
        family.head(out)?;
        for one in &self.instances {
            if let Some(number) = read(one) {
                let (name, suffix) = (family.name, family.suffix());
                writeln!(
                    out,
                    "{name}{suffix}{{instance=\"{}\",module=\"{}\"}} {number}",
                    Escaped(&one.instance),
                    Escaped(&one.module)
                )?;
            }
        }
        Ok(())
    }

    /// One number of each subscriber that is no instance.
    fn each_subscriber(
        &self,
        out: &mut String,
        family: &Family,
        read: fn(&SubscriberMetrics) -> u64,
    ) -> fmt::Result {
        family.head(out)?;
        let (name, suffix) = (family.name, family.suffix());
        self.subscribers.iter().try_for_each(|one| {
            writeln!(out, "{name}{suffix}{{subscriber=\"{}\"}} {}", Escaped(&one.subscriber), read(one))
        })
    }

    /// What `write` makes of each type and name of each instance.
    fn each_message(
        &self,
        out: &mut String,
        family: &Family,
        write: fn(&mut String, &Labels<'_>, &MessageMetrics) -> fmt::Result,
    ) -> fmt::Result {
        family.head(out)?;
        for one in &self.instances {
            one.messages.iter().try_for_each(|message| write(out, &Labels { one, message }, message))?;
        }
        Ok(())
    }
}

fn histogram(out: &mut String, labels: &Labels<'_>, message: &MessageMetrics) -> fmt::Result {
    for bucket in &message.buckets {
        let seconds = Seconds(bucket.at_most_ns);
        writeln!(out, "rp_message_duration_seconds_bucket{{{labels},le=\"{seconds}\"}} {}", bucket.count)?;
    }
    writeln!(out, "rp_message_duration_seconds_bucket{{{labels},le=\"+Inf\"}} {}", message.calls)?;
    writeln!(out, "rp_message_duration_seconds_sum{{{labels}}} {}", Seconds(message.time_ns))?;
    writeln!(out, "rp_message_duration_seconds_count{{{labels}}} {}", message.calls)
}

/// A family of metrics.
struct Family {
    name: &'static str,
    kind: &'static str,
    unit: Option<&'static str>,
    help: &'static str,
}

const fn family(
    name: &'static str,
    kind: &'static str,
    unit: Option<&'static str>,
    help: &'static str,
) -> Family {
    Family { name, kind, unit, help }
}

const READY: Family = family("rp_instance_ready", "gauge", None, "Whether the instance takes messages");
const RESTARTS: Family =
    family("rp_instance_restarts", "counter", None, "How often the instance was started again");
const CALLS_WAITING: Family =
    family("rp_calls_waiting", "gauge", None, "Calls that wait for their turn at the instance");
const IN_PROGRESS: Family =
    family("rp_calls_in_progress", "gauge", None, "Calls that the instance handles at this moment");
const WAITING: Family = family("rp_events_waiting", "gauge", None, "Events that wait for the instance");
const QUEUED: Family =
    family("rp_events_queued", "counter", None, "Events put into the queue of the instance");
const REFUSED: Family =
    family("rp_events_refused", "counter", None, "Events refused since the queue was full");
const SUBSCRIBER_WAITING: Family =
    family("rp_subscriber_events_waiting", "gauge", None, "Events that wait for a subscriber of the program");
const SUBSCRIBER_QUEUED: Family =
    family("rp_subscriber_events_queued", "counter", None, "Events put into the queue of the subscriber");
const SUBSCRIBER_REFUSED: Family =
    family("rp_subscriber_events_refused", "counter", None, "Events refused since the queue was full");
const SUBSCRIBER_MISSED: Family =
    family("rp_subscriber_events_missed", "counter", None, "Events that made room for newer ones");
const MEMORY: Family =
    family("rp_worker_memory_bytes", "gauge", Some("bytes"), "Memory that the process of the instance uses");
const ERRORS: Family =
    family("rp_message_errors", "counter", None, "Messages that ended in an error, by its code");
const RECEIVED: Family =
    family("rp_message_received_bytes", "counter", Some("bytes"), "Bytes of the payloads");
const ANSWERED: Family =
    family("rp_message_answered_bytes", "counter", Some("bytes"), "Bytes of the responses");
const DURATION: Family = family(
    "rp_message_duration_seconds",
    "histogram",
    Some("seconds"),
    "From sending a message to its answer, waiting for the instance included",
);

impl Family {
    fn head(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "# TYPE {} {}", self.name, self.kind)?;
        if let Some(unit) = self.unit {
            writeln!(out, "# UNIT {} {unit}", self.name)?;
        }
        writeln!(out, "# HELP {} {}.", self.name, self.help)
    }

    /// What the samples of a counter end with.
    fn suffix(&self) -> &'static str {
        if self.kind == "counter" { "_total" } else { "" }
    }
}

/// The labels of a type and name.
struct Labels<'a> {
    one: &'a InstanceMetrics,
    message: &'a MessageMetrics,
}

impl Display for Labels<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (instance, module) = (Escaped(&self.one.instance), Escaped(&self.one.module));
        let (kind, name) = (Escaped(&self.message.message_type), Escaped(&self.message.name));
        write!(f, "instance=\"{instance}\",module=\"{module}\",type=\"{kind}\",name=\"{name}\"")
    }
}

/// The inside of the quotes of a label.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\n' => f.write_str("\\n"),
            '"' | '\\' => write!(f, "\\{c}"),
            c => f.write_char(c),
        })
    }
}

/// Nanoseconds as seconds.
struct Seconds(u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let whole = format!("{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        let short = whole.trim_end_matches('0');
        let zero = if short.ends_with('.') { "0" } else { "" };
        write!(f, "{short}{zero}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::snapshot::Bucket;
    use super::*;

    #[test]
    fn labels_are_escaped_and_units_are_those_of_the_format() {
        let message = MessageMetrics {
            message_type: "command".into(),
            name: "a\"b\\c\nd".into(),
            calls: 3,
            errors: BTreeMap::from([("not_found".into(), 1)]),
            time_ns: 2_000_001_500,
            buckets: vec![Bucket { at_most_ns: 2_500, count: 2 }],
            bytes_in: 10,
            bytes_out: 20,
        };
        let one = InstanceMetrics {
            instance: "log".into(),
            module: "research-log".into(),
            is_ready: true,
            restarts: 0,
            calls_waiting: 7,
            calls_in_progress: 1,
            events_waiting: 4,
            events_queued: 9,
            events_refused: 1,
            memory_bytes: None,
            messages: vec![message],
        };
        let subscriber = SubscriberMetrics {
            subscriber: "host (tick)".into(),
            events_waiting: 2,
            events_missed: 5,
            ..SubscriberMetrics::default()
        };
        let text = Metrics { instances: vec![one], subscribers: vec![subscriber] }.to_openmetrics();
        let labels = r#"instance="log",module="research-log",type="command",name="a\"b\\c\nd""#;
        for line in [
            "# TYPE rp_events_queued counter".to_owned(),
            "rp_events_queued_total{instance=\"log\",module=\"research-log\"} 9".to_owned(),
            "rp_calls_waiting{instance=\"log\",module=\"research-log\"} 7".to_owned(),
            "rp_calls_in_progress{instance=\"log\",module=\"research-log\"} 1".to_owned(),
            "rp_subscriber_events_waiting{subscriber=\"host (tick)\"} 2".to_owned(),
            "rp_subscriber_events_missed_total{subscriber=\"host (tick)\"} 5".to_owned(),
            format!("rp_message_errors_total{{{labels},code=\"not_found\"}} 1"),
            "# UNIT rp_message_duration_seconds seconds".to_owned(),
            format!("rp_message_duration_seconds_bucket{{{labels},le=\"0.0000025\"}} 2"),
            format!("rp_message_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 3"),
            format!("rp_message_duration_seconds_sum{{{labels}}} 2.0000015"),
        ] {
            assert!(text.lines().any(|one| one == line), "no {line} in\n{text}");
        }
        assert!(text.ends_with("# EOF\n") && !text.contains("rp_worker_memory_bytes{"), "{text}");
    }
}

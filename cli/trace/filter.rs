//! Which records are looked at.

use std::path::PathBuf;

use super::follow::{Step, follow};
use super::line::Record;
use super::page::html::Head;
use super::reader::{Seen, read};
use crate::fault::Fault;

/// A trace file, and which of its records are looked at.
#[derive(clap::Args)]
pub struct Filtered {
    /// The trace; `-` reads standard input
    pub file: PathBuf,
    #[command(flatten)]
    pub filter: Filter,
}

/// Which records are looked at: those that every option accepts.
#[derive(Clone, Default, clap::Args)]
pub struct Filter {
    /// Only messages to this instance, or `host`
    #[arg(long, value_name = "NAME")]
    module: Option<String>,
    /// Only messages of this type, or `TYPE NAME`, as in `command greet`
    #[arg(long = "type", value_name = "TYPE")]
    message_type: Option<String>,
    /// Only failures with this code; `*` is every failure
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only messages that took longer, as in 5ms: ns, us, ms or s
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    slower: Option<u64>,
    /// Only messages that were sent later than this time after the first one
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<u64>,
}

fn parse_time(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit.trim() {
        "ns" => 1.0,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => return Err("write a number and ns, us, ms or s, as in 5ms".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{number}` is not a number"))?;
    Ok((number * scale) as u64)
}

impl Filtered {
    /// What a page tells of the file, as far as it is known before the file is read.
    pub fn head(&self) -> Head {
        let filter = self.filter.words();
        let is_filtered = !filter.is_empty();
        let filtered_by =
            is_filtered.then(|| format!("Only what rp trace page {} accepts.", filter.join(" ")));
        let title = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Head { title, origin_us: 0, notes: filtered_by.into_iter().collect() }
    }

    /// Hands over the records that the filter accepts; answers what was read.
    pub fn each(&self, take: impl FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>) -> Result<Seen, Fault> {
        self.filter.each(&self.file, take)
    }

    /// Hands over the records that the filter accepts, and those that come, until `take` answers false.
    pub fn follow(&self, mut take: impl FnMut(Step<'_>) -> Result<bool, Fault>) -> Result<(), Fault> {
        let mut first = None;
        follow(&self.file, |step| match step {
            Step::Record(record, line) => {
                let first = *first.get_or_insert(record.start_ns());
                if self.filter.accepts(record, first) { take(Step::Record(record, line)) } else { Ok(true) }
            }
            step => take(step),
        })
    }
}

impl Filter {
    /// The same for a file that is named elsewhere.
    pub fn each(
        &self,
        file: &std::path::Path,
        mut take: impl FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>,
    ) -> Result<Seen, Fault> {
        let mut first = None;
        read(file, |record, line| {
            let first = *first.get_or_insert(record.start_ns());
            if self.accepts(record, first) { take(record, line) } else { Ok(()) }
        })
    }

    /// The filter as options; none where it accepts everything.
    pub fn words(&self) -> Vec<String> {
        let texts =
            [("--module", &self.module), ("--type", &self.message_type), ("--code", &self.code)].into_iter();
        let texts = texts.filter_map(|(name, text)| Some((name, text.clone()?)));
        let times = [("--slower", self.slower), ("--since", self.since)].into_iter();
        let times = times.filter_map(|(name, ns)| Some((name, format!("{}ns", ns?))));
        let quoted =
            |text: &str| if text.contains([' ', '*']) { format!("'{text}'") } else { text.to_owned() };
        texts.chain(times).map(|(name, value)| format!("{name} {}", quoted(&value))).collect()
    }

    fn accepts(&self, record: &Record<'_>, first: u64) -> bool {
        self.module.as_ref().is_none_or(|module| record.to == *module)
            && self.message_type.as_ref().is_none_or(|wanted| is_of_type(record, wanted))
            && self.slower.is_none_or(|ns| record.elapsed_ns > ns)
            && self.since.is_none_or(|ns| record.start_ns() > first.saturating_add(ns))
            && self.code.as_ref().is_none_or(|code| has_code(record, code))
    }
}

fn is_of_type(record: &Record<'_>, wanted: &str) -> bool {
    record.message_type == wanted || (wanted.contains(' ') && record.label() == wanted)
}

fn has_code(record: &Record<'_>, wanted: &str) -> bool {
    record.code().is_some_and(|code| wanted == "*" || code == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(parse_time("5ms"), Ok(5_000_000));
        assert_eq!(parse_time("0.5 s"), Ok(500_000_000));
        assert!(parse_time("5").is_err() && parse_time("ms").is_err());
    }
}

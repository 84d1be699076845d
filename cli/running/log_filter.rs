//! Which lines of the modules' log are shown.

use std::str::FromStr;

use tracing::Level;
use tracing::level_filters::LevelFilter;

/// Which lines are shown: a level for all, and others for the instances named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    all: LevelFilter,
    instances: Vec<(String, LevelFilter)>,
}

impl Default for LogFilter {
    fn default() -> Self {
        Self::of_verbosity(0)
    }
}

impl LogFilter {
    /// What `-v`, given so many times, shows.
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

    /// Whether a line of an instance is shown.
    pub fn shows(&self, level: Level, instance: &str) -> bool {
        let own = self.instances.iter().rev().find(|(name, _)| name == instance);
        level <= own.map_or(self.all, |(_, level)| *level)
    }

    /// The level that shows most.
    pub fn most(&self) -> LevelFilter {
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
                .ok_or_else(|| format!("`{word}` is not one of off, error, warn, info, debug, trace"))?;
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
        assert!("loud".parse::<LogFilter>().expect_err("no level").contains("`loud` is not one of"));
        assert!("a=".parse::<LogFilter>().is_err());
    }
}

//! From the crate log.
use std::sync::OnceLock;

use ::log::{LevelFilter, Log, Metadata, Record};

use super::served::write;
use crate::host::Level;

/// Sends what the crate `log` is given to the host, up to a level, with the target in front: `hyper::client: connected`.
///
/// Gives whether it does: false where the program has another logger already. Only the first call counts.
pub fn install_log(max: Level) -> bool {
    static IS_INSTALLED: OnceLock<bool> = OnceLock::new();
    *IS_INSTALLED.get_or_init(|| {
        let installed = ::log::set_logger(&Bridge).is_ok();
        if installed {
            ::log::set_max_level(filter(max));
        }
        installed
    })
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::Error,
        Level::Warn => LevelFilter::Warn,
        Level::Info => LevelFilter::Info,
        Level::Debug => LevelFilter::Debug,
        Level::Trace => LevelFilter::Trace,
    }
}

struct Bridge;

impl Log for Bridge {
    /// `log` asks its own largest level first.
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let level = match record.level() {
            ::log::Level::Error => Level::Error,
            ::log::Level::Warn => Level::Warn,
            ::log::Level::Info => Level::Info,
            ::log::Level::Debug => Level::Debug,
            ::log::Level::Trace => Level::Trace,
        };
        write(level, format_args!("{}: {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

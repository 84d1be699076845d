//! Log lines of modules and of the host.

/// The severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Something failed.
    Error,
    /// Something is wrong, but the work continues.
    Warn,
    /// Normal operation, for an operator.
    Info,
    /// Details, for the module's author.
    Debug,
    /// Every step.
    Trace,
}

impl Level {
    /// Reads an `RP_LOG_` value; values outside the range count as the nearest.
    pub(crate) fn from_abi(level: i32) -> Self {
        match level {
            ..=1 => Level::Error,
            2 => Level::Warn,
            3 => Level::Info,
            4 => Level::Debug,
            _ => Level::Trace,
        }
    }

    /// The `RP_LOG_` value of `rp_module.h`.
    #[must_use]
    pub fn to_abi(self) -> i32 {
        self as i32 + 1
    }

    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        }
    }
}

/// One log line.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LogRecord<'a> {
    /// The instance that wrote it, or `host`.
    pub instance: &'a str,
    /// Its module.
    pub module: &'a str,
    /// The message in whose service it was written, or 0.
    pub message_id: u64,
    /// The message in whose service that one was sent, or 0.
    pub cause: u64,
    /// Its severity.
    pub level: Level,
    /// The text; what is not UTF-8 is replaced by U+FFFD.
    pub text: &'a str,
}

#[cfg(feature = "tracing")]
impl LogRecord<'_> {
    /// Hands the line to `tracing`, under the target `rp`.
    pub(crate) fn emit(&self) {
        // The level of an event is a constant of its call site.
        macro_rules! at {
            ($level:ident) => {
                tracing::event!(
                    target: "rp",
                    tracing::Level::$level,
                    module = self.module,
                    instance = self.instance,
                    message_id = self.message_id,
                    cause = self.cause,
                    "{}",
                    self.text
                )
            };
        }
        match self.level {
            Level::Error => at!(ERROR),
            Level::Warn => at!(WARN),
            Level::Info => at!(INFO),
            Level::Debug => at!(DEBUG),
            Level::Trace => at!(TRACE),
        }
    }
}

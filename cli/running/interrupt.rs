//! Ctrl-C: the first asks the modules to stop, the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::CancelToken;

use crate::fault::{EXIT_INTERRUPTED, Fault};
use crate::os::{self, StopBy};
use crate::running::progress::Bars;
use crate::terminal::write_stderr;

/// Whether the user wants the work to stop.
#[derive(Clone)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    token: CancelToken,
}

impl Interrupt {
    /// Handles Ctrl-C from now on.
    pub fn listen(bars: Bars) -> Result<Self, Fault> {
        let interrupt = Self { asked: Arc::default(), token: CancelToken::new() };
        let heard = interrupt.clone();
        on_stop(StopBy::CtrlC, move || heard.hear(&bars))?;
        Ok(interrupt)
    }

    /// For a command that is told to stop in another way.
    pub fn never() -> Self {
        Self { asked: Arc::default(), token: CancelToken::new() }
    }

    /// Cancels the messages that carry it.
    pub fn token(&self) -> &CancelToken {
        &self.token
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    fn hear(&self, bars: &Bars) {
        if self.asked.swap(true, Ordering::SeqCst) {
            os::end(EXIT_INTERRUPTED);
        }
        let text = "rp: interrupted; asking the modules to stop. Press Ctrl-C again to end at once";
        bars.suspend(|| write_stderr(text));
        self.token.cancel();
    }
}

/// Has `heard` called, on a thread of its own, each time when somebody asks the command to stop.
pub fn on_stop(by: StopBy, heard: impl FnMut() + Send + 'static) -> Result<(), Fault> {
    os::on_stop(by, heard).map_err(|error| {
        Fault::environment("rp::interrupt", format!("the handler for Ctrl-C cannot be installed: {error}"))
            .help_with(&error, "try again when the system has room for one more thread")
    })
}

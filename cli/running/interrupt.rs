//! Ctrl-C: the first asks the modules to stop, the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::CancelToken;

use crate::fault::{EXIT_INTERRUPTED, Fault};
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
        ctrlc::set_handler(move || heard.hear(&bars)).map_err(|error| {
            Fault::environment(
                "rp::interrupt",
                format!("the handler for Ctrl-C cannot be installed: {error}"),
            )
        })?;
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
            end();
        }
        let text = "rp: interrupted; asking the modules to stop. Press Ctrl-C again to end at once";
        bars.suspend(|| write_stderr(text));
        self.token.cancel();
    }
}

/// Ends without running exit handlers of libraries: their code may still be running on other threads.
pub fn end() -> ! {
    #[cfg(unix)]
    // SAFETY: `_exit` may be called from any thread at any time, and touches no memory of ours.
    unsafe {
        libc::_exit(i32::from(EXIT_INTERRUPTED))
    }
    #[cfg(not(unix))]
    std::process::exit(i32::from(EXIT_INTERRUPTED))
}

//! Ctrl-C, Ctrl-Break, a console that closes, a user who logs off, a system that shuts down.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::core::BOOL;

use crate::os::terms::StopBy;

static TOLD: OnceLock<Sender<()>> = OnceLock::new();

/// Has `heard` called on a thread of its own each time when somebody asks the command to stop; call it once.
pub fn on_stop(_by: StopBy, mut heard: impl FnMut() + Send + 'static) -> io::Result<()> {
    let (told, asked) = channel();
    TOLD.get_or_init(|| told);
    let wait = move || asked.iter().for_each(|()| heard());
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
    // SAFETY: the handler is a function, which the system calls on threads of its own.
    if unsafe { SetConsoleCtrlHandler(Some(handle), 1) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

unsafe extern "system" fn handle(event: u32) -> BOOL {
    const IS_HANDLED: BOOL = 1;
    let Some(told) = TOLD.get() else { return 0 };
    // Nobody hears it any more at the end of the process.
    let _ = told.send(());
    if ![CTRL_C_EVENT, CTRL_BREAK_EVENT].contains(&event) {
        // The system ends the process as soon as this returns, or after some seconds: until then the modules are shut down.
        loop {
            std::thread::park();
        }
    }
    IS_HANDLED
}

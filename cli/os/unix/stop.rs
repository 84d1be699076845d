//! Signals that ask the command to stop.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

use crate::os::terms::StopBy;

/// Has `heard` called on a thread of its own each time when somebody asks the command to stop; call it once.
pub fn on_stop(by: StopBy, mut heard: impl FnMut() + Send + 'static) -> io::Result<()> {
    let (mut asked, told) = UnixStream::pair()?;
    let signals: &[_] = if by == StopBy::CtrlC { &[libc::SIGINT] } else { &[libc::SIGINT, libc::SIGTERM] };
    for signal in signals {
        signal_hook::low_level::pipe::register(*signal, told.try_clone()?)?;
    }
    let wait = move || {
        let mut byte = [0];
        while asked.read_exact(&mut byte).is_ok() {
            heard();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

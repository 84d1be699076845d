//! What tells `rp serve` to stop. The first signal asks, the second ends the process.

use std::sync::mpsc::Sender;

use crate::fault::Fault;

/// Sends when SIGTERM or SIGINT comes.
#[cfg(unix)]
pub fn listen(stop: Sender<()>) -> Result<(), Fault> {
    use std::io::Read;
    use std::os::unix::net::UnixStream;
    let refuse = |error: std::io::Error| {
        Fault::environment("rp::interrupt", format!("the handler for signals cannot be installed: {error}"))
    };
    let (mut heard, told) = UnixStream::pair().map_err(refuse)?;
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let told = told.try_clone().map_err(refuse)?;
        signal_hook::low_level::pipe::register(signal, told).map_err(refuse)?;
    }
    let wait = move || {
        let mut byte = [0];
        let mut count = 0;
        while heard.read_exact(&mut byte).is_ok() {
            count += 1;
            if count > 1 {
                crate::running::interrupt::end();
            }
            // Nobody waits where the input ended first.
            let _ = stop.send(());
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop).map_err(refuse)
}

/// Sends when Ctrl-C comes.
#[cfg(not(unix))]
pub fn listen(stop: Sender<()>) -> Result<(), Fault> {
    let asked = std::sync::atomic::AtomicBool::new(false);
    let heard = move || {
        if asked.swap(true, std::sync::atomic::Ordering::SeqCst) {
            crate::running::interrupt::end();
        }
        let _ = stop.send(());
    };
    ctrlc::set_handler(heard).map_err(|error| {
        Fault::environment("rp::interrupt", format!("the handler for Ctrl-C cannot be installed: {error}"))
    })
}

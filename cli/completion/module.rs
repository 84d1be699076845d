//! A module that is asked for its commands while a line is being typed: in a process of its own, since it may crash or hang.

use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::arguments::runner::Runner;

/// How long somebody who pressed TAB waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// The module's answer to `describe`. It is loaded alone, with a store in memory and what its manifest requests, so that nothing
/// of the user's changes; `init` is its configuration.
pub fn describe(file: &Path, init: &str) -> Option<String> {
    let mut child = Runner::of_environment()
        .ok()?
        .this_program()
        .ok()?
        .args(["call", "--json", "--log", "off", "--grant", "requested", "--store", "memory"])
        .arg(format!("--init={init}"))
        .arg("--")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = channel();
    // It outlives the patience if the module handed the pipe to a process of its own.
    std::thread::spawn(move || sender.send(std::io::read_to_string(stdout)));
    let text = receiver.recv_timeout(PATIENCE);
    // Without effect on a process that has ended.
    let _ = child.kill();
    let _ = child.wait();
    text.ok()?.ok()
}

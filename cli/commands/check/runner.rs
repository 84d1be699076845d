//! Whether the processes of checks can be started through the runner.

use std::process::{Output, Stdio};

use crate::arguments::runner::Runner;
use crate::fault::Fault;

/// Fails unless the runner starts this program: otherwise each check would fail to start in its own way.
pub fn prove(runner: &Runner) -> Result<(), Fault> {
    if !runner.is_some() {
        return Ok(());
    }
    let started = runner
        .this_program()
        .and_then(|mut command| command.arg("--version").stdin(Stdio::null()).output())
        .map_err(|error| fault(format!("the runner `{runner}` does not start: {error}")))?;
    let version = concat!("rp ", env!("CARGO_PKG_VERSION"));
    if started.status.success() && String::from_utf8_lossy(&started.stdout).contains(version) {
        return Ok(());
    }
    Err(fault(format!("the runner `{runner}` does not run rp: {}", told(&started))))
}

/// How it ended, and the last thing that it said.
fn told(started: &Output) -> String {
    let said = String::from_utf8_lossy(&started.stderr);
    match said.lines().rfind(|line| !line.trim().is_empty()) {
        Some(line) => format!("{}: {}", started.status, line.trim()),
        None => started.status.to_string(),
    }
}

fn fault(text: String) -> Fault {
    Fault::environment("rp::check::runner", text).help(
        "--runner or RP_RUNNER is a command, and its arguments, that starts the command behind it: \
         `qemu-aarch64 -L /usr/aarch64-linux-gnu`; quote words as for a shell",
    )
}

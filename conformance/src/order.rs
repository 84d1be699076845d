//! What the process of one check has to do, and how it is started.

use std::ffi::OsString;
use std::process::Command;

use rp_host::Isolation;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::os::Ended;

/// Holds an [`Order`] in the environment of a worker.
pub(crate) const VARIABLE: &str = "RP_CONFORMANCE_ORDER";

/// What a worker has to do. Its paths are not `Path`s, since JSON can hold those only if they are Unicode.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) file: OsString,
    pub(crate) check: String,
    pub(crate) seed: u64,
    pub(crate) is_full: bool,
    pub(crate) config: Value,
    /// How native modules are isolated, if they are.
    pub(crate) isolation: Option<Isolation>,
    pub(crate) texts: Option<OsString>,
    /// What the worker is started through; empty for none.
    pub(crate) runner: Vec<OsString>,
    /// The process that waits for it.
    pub(crate) parent: u32,
    /// The processor time after which it ends if nobody has ended it.
    pub(crate) cpu_seconds: u64,
    /// For a process that stands for a copy of a worker: how the copies ended that the worker made before.
    pub(crate) copy: Option<Vec<Ended>>,
}

impl Order {
    /// This program, started anew; `ps` shows the check and the file.
    pub(crate) fn command(&self) -> std::io::Result<Command> {
        let mut words = self.runner.clone();
        words.push(std::env::current_exe()?.into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(["check", "--worker", &self.check]).arg(&self.file);
        command.env(VARIABLE, serde_json::to_string(self)?);
        // One line of a backtrace per panic that a check provokes is enough.
        command.env("RUST_BACKTRACE", "0");
        Ok(command)
    }
}

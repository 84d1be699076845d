//! Starts programs of a platform, under its emulator where it has one.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How the programs of one platform are started.
pub struct Starter {
    /// The emulator and its arguments; empty for programs of this machine.
    pub runner: Vec<String>,
    /// Where what a program prints is kept until it has ended.
    pub scratch: PathBuf,
    /// How long a program may take.
    pub limit: Duration,
    started: Cell<u32>,
}

/// What a program printed, and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// None where a signal ended it.
    pub code: Option<i32>,
    /// How it ended, in words.
    pub how: String,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

impl Starter {
    /// For programs that are started by `runner`.
    pub fn new(runner: Vec<String>, scratch: PathBuf, limit: Duration) -> Starter {
        Starter { runner, scratch, limit, started: Cell::new(0) }
    }

    /// Runs a program to its end. An error says why it did not start, or that it did not end in time.
    pub fn run<A: AsRef<OsStr>>(&self, program: &Path, arguments: &[A]) -> Result<Ended, String> {
        self.run_within(self.limit, program, arguments)
    }

    /// As [`run`](Self::run), with a limit of its own.
    pub fn run_within<A: AsRef<OsStr>>(
        &self,
        limit: Duration,
        program: &Path,
        arguments: &[A],
    ) -> Result<Ended, String> {
        let number = self.started.replace(self.started.get() + 1);
        // In files: the server of wine inherits pipes, and would hold them open when the program has ended.
        let [stdout, stderr] = ["out", "err"].map(|end| self.scratch.join(format!("{number}.{end}")));
        let mut command = self.command(program);
        command.args(arguments).stdin(Stdio::null()).stdout(made(&stdout)?).stderr(made(&stderr)?);
        let name = program.display();
        let mut child = command.spawn().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        let status = awaited(&mut child, limit).map_err(|error| format!("{name}: {error}"))?;
        let read = |path: &Path| {
            let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            std::fs::remove_file(path).map(|()| bytes).map_err(|error| format!("{}: {error}", path.display()))
        };
        Ok(Ended {
            code: status.code(),
            how: status.to_string(),
            stdout: read(&stdout)?,
            stderr: read(&stderr)?,
        })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = match self.runner.split_first() {
            Some((first, arguments)) => {
                let mut command = Command::new(first);
                command.args(arguments).arg(program);
                command
            }
            None => Command::new(program),
        };
        for name in ["RP_LOG", "RP_RUNNER", "RUST_BACKTRACE", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        // Wine hands arguments on as the locale says.
        command.env("LC_ALL", "C.UTF-8");
        if self.emulates_no_children() {
            command.env("RP_RUNNER", self.runner.join(" "));
            // QEMU before 8.1 allocates in a child before it calls exec, with an allocator of GLib's whose lock another thread may
            // have held at the fork: the child hangs then. With malloc, which is made for it, it does not.
            command.env("G_SLICE", "always-malloc");
        }
        command
    }

    /// What an emulated program starts is not emulated, unless the emulator is a whole system as wine is.
    fn emulates_no_children(&self) -> bool {
        let name = self.runner.first().map(|first| Path::new(first).file_name().unwrap_or_default());
        name.is_some_and(|name| !name.to_string_lossy().starts_with("wine"))
    }
}

impl Ended {
    /// Standard output as text.
    pub fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(&self.stdout).map_err(|error| format!("its output is not UTF-8: {error}"))
    }

    /// Standard output as text, of a program that ended with this exit code.
    pub fn with_code(&self, code: i32) -> Result<&str, String> {
        if self.code == Some(code) {
            return self.text();
        }
        Err(format!(
            "{}, expected exit code {code}\n{}{}",
            self.how,
            self.tail(&self.stdout),
            self.tail(&self.stderr)
        ))
    }

    /// The last lines of what it printed.
    fn tail(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(10)..].iter().map(|line| format!("{line}\n")).collect()
    }

    /// Whether it ended by itself, with an exit code that `rp` has.
    pub fn is_exit_of_rp(&self) -> bool {
        matches!(self.code, Some(0..=2))
    }
}

fn made(path: &Path) -> Result<File, String> {
    File::create(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn awaited(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if started.elapsed() > limit {
            child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
            return Err(format!("not done within {} s, and killed", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

//! The thread of a worker: it starts the process, since that ends with the thread that started it, and stays until the process
//! has ended. It logs what the process prints, and opens lanes for the module's own threads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::carrier::Carrier;
use super::lines::Lines;
use super::outcome::Reason;
use super::printed::Printed;
use super::report::CrashSource;
use super::running::Running;
use super::threads;
use crate::channel::body::start::VERSION;
use crate::channel::frame::Kind;
use crate::channel::lane::{Body, Broken};
use crate::error::LoadFault;
use crate::observe::log::Level;
use crate::options::isolation::Isolation;
use crate::os::{self, End, Socket};

/// The time in which a worker says its version.
const HELLO: Duration = Duration::from_secs(10);

/// Starts a worker and its thread; `name` is what people call the module.
pub(super) fn start(program: &Path, name: &OsStr, isolation: &Isolation) -> Result<Arc<Running>, LoadFault> {
    let (tell, told) = sync_channel(1);
    let birth = Birth { program: program.to_owned(), name: name.to_owned(), isolation: isolation.clone() };
    let thread = std::thread::Builder::new().name(format!("worker-{}", name.display()));
    let started = thread.spawn(move || birth.live(&tell));
    started.map_err(|error| LoadFault::NoWorker(format!("no thread could be started: {error}")))?;
    told.recv().unwrap_or_else(|_| Err(LoadFault::NoWorker("its thread ended".into())))
}

/// What a worker is started with.
struct Birth {
    program: PathBuf,
    name: std::ffi::OsString,
    isolation: Isolation,
}

impl Birth {
    fn live(&self, tell: &SyncSender<Result<Arc<Running>, LoadFault>>) {
        match self.start() {
            Ok(running) => {
                if tell.send(Ok(Arc::clone(&running))).is_err() {
                    running.kill(Reason::Over);
                }
                watch(&running);
                running.printed.end();
                // The system keeps what is left of a process until somebody asks how it ended.
                running.process.end();
                running.report_end();
            }
            Err(fault) => {
                let _nobody_waits = tell.send(Err(fault));
            }
        }
    }

    fn start(&self) -> Result<Arc<Running>, LoadFault> {
        let no_worker =
            |error: std::io::Error| LoadFault::NoWorker(format!("{}: {error}", self.program.display()));
        let crash = CrashSource::new(&self.isolation).map_err(no_worker)?;
        let (ours, theirs) = Socket::pair().map_err(no_worker)?;
        let carrier = Carrier::new(self.isolation.limits.threads).map_err(no_worker)?;
        let kept = self.isolation.sandbox.env.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let kept: Vec<_> = kept.collect();
        let environment: Vec<(&OsStr, &OsStr)> =
            kept.iter().map(|(name, value)| (OsStr::new(name), &**value)).collect();
        let arguments = [OsStr::new("worker"), &self.name];
        let started = os::start(&self.program, &arguments, &environment, theirs).map_err(no_worker)?;
        let (process, printed) = (Arc::new(started.process), Printed::new(started.outputs));
        let running = Arc::new(Running::new(process, ours, carrier, printed, &self.isolation, crash));
        if let Err(why) = hello(&running) {
            running.kill(Reason::Over);
            running.process.end();
            return Err(LoadFault::NoWorker(format!("{} {why}", self.program.display())));
        }
        Ok(running)
    }
}

/// Waits for the first frame of a worker; an error says what is wrong with it.
fn hello(running: &Running) -> Result<(), String> {
    let mut body = Body { bytes: Vec::new(), limit: 200 };
    match running.control.wait_with(Instant::now().checked_add(HELLO), &mut body, None) {
        Ok(head) if head.kind == Kind::Hello && body.bytes == VERSION.as_bytes() => Ok(()),
        Ok(head) if head.kind == Kind::Hello => {
            Err(format!("is of another version: {}, not {VERSION}", String::from_utf8_lossy(&body.bytes)))
        }
        Ok(_) | Err(Broken::NoFrame(_)) => Err("is no worker: it says something else".into()),
        Err(Broken::Late) => Err(format!("said nothing within {} s", HELLO.as_secs())),
        Err(Broken::Gone) => Err(match running.process.end() {
            End::Exited(code) => format!("is no worker: it ended with exit code {code}"),
            End::Signalled(number) => format!("was ended by {}", os::signal_name(number)),
            End::Unknown => "ended".into(),
        }),
    }
}

/// Does what there is to do until the process has ended.
fn watch(running: &Arc<Running>) {
    let mut is_open = [true; 2];
    let mut lines = [Lines::default(), Lines::default()];
    let mut opened = 0;
    let mut asks = Some(());
    // What cannot be watched is ended: nobody would see what it does.
    loop {
        let outputs = [0, 1].map(|number| is_open[number].then(|| running.printed.output(number)));
        let asked = asks.map(|()| running.control.socket());
        let Ok(news) = os::watch(&running.process, asked, outputs) else { break };
        if news.has_ended {
            running.carrier.end();
        }
        if news.has_asked && open_lane(running, &mut opened).is_err() {
            asks = None;
        }
        for (number, lines) in lines.iter_mut().enumerate() {
            if news.has_output[number] {
                is_open[number] = read(running, number, lines);
            }
        }
        // What it has printed is read before its end is looked at.
        if news.has_ended && news.has_output == [false; 2] {
            return;
        }
    }
    running.kill(Reason::Over);
    running.process.has_ended(None);
    running.carrier.end();
}

/// Of what is printed to standard output, and of errors.
fn level(number: usize) -> Level {
    if number == 0 { Level::Info } else { Level::Warn }
}

/// Logs what was printed; false if that output has ended.
fn read(running: &Running, number: usize, lines: &mut Lines) -> bool {
    let mut bytes = [0; 4096];
    let line = |line: &str| running.log(0, level(number), line);
    let _reading = running.printed.reading();
    match running.printed.output(number).read(&mut bytes) {
        Ok(len) if len > 0 => lines.take(&bytes[..len], line),
        _ => {
            lines.end(line);
            return false;
        }
    }
    true
}

/// Opens a lane for the module's own threads, which the worker asks for.
fn open_lane(running: &Arc<Running>, opened: &mut usize) -> Result<(), ()> {
    let mut body = Body { bytes: Vec::new(), limit: 0 };
    let head = running.control.wait_with(Some(Instant::now()), &mut body, None);
    let broken = match head {
        Ok(head) if head.kind == Kind::Want && *opened < running.limits.threads => {
            *opened += 1;
            threads::open(running, *opened).err()
        }
        Ok(_) => Some(Broken::NoFrame("a frame out of turn")),
        Err(broken) => Some(broken),
    };
    match broken {
        None | Some(Broken::Late) => Ok(()),
        Some(Broken::NoFrame(what)) => {
            running.kill(Reason::Protocol(what));
            Err(())
        }
        Some(Broken::Gone) => Err(()),
    }
}

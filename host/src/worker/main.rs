//! The start of a worker.

use std::io;
use std::process::exit;
use std::sync::OnceLock;
use std::time::Instant;

use super::answer::serve;
use super::process::Process;
use super::sandbox;
use crate::border::module::Profile;
use crate::channel::body::fault;
use crate::channel::body::ready::ReadyBody;
use crate::channel::body::start::{Start, VERSION};
use crate::channel::frame::{FOR_THREADS, Head, IN_MEMORY, Kind};
use crate::channel::lane::{Body, Broken, Lane};
use crate::channel::shared::{self, ChannelLane};
use crate::channel::stream::StreamLane;
use crate::crashes;
use crate::loader::isolated::program;
use crate::loader::{native, private_copy};
use crate::os::{self, Socket};

/// The argument that makes a program a worker.
const ARGUMENT: &str = "worker";
/// Ends a program that was started to explain a crash, once it has.
fn explain_if_asked() {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == program::EXPLAIN) {
        if crashes::explain(private_copy::original_name) {
            exit(0);
        }
        eprintln!(
            "a program that crashes starts this, not people: there is no record of a crash in standard input"
        );
        exit(2);
    }
}

/// The stack of a thread that runs the module, in bytes: that of a main thread.
const STACK: usize = 8 << 20;

/// Makes this program one that workers may run: a main function that begins with this needs no file `rp-worker` beside the
/// program.
///
/// If the host of this program, or of another with the same version of this crate, has started it with the argument `worker`, it
/// serves, and the function does not return. Neither does it where [`on_crash`](crate::on_crash) of this program has started it to
/// explain a crash. Nothing may have been started before: no thread, no file opened.
///
/// ```
/// // The first line of main.
/// rp_host::worker::serve_if_asked();
/// ```
pub fn serve_if_asked() {
    explain_if_asked();
    if std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT) {
        main();
    }
    program::let_this_serve();
}

/// The control lane of the host that started this process.
fn connect() -> std::io::Result<StreamLane> {
    os::become_worker().map(|socket| StreamLane::new(socket, None))
}

/// Serves as a worker until the host ends it. If no host has started the process, it says so and ends with exit code 2.
pub fn main() -> ! {
    explain_if_asked();
    let mut control = connect().unwrap_or_else(|error| {
        eprintln!("a worker is started by a program that loads an isolated module, not by hand: {error}");
        exit(2);
    });
    let (start, mut lane, mut lanes, area) = begin(&mut control).unwrap_or_else(|_| os::end_worker(0));
    if !os::is_child_of(start.parent) {
        // The host ended before this process asked to end with it.
        os::end_worker(0);
    }
    if let Err(error) = os::report_crashes(area.into_file()) {
        eprintln!("a crash of this worker will not be explained: {error}");
    }
    if let Err(fault) = sandbox::enter(&start, STACK) {
        // A host that is gone needs no answer.
        let _gone = lane.post(Head::of(Kind::Refused), &[&fault::of_load(&fault)], None);
        os::end_worker(0);
    }
    static PROCESS: OnceLock<Process> = OnceLock::new();
    let process = PROCESS.get_or_init(|| Process::new(control, start.threads));
    run(0, move || {
        load(process, &start, &mut *lane);
        serve(process, lane);
    });
    let mut calls = 0;
    loop {
        // The host ends its workers by closing this lane; it says nothing else that is unknown.
        let Ok((head, beside)) = next_lane(&process.control) else { os::end_worker(0) };
        let is_for_threads = head.flags & FOR_THREADS != 0;
        match beside {
            Some(socket) if is_for_threads => process.threads.add(StreamLane::new(socket, None)),
            beside => {
                let lane = lanes.take(&head, beside).unwrap_or_else(|| os::end_worker(0));
                calls += 1;
                os::report_own_data(STACK as u64);
                run(calls, move || serve(process, lane));
            }
        }
    }
}

/// Says the version, and hears what to load, on which lane, and where to write a crash. What is mapped here the sandbox would not
/// allow later.
fn begin(control: &mut StreamLane) -> Result<(Start, Box<dyn Lane>, InMemory, Socket), Broken> {
    control.post(Head::of(Kind::Hello), &[VERSION.as_bytes()], None)?;
    let (mut body, mut beside) = (Body { bytes: Vec::new(), limit: usize::MAX }, Vec::new());
    let head = control.wait_with(None, &mut body, Some(&mut beside))?;
    let start = Start::read(&body.bytes).ok_or(Broken::Gone)?;
    let area = beside.pop().ok_or(Broken::Gone)?;
    let mut beside = beside.pop();
    let mut lanes = InMemory::default();
    if let Some(file) = beside.take_if(|_| head.flags & IN_MEMORY != 0) {
        lanes = InMemory::open(file).map_err(|_| Broken::Gone)?;
    }
    let lane = lanes.take(&head, beside).ok_or(Broken::Gone)?;
    Ok((start, lane, lanes, area))
}

/// The lanes for calls in the memory that is shared with the host; none where they are sockets.
#[derive(Default)]
struct InMemory(Vec<Option<ChannelLane>>);

impl InMemory {
    fn open(file: Socket) -> io::Result<Self> {
        Ok(InMemory(shared::open(file.into_file())?.into_iter().map(Some).collect()))
    }

    /// The lane of a frame, which is in memory or beside it.
    fn take(&mut self, head: &Head, beside: Option<Socket>) -> Option<Box<dyn Lane>> {
        if head.flags & IN_MEMORY == 0 {
            return Some(Box::new(StreamLane::new(beside?, None)));
        }
        Some(Box::new(self.0.get_mut(usize::try_from(head.id).ok()?)?.take()?))
    }
}

/// Waits for a lane.
fn next_lane(control: &StreamLane) -> Result<(Head, Option<Socket>), Broken> {
    let (mut body, mut beside) = (Body { bytes: Vec::new(), limit: 0 }, Vec::new());
    let head = control.wait_with(None::<Instant>, &mut body, Some(&mut beside))?;
    Ok((head, beside.pop()))
}

/// Runs the module's code on a thread of its own. If that cannot be started, or ends, the worker does.
fn run(lane: u32, work: impl FnOnce() + Send + 'static) {
    let name = format!("call-{lane}");
    let whole = move || {
        // Without memory for it, an overflow of the thread's stack is not explained.
        let _stack = os::CrashStack::of_lane(lane);
        let _panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        std::process::abort();
    };
    if let Err(error) = std::thread::Builder::new().name(name).stack_size(STACK).spawn(whole) {
        eprintln!("no thread could be started: {error}");
        std::process::abort();
    }
}

/// Loads the module, and says what it is.
fn load(process: &Process, start: &Start, lane: &mut dyn Lane) {
    let loaded = native::load_copy(start.copy.as_ref(), start.original.as_ref());
    let (kind, body) = match &loaded {
        Ok(module) => {
            let info = module.info();
            let is_plain = info.profile == Profile::Plain;
            (
                Kind::Ready,
                ReadyBody { is_plain, flags: info.flags, manifest: info.manifest_text.clone() }.write(),
            )
        }
        Err(fault) => (Kind::Refused, fault::of_load(fault)),
    };
    if let Ok(module) = loaded {
        process.set_module(module);
    }
    os::report_data_in_use();
    if lane.post(Head::of(kind), &[&body], None).is_err() {
        os::end_worker(0);
    }
}

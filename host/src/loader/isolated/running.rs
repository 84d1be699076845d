//! A worker at work: its process, its channel, and what is known of its end.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::budget::{Admitted, Budget};
use super::carrier::{self, Carrier};
use super::lanes::{CallLane, Got, LaneGuard, Lanes};
use super::outcome::{Outcome, Reason};
use super::printed::Printed;
use super::report::CrashSource;
use super::timing::Timing;
use crate::border::module::HostLink;
use crate::channel::frame::{Head, IN_MEMORY, Kind};
use crate::channel::lane::{Broken, Lane};
use crate::channel::stream::StreamLane;
use crate::error::CallFault;
use crate::observe::log::Level;
use crate::options::isolation::{IsolatedLimits, Isolation};
use crate::options::sandbox::SandboxMode;
use crate::os::{Process, Socket};

/// The time in which a worker takes a frame on its control lane, and in which the system ends a process.
pub(super) const SHORT: Duration = Duration::from_secs(5);

/// The most lines that are kept until they have somewhere to go.
const MOST_EARLY: usize = 100;

/// A worker at work. All threads that have to do with it share this.
pub(super) struct Running {
    pub(super) process: Arc<Process>,
    /// Beside the lanes: what starts the worker, makes lanes and asks for them.
    pub(super) control: StreamLane,
    /// What carries the lanes for calls.
    pub(super) carrier: Carrier,
    /// Held while a frame is posted on the control lane.
    posting: Mutex<()>,
    pub(super) lanes: Lanes,
    /// How many lanes for calls there may be; 1 unless the module is concurrent.
    most_lanes: OnceLock<usize>,
    /// What its instance was created with.
    link: OnceLock<HostLink>,
    pub(super) printed: Printed,
    /// Lines that came before that.
    early: Mutex<Vec<(Level, String)>>,
    budget: Mutex<Budget>,
    outcome: Mutex<Outcome>,
    pub(super) limits: IsolatedLimits,
    pub(super) is_sandboxed: bool,
    /// What is needed to tell of its crash.
    pub(super) crash: CrashSource,
}

impl Running {
    pub(super) fn new(
        process: Arc<Process>,
        control: Socket,
        carrier: Carrier,
        printed: Printed,
        isolation: &Isolation,
        crash: CrashSource,
    ) -> Self {
        let limits = isolation.limits;
        Running {
            carrier,
            control: StreamLane::new(control, Some(Arc::clone(&process))),
            process,
            posting: Mutex::default(),
            lanes: Lanes::default(),
            most_lanes: OnceLock::new(),
            link: OnceLock::new(),
            printed,
            early: Mutex::default(),
            budget: Mutex::new(Budget::new(limits.log_per_second)),
            outcome: Mutex::default(),
            limits,
            is_sandboxed: isolation.sandbox.mode == SandboxMode::Required,
            crash,
        }
    }

    /// Posts a frame on the control lane, with a new lane for calls, whose own end is returned, and `beside` behind it. With
    /// the first goes the memory of them all, if they are in memory.
    pub(super) fn open_lane(
        &self,
        head: Head,
        body: &[u8],
        beside: Option<&Socket>,
    ) -> Result<Box<dyn Lane>, Broken> {
        let Carrier::Memory(memory) = &self.carrier else {
            return Ok(Box::new(self.open_socket(head, body, beside)?));
        };
        let lane = memory.take().ok_or(Broken::Gone)?;
        let head = Head { id: lane.memory().lane() as u64, flags: head.flags | IN_MEMORY, ..head };
        let file = Socket::carrying(memory.channel.file()).map_err(|_| Broken::Gone)?;
        let file = (head.kind == Kind::Load).then_some(&file);
        self.post_control(head, body, &file.into_iter().chain(beside).collect::<Vec<_>>())?;
        Ok(Box::new(lane))
    }

    /// The same with a lane that is a pair of sockets.
    pub(super) fn open_socket(
        &self,
        head: Head,
        body: &[u8],
        beside: Option<&Socket>,
    ) -> Result<StreamLane, Broken> {
        let (ours, theirs) = Socket::pair().map_err(|_| Broken::Gone)?;
        let with: Vec<&Socket> = std::iter::once(&theirs).chain(beside).collect();
        self.post_control(head, body, &with)?;
        Ok(StreamLane::new(ours, Some(Arc::clone(&self.process))))
    }

    fn post_control(&self, head: Head, body: &[u8], with: &[&Socket]) -> Result<(), Broken> {
        let _posting = self.posting.lock().unwrap_or_else(PoisonError::into_inner);
        self.control.post_with(head, &[body], with, Some(Instant::now() + SHORT))
    }

    /// A lane for a message, or for what is none; waits for one if all are taken.
    pub(super) fn lane(&self, message: u64, timing: &mut Timing<'_>) -> Result<LaneGuard<'_>, CallFault> {
        let most = self.most_lanes.get().copied().unwrap_or(1);
        let asked = Instant::now();
        loop {
            let waited = |fault| match fault {
                CallFault::CancelledAtWork => CallFault::Cancelled,
                _ => CallFault::Timeout { waited: asked.elapsed() },
            };
            match self.lanes.take(message, most, timing.next().map_err(waited)?) {
                Got::Lane(lane) => return Ok(lane),
                Got::May => {
                    let opened = self.open_lane(Head::of(Kind::Lane), &[], None);
                    let lane = opened.map_err(|broken| {
                        let fault = self.lost(broken, message);
                        self.lanes.not_made();
                        fault
                    })?;
                    return Ok(self.lanes.take_made(CallLane::new(lane), message));
                }
                Got::Late => {}
            }
        }
    }

    /// Lets a concurrent module have several lanes.
    pub(super) fn allow_lanes(&self, most: usize) {
        self.most_lanes.get_or_init(|| carrier::most(most));
    }

    /// From now on the module's lines of log have somewhere to go.
    pub(super) fn connect(&self, link: HostLink) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        self.link.get_or_init(|| link);
        let early = std::mem::take(&mut *early);
        early.into_iter().for_each(|(level, text)| self.log(0, level, &text));
    }

    pub(super) fn link(&self) -> Option<HostLink> {
        self.link.get().copied()
    }

    /// Logs a line in the name of the instance; drops what is beyond the limit.
    pub(super) fn log(&self, id: u64, level: Level, text: &str) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(link) = self.link() else {
            if early.len() < MOST_EARLY {
                early.push((level, text.to_owned()));
            }
            return;
        };
        drop(early);
        match self.admit(text.len()) {
            Admitted::Yes => write_log(link, id, level.to_abi(), text.as_bytes()),
            Admitted::FirstDropped => self.log_cut(link),
            Admitted::Dropped => {}
        }
    }

    /// Decides on a line of log of so many bytes.
    pub(super) fn admit(&self, len: usize) -> Admitted {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        budget.admit(len, Instant::now())
    }

    /// Says that lines are dropped.
    pub(super) fn log_cut(&self, link: HostLink) {
        let text = format!(
            "it logs more than {} bytes a second: the rest of this second is dropped",
            self.limits.log_per_second
        );
        write_log(link, 0, Level::Warn.to_abi(), text.as_bytes());
    }

    /// The worker may end from now on.
    pub(super) fn dismiss(&self) {
        self.outcome().reason.get_or_insert(Reason::Over);
    }

    /// Ends the worker. The first reason counts.
    pub(super) fn kill(&self, reason: Reason) {
        self.outcome().reason.get_or_insert(reason);
        self.process.kill();
    }

    /// Ends the worker for a call that gets this fault.
    pub(super) fn kill_for(&self, fault: CallFault, reason: Reason) -> CallFault {
        self.outcome().told(&fault);
        self.kill(reason);
        self.printed.settle();
        fault
    }

    /// The fault of what works for a message, or for none, and whose lane is of no more use.
    pub(super) fn lost(&self, broken: Broken, message: u64) -> CallFault {
        match broken {
            Broken::NoFrame(what) => self.kill(Reason::Protocol(what)),
            Broken::Late => self.kill(Reason::Protocol("it took no frame")),
            // A worker that ends closes its lanes a moment before it is known to have ended.
            Broken::Gone if !self.process.has_ended(Some(Instant::now() + SHORT)) => {
                self.kill(Reason::Protocol("it closed its lane"));
            }
            Broken::Gone => {}
        }
        self.tell(message)
    }

    /// The process has ended. If no call finds that, the host is told, so that the instance does not stay dead unseen: a call that
    /// is at work may have its response already.
    pub(super) fn report_end(&self) {
        self.lanes.await_free();
        let Some(link) = self.link() else { return };
        if self.outcome().is_explained() {
            return;
        }
        let fault = self.tell(0);
        write_log(link, 0, Level::Error.to_abi(), fault.to_string().as_bytes());
        (link.lost)(link.table);
    }

    /// What a message is told of the end, for which this waits.
    fn tell(&self, message: u64) -> CallFault {
        let end = self.process.end();
        self.printed.settle();
        let is_other = |crashed| crashed != message && self.lanes.is_at_work(crashed);
        self.outcome().tell(end, |signal| self.crash.tell(signal, self.process.number), is_other)
    }

    pub(super) fn death_reason(&self) -> &'static str {
        self.outcome().death_reason()
    }

    /// The code of what ended it.
    pub(super) fn death_code(&self) -> Option<&'static str> {
        self.outcome().code()
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a line to the log of the instance, whose text may be any bytes.
pub(super) fn write_log(link: HostLink, id: u64, level: i32, text: &[u8]) {
    if let Some(write_log) = link.table.write_log {
        // SAFETY: rule 11: the host pointer is that of the instance, valid for the life of the process; the text is borrowed
        // for the call.
        unsafe { write_log(link.table, id, level, text.as_ptr().cast(), text.len()) };
    }
}

/// Ends its worker when it is dropped.
pub(super) struct Worker(pub(super) Arc<Running>);

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill(Reason::Over);
        self.0.process.has_ended(Some(Instant::now() + SHORT));
    }
}

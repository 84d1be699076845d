//! The code of an isolated module: a private copy that every worker of it loads.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

use super::exchange::{Exchange, Response};
use super::lanes::CallLane;
use super::outcome::Reason;
use super::running::{Running, Worker};
use super::watch;
use crate::channel::body::fault;
use crate::channel::body::policy::Policy;
use crate::channel::body::ready::ReadyBody;
use crate::channel::body::start::Start;
use crate::channel::frame::{Head, Kind};
use crate::channel::lane::Broken;
use crate::error::{CallFault, LoadFault};
use crate::loader::private_copy::PrivateCopy;
use crate::options::isolation::Isolation;

/// The step before `create`: initialisers of the library run, and the entry is called.
const STEP: &str = "start";

/// The code of a module, and how its workers run.
pub(super) struct Code {
    pub(super) copy: PrivateCopy,
    pub(super) original: PathBuf,
    pub(super) program: PathBuf,
    pub(super) isolation: Isolation,
    /// What its workers give up, with absolute paths: the current folder may change.
    pub(super) policy: Policy,
}

impl Code {
    /// Starts a worker, which loads the module.
    pub(super) fn start(&self) -> Result<(Worker, ReadyBody), LoadFault> {
        let worker = Worker(watch::start(&self.program, self.name(), &self.isolation)?);
        let ready = self.load(&worker.0)?;
        Ok((worker, ready))
    }

    /// What the thread and the process are called.
    fn name(&self) -> &OsStr {
        self.original.file_stem().unwrap_or_default()
    }

    fn load(&self, running: &Arc<Running>) -> Result<ReadyBody, LoadFault> {
        let failed = |fault| LoadFault::StartFailed { step: STEP, fault };
        let start = Start {
            parent: std::process::id(),
            copy: self.copy.path().into(),
            original: self.original.clone().into(),
            threads: self.isolation.limits.threads,
            policy: self.policy.clone(),
        };
        running.crash.is_of(self.copy.path(), &self.original);
        let area = running.crash.area().map_err(|error| LoadFault::NoWorker(error.to_string()))?;
        let lane = running.open_lane(Head::of(Kind::Load), &start.write(), Some(&area));
        let lane = lane.map_err(|broken| failed(running.lost(broken, 0)))?;
        let mut lane = CallLane::new(lane);
        let head = Exchange::begin(running, None).await_ready(&mut lane).map_err(failed)?;
        let no_frame = || failed(running.lost(Broken::NoFrame("no description of its module"), 0));
        let read = match head.kind {
            Kind::Ready => ReadyBody::read(&lane.body).ok_or_else(no_frame),
            _ => Err(refused(&lane.body).unwrap_or_else(no_frame)),
        };
        running.lanes.add(lane);
        read.inspect_err(|_| running.kill(Reason::Over))
    }
}

/// The fault in a body.
pub(super) fn refused(body: &[u8]) -> Option<LoadFault> {
    LoadFault::relayed(fault::read(body)?)
}

impl Exchange<'_> {
    fn await_ready(&mut self, lane: &mut CallLane) -> Result<Head, CallFault> {
        // SAFETY: there is no response.
        unsafe { self.wait_for(lane, &[Kind::Ready, Kind::Refused], Response::None) }
    }
}

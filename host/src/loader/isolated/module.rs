//! A module whose instances have a worker each.

use std::sync::{Mutex, PoisonError};

use super::code::{Code, refused};
use super::exchange::{Exchange, Response};
use super::guest::IsolatedGuest;
use super::running::Worker;
use crate::abi::RP_CONCURRENT;
use crate::border::module::{Guest, HostLink, Module, ModuleInfo};
use crate::channel::body::ready::ReadyBody;
use crate::channel::frame::{Head, Kind};
use crate::channel::lane::Broken;
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// A module whose instances have a worker each.
pub(super) struct IsolatedModule {
    info: ModuleInfo,
    code: Code,
    /// What its first worker said of it. Every further one has to say the same.
    ready: ReadyBody,
    /// The worker that was started to find that out, for the first instance.
    first: Mutex<Option<Worker>>,
}

impl IsolatedModule {
    pub(super) fn new(info: ModuleInfo, code: Code, ready: ReadyBody, first: Worker) -> Self {
        IsolatedModule { info, code, ready, first: Mutex::new(Some(first)) }
    }

    fn worker(&self) -> Result<Worker, LoadFault> {
        if let Some(first) = self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(first);
        }
        let (worker, ready) = self.code.start()?;
        if ready == self.ready {
            return Ok(worker);
        }
        let fault = worker.0.lost(Broken::NoFrame("another description of the same module"), 0);
        Err(LoadFault::StartFailed { step: "start", fault })
    }
}

impl Module for IsolatedModule {
    fn info(&self) -> &ModuleInfo {
        &self.info
    }

    fn create(&self, host: HostLink, _options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        let worker = self.worker()?;
        if self.info.flags & RP_CONCURRENT != 0 {
            worker.0.allow_lanes(worker.0.limits.threads);
        }
        worker.0.connect(host);
        create(&worker, host)?;
        Ok(Box::new(IsolatedGuest::new(worker, host)))
    }
}

/// Lets the worker create its instance.
fn create(worker: &Worker, host: HostLink) -> Result<(), LoadFault> {
    let failed = |fault: CallFault| LoadFault::StartFailed { step: "create", fault };
    let mut exchange = Exchange::begin(&worker.0, Some(host));
    let mut lane = exchange.lane().map_err(failed)?;
    let flags = u16::from(host.provided.clock) | u16::from(host.provided.random) << 1;
    let head = Head { flags, ..Head::of(Kind::Create) };
    // SAFETY: there is no response.
    let head = unsafe { exchange.run(&mut lane, head, &[], &[Kind::Reply, Kind::Refused], Response::None) };
    match head.map_err(failed)?.kind {
        Kind::Reply => Ok(()),
        _ => Err(refused(&lane.body)
            .unwrap_or_else(|| failed(exchange.lost(Broken::NoFrame("a fault that is none"))))),
    }
}

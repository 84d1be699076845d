//! One frame to a worker, all that its module asks meanwhile, and the frame that answers.

use std::time::Instant;

use super::lanes::{CallLane, LaneGuard};
use super::outcome::Reason;
use super::running::{Running, SHORT};
use super::servant;
use super::timing::Timing;
use crate::abi::rp_reply;
use crate::border::caller_reply::{add, room_at_end};
use crate::border::module::HostLink;
use crate::border::reply::DEFAULT_REPLY_LIMIT;
use crate::channel::body::fault;
use crate::channel::frame::{Head, IS_FAULT, Kind};
use crate::channel::lane::{Broken, Lane, Place};
use crate::error::CallFault;

/// Where the response of a call goes.
#[derive(Clone, Copy)]
pub(super) enum Response {
    /// There is none.
    None,
    /// Into a reply that the host owns.
    Own(*mut rp_reply),
    /// Into the lane's memory.
    Kept,
}

/// One exchange.
pub(super) struct Exchange<'a> {
    pub(super) running: &'a Running,
    /// `None` while there is no instance.
    pub(super) link: Option<HostLink>,
    pub(super) timing: Timing<'a>,
    /// The message that it is for; 0 for none.
    pub(super) message: u64,
}

impl<'a> Exchange<'a> {
    /// Begins now.
    pub(super) fn begin(running: &'a Running, link: Option<HostLink>) -> Self {
        Exchange { running, link, timing: Timing::begin(&running.limits, link), message: 0 }
    }

    /// A lane for it.
    pub(super) fn lane(&mut self) -> Result<LaneGuard<'a>, CallFault> {
        self.running.lane(self.message, &mut self.timing)
    }

    /// Posts a frame, and answers what the module asks until a frame of one of these kinds comes.
    ///
    /// # Safety
    /// A reply in `response` is valid, the host's own, and used by nobody else during the call (rules 1 and 3).
    pub(super) unsafe fn run(
        &mut self,
        lane: &mut CallLane,
        head: Head,
        parts: &[&[u8]],
        ends: &[Kind],
        response: Response,
    ) -> Result<Head, CallFault> {
        self.post(&mut *lane.lane, head, parts)?;
        // SAFETY: the caller promises the reply.
        unsafe { self.wait_for(lane, ends, response) }
    }

    /// Answers what the module asks until a frame of one of these kinds comes.
    ///
    /// # Safety
    /// As for [`run`](Exchange::run).
    pub(super) unsafe fn wait_for(
        &mut self,
        lane: &mut CallLane,
        ends: &[Kind],
        response: Response,
    ) -> Result<Head, CallFault> {
        loop {
            // SAFETY: the caller promises the reply.
            let head = unsafe { self.wait(lane, response) }?;
            if ends.contains(&head.kind) {
                return Ok(head);
            }
            let CallLane { lane: carrier, body, answer } = lane;
            let (running, link) = (self.running, self.link);
            let serve = || link.and_then(|link| servant::answer(running, link, &head, body, answer));
            let Some(head) = self.timing.serve(serve) else {
                return Err(self.lost(Broken::NoFrame("a frame out of turn")));
            };
            self.post(&mut **carrier, head, &[answer.as_bytes()])?;
        }
    }

    /// Posts a frame, for as long as its answer is wanted.
    fn post(&mut self, lane: &mut dyn Lane, head: Head, parts: &[&[u8]]) -> Result<(), CallFault> {
        // What finds room at once needs no look at the clock.
        let mut until = self.timing.started();
        loop {
            match lane.post(head, parts, Some(until)) {
                Err(Broken::Late) => until = self.until()?,
                posted => return posted.map_err(|broken| self.lost(broken)),
            }
        }
    }

    /// Until when to wait before asking again; ends the worker when the time is over.
    fn until(&mut self) -> Result<Instant, CallFault> {
        self.timing.next().map_err(|fault| self.running.kill_for(fault, Reason::Time))
    }

    /// # Safety
    /// As for [`run`](Exchange::run).
    unsafe fn wait(&mut self, lane: &mut CallLane, response: Response) -> Result<Head, CallFault> {
        loop {
            let until = self.until()?;
            let mut place = Incoming { response, body: &mut lane.body, sent: self.running.most_sent() };
            match lane.lane.wait(Some(until), &mut place) {
                Ok(head) => {
                    if let (Response::Own(reply), true) =
                        (response, head.kind == Kind::Reply && !is_fault(&head))
                    {
                        // SAFETY: the caller promises the reply, in which `Incoming` found room for these bytes.
                        unsafe { add(reply, usize::try_from(head.len).unwrap_or(0)) };
                    }
                    return Ok(head);
                }
                Err(Broken::Late) => {}
                Err(broken) => return Err(self.lost(broken)),
            }
        }
    }

    /// The fault of this exchange, whose lane is of no more use.
    pub(super) fn lost(&self, broken: Broken) -> CallFault {
        self.running.lost(broken, self.message)
    }
}

/// Whether the body of a reply is a fault.
pub(super) fn is_fault(head: &Head) -> bool {
    head.flags & IS_FAULT != 0
}

/// Where the body of a frame from a worker goes, and how long it may be.
pub(super) struct Incoming<'a> {
    pub(super) response: Response,
    pub(super) body: &'a mut Vec<u8>,
    /// The most bytes of what a module sends or logs.
    pub(super) sent: usize,
}

impl Incoming<'_> {
    fn limit(&self, head: &Head) -> usize {
        match (head.kind, self.response) {
            (Kind::Reply, _) if is_fault(head) => fault::LONGEST,
            (Kind::Reply, Response::Kept) => DEFAULT_REPLY_LIMIT,
            (Kind::Ready | Kind::Refused, _) => fault::LONGEST,
            (Kind::Send | Kind::Log, _) => self.sent,
            _ => 0,
        }
    }
}

impl Place for Incoming<'_> {
    fn room(&mut self, head: &Head) -> Option<&mut [u8]> {
        let len = usize::try_from(head.len).ok()?;
        if let (Response::Own(reply), true) = (self.response, head.kind == Kind::Reply && !is_fault(head)) {
            // SAFETY: whoever made this place promises a reply that is the host's own, and that nobody else uses.
            return unsafe { room_at_end(reply, len) };
        }
        if len > self.limit(head) {
            return None;
        }
        // What is there already need not be zero: it is written over.
        self.body.try_reserve(len.saturating_sub(self.body.len())).ok()?;
        self.body.resize(len, 0);
        Some(self.body)
    }
}

impl Running {
    /// The most bytes of what a module sends or logs: no module can hold more.
    pub(super) fn most_sent(&self) -> usize {
        self.limits.memory.max(DEFAULT_REPLY_LIMIT)
    }

    /// Waits for the end of a worker that was told to end; ends it if it does not.
    pub(super) fn await_end(&self) {
        if !self.process.has_ended(Some(Instant::now() + self.limits.grace.clamp(SHORT / 50, SHORT))) {
            self.process.kill();
        }
    }
}

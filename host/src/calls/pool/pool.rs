//! The threads that make queued calls, and the one that watches how long calls wait.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::queued_call::QueuedCall;
use super::queues::{Claim, Place, Queues};
use crate::border::cancel::{CancelMessage, CancelToken};
use crate::border::message_id::MessageId;
use crate::calls::instance::{Availability, InstanceId, InstanceState};
use crate::calls::slots::{Admission, HeldSlot};
use crate::error::CallFault;
use crate::platform::start_thread::start_thread;

/// How long a thread without work waits for more before it ends.
const REST: Duration = Duration::from_secs(2);
/// How long the end of a host waits for threads that are between two calls, or tell what came of one.
const END_LIMIT: Duration = Duration::from_secs(5);

/// The queued calls of a host and the threads that make them; none is started before the first call.
pub(crate) struct Pool {
    state: Mutex<State>,
    work: Condvar,
    deadlines: Condvar,
    ended: Condvar,
    most_threads: usize,
    last_number: AtomicU64,
}

#[derive(Default)]
struct State {
    queues: Queues,
    /// Threads that make calls.
    threads: usize,
    /// Those of them that wait for work.
    idle: usize,
    /// Those of them that are inside an instance.
    busy: usize,
    watch: Watch,
    is_closed: bool,
}

/// The thread that watches the deadlines.
#[derive(Default)]
enum Watch {
    #[default]
    None,
    Awake,
    /// It sleeps until then.
    Until(Instant),
}

/// Makes a claim ready that was left at the slots of an instance.
struct ClaimWaker {
    pool: Weak<Pool>,
    instance: InstanceId,
}

impl Wake for ClaimWaker {
    fn wake(self: Arc<Self>) {
        if let Some(pool) = self.pool.upgrade() {
            pool.make_ready(self.instance);
        }
    }
}

/// Takes a call out of its queue when its token is used.
struct Withdraw {
    pool: Weak<Pool>,
    place: Place,
}

impl CancelMessage for Withdraw {
    fn cancel_message(&self, _id: MessageId) {
        if let Some(pool) = self.pool.upgrade() {
            pool.cancel(self.place);
        }
    }
}

impl Pool {
    pub(crate) fn new(most_threads: usize) -> Arc<Self> {
        Arc::new(Pool {
            state: Mutex::default(),
            work: Condvar::new(),
            deadlines: Condvar::new(),
            ended: Condvar::new(),
            most_threads: most_threads.max(1),
            last_number: AtomicU64::new(0),
        })
    }

    /// Puts a call into the queue of its instance, or answers it at once.
    pub(crate) fn start(self: &Arc<Self>, mut call: QueuedCall) -> Place {
        let number = self.last_number.fetch_add(1, Ordering::Relaxed);
        let place = Place { instance: call.target.id, number };
        let cancel = call.cancel.clone();
        // Listed before it waits and looked at after that, so that a token that is used meanwhile is not missed.
        call.enlisted = cancel.as_ref().map(|token| {
            token.enlist(MessageId::next(), Arc::new(Withdraw { pool: Arc::downgrade(self), place }))
        });
        let is_cancelled = || cancel.as_ref().is_some_and(CancelToken::is_cancelled);
        // Not through the queue, where a thread could take it before it is taken back.
        if is_cancelled() {
            call.refuse(CallFault::Cancelled);
            return place;
        }
        self.insert(place, call);
        if is_cancelled() {
            self.cancel(place);
        }
        place
    }

    fn insert(self: &Arc<Self>, place: Place, call: QueuedCall) {
        let mut state = self.lock();
        let fault = if state.is_closed {
            Some(CallFault::Unavailable("its host is gone"))
        } else {
            let target = call.target.current();
            (target.availability() == Availability::Gone).then(|| target.unavailable())
        };
        if let Some(fault) = fault {
            drop(state);
            return call.refuse(fault);
        }
        let is_ready = state.queues.insert(place, call);
        let watched = self.watch_deadlines(&mut state);
        let started = if is_ready { self.find_thread(&mut state, 0) } else { Ok(()) };
        if let Err(error) = watched.and(started) {
            let call = state.queues.remove(place);
            drop(state);
            call.into_iter().for_each(|call| call.refuse(CallFault::NoThread(io::Error::from(error.kind()))));
        }
    }

    /// How many calls wait for their turn at an instance.
    pub(crate) fn waiting(&self, instance: InstanceId) -> usize {
        self.lock().queues.waiting(instance)
    }

    /// Takes a call that nobody waits for out of its queue.
    pub(crate) fn withdraw(&self, place: Place) {
        let call = self.lock().queues.remove(place);
        drop(call);
    }

    fn cancel(&self, place: Place) {
        let call = self.lock().queues.remove(place);
        call.into_iter().for_each(|call| call.refuse(CallFault::Cancelled));
    }

    /// Answers all calls that wait for an instance which takes no more.
    pub(crate) fn refuse_all(&self, target: &InstanceState) {
        let calls = self.lock().queues.remove_all_for(target);
        calls.into_iter().for_each(|call| call.refuse(target.unavailable()));
    }

    /// Answers what still waits, and ends the threads that are not inside an instance; false if one of them still runs, so that
    /// what it tells of a call may be running too.
    pub(crate) fn close(&self) -> bool {
        let mut state = self.lock();
        state.is_closed = true;
        let instances = state.queues.instances();
        let calls: Vec<_> = instances.into_iter().flat_map(|id| state.queues.remove_all(id)).collect();
        drop(state);
        calls.into_iter().for_each(|call| call.refuse(CallFault::Unavailable("its host is gone")));
        self.work.notify_all();
        self.deadlines.notify_all();
        let is_own = thread::current().name().is_some_and(|name| name == THREAD_NAME);
        if is_own {
            return true;
        }
        let some_left = |state: &mut State| state.threads > state.busy || state.has_watch();
        let waited = self.ended.wait_timeout_while(self.lock(), END_LIMIT, some_left);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn make_ready(self: &Arc<Self>, instance: InstanceId) {
        let mut state = self.lock();
        state.queues.make_ready(instance);
        // Where no thread can be started, one that is there comes to it; without any, the calls end at their deadline.
        let _ = self.find_thread(&mut state, 0);
    }

    /// Makes sure that threads take up the claims that are ready, beside the `own` ones that the caller takes up itself; an
    /// error only if there is no thread at all.
    fn find_thread(self: &Arc<Self>, state: &mut State, own: usize) -> io::Result<()> {
        let claims = state.queues.ready_claims().saturating_sub(own);
        if claims == 0 {
            return Ok(());
        }
        if claims <= state.idle || state.threads == self.most_threads {
            self.work.notify_one();
            return Ok(());
        }
        let pool = Arc::clone(self);
        let started = start_thread(THREAD_NAME, move || pool.work());
        match started {
            Ok(_detached) => state.threads += 1,
            Err(error) if state.threads == 0 => return Err(error),
            Err(_) => {}
        }
        Ok(())
    }

    /// A thread: takes up one claim after the other.
    fn work(self: Arc<Self>) {
        let mut state = self.lock();
        loop {
            if let Some(claim) = state.queues.next_claim() {
                drop(state);
                // A sink of the embedder may panic; the call is answered when it is dropped, and the next ones go on.
                if catch_unwind(AssertUnwindSafe(|| self.take_up(&claim))).is_err() {
                    self.go_on(&claim);
                }
                drop(claim);
                state = self.lock();
                continue;
            }
            if state.is_closed {
                break;
            }
            state.idle += 1;
            let (after, rest) = self.work.wait_timeout(state, REST).unwrap_or_else(PoisonError::into_inner);
            state = after;
            state.idle -= 1;
            if rest.timed_out() && state.queues.ready_claims() == 0 {
                break;
            }
        }
        state.threads -= 1;
        self.ended.notify_all();
    }

    /// Makes the next call of a queue if its instance has a free slot; otherwise leaves the claim there.
    fn take_up(self: &Arc<Self>, claim: &Claim) {
        let claim_waker = ClaimWaker { pool: Arc::downgrade(self), instance: claim.instance };
        let waker = Waker::from(Arc::new(claim_waker));
        let target = claim.target.current();
        let id = MessageId::next();
        let slot = match target.availability() {
            Availability::Gone => {
                self.refuse_all(target);
                return self.go_on(claim);
            }
            Availability::Awaited if target.slots().keep_if(&waker, || target.is_awaited()) => return,
            Availability::Awaited => return self.go_on(claim),
            Availability::Ready => match target.slots().take_or_keep(id, &waker, || target.is_open()) {
                Admission::Taken(slot) => slot,
                Admission::Kept => return,
                Admission::Unwanted => return self.go_on(claim),
            },
        };
        let held = HeldSlot::new(target.slots(), slot, id);
        if target.is_ready() {
            self.make_call(claim.instance, target, held);
        } else {
            drop(held);
        }
        let is_of_use = self.lock().queues.is_of_use(claim.instance);
        if is_of_use && !target.slots().let_threads_go_first(&waker) {
            self.put_back(claim);
        }
    }

    fn make_call(self: &Arc<Self>, instance: InstanceId, target: &Arc<InstanceState>, held: HeldSlot<'_>) {
        let Some(mut call) = self.begin_call(instance, held.id) else { return };
        let mut busy = Busy::begin(self, instance);
        let outcome = call.run(target, held);
        busy.leave_instance();
        call.promise.fulfil(outcome);
    }

    /// The next call that is still wanted.
    fn begin_call(&self, instance: InstanceId, id: MessageId) -> Option<QueuedCall> {
        loop {
            let call = self.lock().queues.next_call(instance)?;
            if call.promise.begin(id) {
                return Some(call);
            }
        }
    }

    /// Puts a claim back, unless nothing waits any more.
    fn go_on(self: &Arc<Self>, claim: &Claim) {
        let is_of_use = self.lock().queues.is_of_use(claim.instance);
        if is_of_use {
            self.put_back(claim);
        }
    }

    /// Makes a claim ready again, behind those of other instances.
    fn put_back(self: &Arc<Self>, claim: &Claim) {
        let mut state = self.lock();
        state.queues.make_ready(claim.instance);
        // This thread takes one up next; where there are more, it does not take them all if another can be started.
        let _ = self.find_thread(&mut state, 1);
    }

    /// Makes sure that somebody watches the earliest deadline.
    fn watch_deadlines(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let Some(first) = state.queues.first_deadline() else { return Ok(()) };
        match state.watch {
            Watch::None => {
                let pool = Arc::clone(self);
                start_thread("rp-deadlines", move || pool.watch())?;
                state.watch = Watch::Awake;
            }
            Watch::Until(until) if until > first => self.deadlines.notify_one(),
            Watch::Until(_) | Watch::Awake => {}
        }
        Ok(())
    }

    /// The thread that watches: answers the calls that have waited too long.
    fn watch(self: Arc<Self>) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if let Some(call) = state.queues.remove_late(now) {
                drop(state);
                let waited = call.waited();
                // A sink of the embedder may panic; the call is answered when it is dropped.
                let refuse = AssertUnwindSafe(|| call.refuse(CallFault::Timeout { waited }));
                let _lost = catch_unwind(refuse);
                state = self.lock();
                continue;
            }
            let first = state.queues.first_deadline();
            if state.is_closed || (first.is_none() && matches!(state.watch, Watch::Until(_))) {
                break;
            }
            let until = first.unwrap_or(now + REST);
            state.watch = Watch::Until(until);
            let left = until.saturating_duration_since(now);
            state = self.deadlines.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.watch = Watch::None;
        self.ended.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const THREAD_NAME: &str = "rp-calls";

impl State {
    fn has_watch(&self) -> bool {
        !matches!(self.watch, Watch::None)
    }
}

/// Counts a thread that makes a call, and is inside the instance until it knows what came of it.
struct Busy<'a> {
    pool: &'a Pool,
    instance: InstanceId,
    is_inside: bool,
}

impl<'a> Busy<'a> {
    fn begin(pool: &'a Arc<Pool>, instance: InstanceId) -> Self {
        let mut state = pool.lock();
        state.busy += 1;
        if state.is_closed {
            // The end of the host does not wait for it.
            pool.ended.notify_all();
        }
        if state.queues.begin_work(instance) {
            // Without another thread this one makes the calls one after the other.
            let _ = pool.find_thread(&mut state, 0);
        }
        Busy { pool, instance, is_inside: true }
    }

    /// From now on the thread tells what came of the call, which the end of the host waits for.
    fn leave_instance(&mut self) {
        self.pool.lock().busy -= 1;
        self.is_inside = false;
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.busy -= usize::from(self.is_inside);
        state.queues.end_work(self.instance);
    }
}

//! Every order of the lock's steps, tried by loom: exclusion, every waiter and every waker woken, unloading beside calls and
//! queues, renaming. Each model fails where its fault is put back.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Wake, Waker};
use std::time::Duration;

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicU64, fence};
use loom::sync::{Condvar, Mutex, MutexGuard};

use super::call_slots::{Admission, CallSlots, Waiting};
use super::lock::LIFECYCLE;
use super::primitives::{Primitives, Waiters, Word, impl_word};
use super::slot::Slot;
use crate::border::message_id::MessageId;
use crate::platform::thread::ThreadToken;

/// The thread that the slot is biased towards at first.
const OWNER: u64 = 1;
const CALLER: u64 = 2;
const WAITER: u64 = 3;
/// The id of a turn.
const TURN: u64 = 1 << 62 | 10;

impl_word!(AtomicU64);

#[derive(Default)]
struct ModelWaiters {
    present: Mutex<Present>,
    awake: Condvar,
}

#[derive(Default)]
struct Present {
    threads: usize,
    wakers: Vec<Waker>,
}

impl Waiters for ModelWaiters {
    type Guard<'a> = MutexGuard<'a, Present>;

    fn lock(&self) -> MutexGuard<'_, Present> {
        self.present.lock().expect("nobody panics")
    }

    fn enter(&self, guard: &mut MutexGuard<'_, Present>) {
        guard.threads += 1;
    }

    /// Without a limit, so that a waiter that nobody wakes is a deadlock, which loom reports.
    fn sleep(&self, guard: MutexGuard<'_, Present>, _limit: Option<Duration>) {
        drop(self.awake.wait(guard));
    }

    fn leave(&self) {
        let mut present = self.lock();
        present.threads -= 1;
        let wakers = std::mem::take(&mut present.wakers);
        drop(present);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn has_threads(&self, guard: &MutexGuard<'_, Present>) -> bool {
        guard.threads > 0
    }

    fn keep(&self, mut guard: MutexGuard<'_, Present>, waker: Waker) {
        guard.wakers.push(waker);
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut self.lock().wakers);
        self.awake.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A caller without a thread, played by a thread that does nothing until its waker is woken.
#[derive(Default)]
struct Bell {
    has_rung: Mutex<bool>,
    rings: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.has_rung.lock().expect("nobody panics") = true;
        self.rings.notify_one();
    }
}

impl Bell {
    fn await_ring(&self) {
        let mut has_rung = self.has_rung.lock().expect("nobody panics");
        while !*has_rung {
            has_rung = self.rings.wait(has_rung).expect("nobody panics");
        }
        *has_rung = false;
    }
}

loom::thread_local! {
    static THREAD: Cell<u64> = Cell::new(0);
}

/// Loom's own primitives. Both fences are full ones: together they order as the asymmetric pair does. Without HAS_BARRIER
/// the heavy one does nothing, as if the system refused it and nobody noticed.
#[derive(Debug)]
struct Model<const HAS_BARRIER: bool = true>;

impl<const HAS_BARRIER: bool> Primitives for Model<HAS_BARRIER> {
    type Word = AtomicU64;
    type Waiters = ModelWaiters;
    /// At once, so that a new bias is among the orders that are tried, too.
    const BIAS_AFTER: u64 = 1;

    fn light_fence() {
        fence(Ordering::SeqCst);
    }

    fn heavy_fence() {
        if HAS_BARRIER {
            fence(Ordering::SeqCst);
        }
    }

    fn has_fences() -> bool {
        true
    }

    fn pause() {
        loom::thread::yield_now();
    }

    fn this_thread() -> ThreadToken {
        ThreadToken::of_test(THREAD.with(Cell::get))
    }
}

/// An instance with one slot that is biased towards OWNER, and the state that the slot guards.
struct Instance<P: Primitives> {
    slots: CallSlots<P>,
    state: UnsafeCell<u64>,
    is_closing: AtomicBool,
}

// SAFETY: the slot guards the state; where it does not, loom reports the two that are in.
unsafe impl<P: Primitives> Sync for Instance<P> {}
// SAFETY: nothing in it belongs to a thread.
unsafe impl<P: Primitives> Send for Instance<P> {}

impl<P: Primitives> Instance<P> {
    fn new() -> Arc<Self> {
        let slots = CallSlots::with_slots(1, true);
        slots.first.lock.bias_towards(ThreadToken::of_test(OWNER));
        Arc::new(Instance { slots, state: UnsafeCell::new(0), is_closing: AtomicBool::new(false) })
    }

    /// What a handler does; loom reports a thread that is inside at the same time, or that does not see what was
    /// written before.
    fn handle(&self) {
        // SAFETY: the slot is held; loom checks it.
        self.state.with_mut(|state| unsafe { *state += 1 });
    }

    /// A call that waits as long as it takes, unless the instance is being unloaded.
    fn call(&self, id: u64) {
        let id = MessageId(id);
        let look =
            || if self.is_closing.load(Ordering::SeqCst) { Waiting::GiveUp(()) } else { Waiting::GoOn };
        if let Ok(slot) = self.slots.take(id, None, look, || unreachable!("without a deadline")) {
            self.handle();
            self.slots.give_back(slot, id);
        }
    }

    /// Calls of a queue, one after the other: each waits without a thread, and lets threads that wait go before the next.
    fn call_queued(&self, ids: &[u64]) {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        for (place, id) in ids.iter().enumerate() {
            if place > 0 && self.slots.let_threads_go_first(&waker) {
                bell.await_ring();
            }
            let id = MessageId(*id);
            let is_wanted = || !self.is_closing.load(Ordering::SeqCst);
            loop {
                match self.slots.take_or_keep(id, &waker, is_wanted) {
                    Admission::Taken(slot) => {
                        self.handle();
                        break self.slots.give_back(slot, id);
                    }
                    Admission::Kept => bell.await_ring(),
                    Admission::Unwanted => return,
                }
            }
        }
    }

    /// The fast path of a call, by the bias alone.
    fn call_biased(&self, id: u64) {
        let id = MessageId(id);
        if let Some(biased) = self.slots.first_biased(P::this_thread())
            && self.slots.take_biased(&biased, id)
        {
            self.handle();
            self.slots.give_back_biased(&biased);
        }
    }

    fn try_call(&self, id: u64) {
        let id = MessageId(id);
        if let Some(slot) = self.slots.try_take(id) {
            self.handle();
            self.slots.give_back(slot, id);
        }
    }

    /// Takes the slot for good, as an unload does, and sends `shutdown` in it.
    fn unload(&self) {
        self.is_closing.store(true, Ordering::SeqCst);
        self.slots.wake();
        let go_on = || Waiting::<()>::GoOn;
        let held = self.slots.take(LIFECYCLE, None, go_on, || unreachable!("without a deadline"));
        assert!(held.is_ok());
        self.slots.rename(MessageId(99));
        self.handle();
        self.slots.wake();
    }
}

/// Runs `work` as the thread `number`.
fn start<P: Primitives>(
    instance: &Arc<Instance<P>>,
    number: u64,
    work: impl FnOnce(&Instance<P>) + 'static,
) -> loom::thread::JoinHandle<()> {
    let instance = Arc::clone(instance);
    loom::thread::spawn(move || {
        THREAD.with(|thread| thread.set(number));
        work(&instance);
    })
}

/// Tries the orders with up to `preemptions` preemptions; the published experience is that two or three find nearly
/// everything, and more take hours.
fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// What loom says of a model that has a fault.
fn fault_of(preemptions: usize, model: impl Fn() + Sync + Send + 'static) -> String {
    let run = AssertUnwindSafe(|| check(preemptions, model));
    let fault = std::panic::catch_unwind(run).expect_err("the fault is found");
    fault.downcast_ref::<String>().cloned().unwrap_or_else(|| "no text".into())
}

fn two_callers<const HAS_BARRIER: bool>() {
    let instance = Instance::<Model<HAS_BARRIER>>::new();
    let owner = start(&instance, OWNER, |instance| {
        instance.call_biased(10);
        instance.try_call(11);
    });
    let caller = start(&instance, CALLER, |instance| {
        instance.try_call(20);
        instance.try_call(21);
    });
    owner.join().unwrap();
    caller.join().unwrap();
}

#[test]
fn never_two_at_once() {
    check(5, two_callers::<true>);
}

#[test]
fn a_barrier_that_does_nothing_is_found() {
    let fault = fault_of(3, two_callers::<false>);
    assert!(fault.contains("ausality violation"), "{fault}");
}

/// One thread ends a call that it made by its bias, another revokes the bias and takes the slot, a third waits
/// meanwhile.
fn a_waiter_beside_a_takeover(wait: fn(&Instance<Model>)) {
    let instance = Instance::<Model>::new();
    let owner = start(&instance, OWNER, |instance| instance.call_biased(10));
    let caller = start(&instance, CALLER, |instance| instance.try_call(20));
    let waiter = start(&instance, WAITER, wait);
    for thread in [owner, caller, waiter] {
        thread.join().unwrap();
    }
}

#[test]
fn every_waiter_is_woken() {
    check(3, || a_waiter_beside_a_takeover(|instance| instance.call(30)));
}

#[test]
fn every_waker_is_woken() {
    check(2, || a_waiter_beside_a_takeover(|instance| instance.call_queued(&[30])));
}

/// A queue that, wrongly, leaves its waker without a mark for whoever gives the slot back.
fn queue_without_a_mark(instance: &Instance<Model>) {
    let bell = Arc::new(Bell::default());
    let slot = loop {
        if let Some(slot) = instance.slots.try_take(MessageId(30)) {
            break slot;
        }
        let waiters = &instance.slots.waiters;
        waiters.keep(waiters.lock(), Waker::from(Arc::clone(&bell)));
        bell.await_ring();
    };
    instance.slots.give_back(slot, MessageId(30));
}

#[test]
fn a_lost_waker_is_found() {
    let fault = fault_of(2, || a_waiter_beside_a_takeover(queue_without_a_mark));
    assert!(fault.contains("deadlock"), "{fault}");
}

/// A queue that has had its turn lets a waiting thread go first, and is woken again, whatever the thread does.
#[test]
fn a_queue_beside_threads() {
    check(2, || {
        let instance = Instance::<Model>::new();
        let caller = start(&instance, CALLER, |instance| instance.call(20));
        let queue = start(&instance, WAITER, |instance| instance.call_queued(&[30, 31]));
        let owner = start(&instance, OWNER, |instance| instance.call_biased(10));
        for thread in [caller, queue, owner] {
            thread.join().unwrap();
        }
    });
}

#[test]
fn unloading_beside_a_queue() {
    check(2, || {
        let instance = Instance::<Model>::new();
        let owner = start(&instance, OWNER, |instance| instance.call_biased(10));
        let queue = start(&instance, CALLER, |instance| instance.call_queued(&[20, 21]));
        let unloader = start(&instance, WAITER, Instance::unload);
        for thread in [owner, queue, unloader] {
            thread.join().unwrap();
        }
    });
}

/// The biased thread holds the slot for a turn, and has its bias again afterwards, while others call and wait.
#[test]
fn a_turn_beside_calls() {
    check(2, || {
        let instance = Instance::<Model>::new();
        let owner = start(&instance, OWNER, |instance| {
            instance.try_call(TURN);
            instance.call_biased(11);
        });
        let caller = start(&instance, CALLER, |instance| instance.call(20));
        let other = start(&instance, WAITER, |instance| instance.try_call(30));
        for thread in [owner, caller, other] {
            thread.join().unwrap();
        }
    });
}

/// A waiter that, wrongly, expects to be woken whenever the slot's bias is gone, whoever holds the slot by then.
fn call_without_a_mark(instance: &Instance<Model>) {
    let lock = &instance.slots.first.lock;
    let slot = loop {
        if let Some(slot) = instance.slots.try_take(MessageId(30)) {
            break slot;
        }
        let guard = instance.slots.waiters.lock();
        let will_be_woken = if lock.is_owned() { lock.has_no_bias() } else { lock.announce_waiter() };
        if will_be_woken {
            instance.slots.waiters.sleep(guard, None);
        } else {
            Model::<true>::pause();
        }
    };
    instance.slots.give_back(slot, MessageId(30));
}

#[test]
fn a_lost_waiter_is_found() {
    let fault = fault_of(3, || a_waiter_beside_a_takeover(call_without_a_mark));
    assert!(fault.contains("deadlock"), "{fault}");
}

/// Two callers, one of them the biased thread, while a third thread unloads: all of them come to an end.
#[test]
fn unloading_beside_calls() {
    check(2, || {
        let instance = Instance::<Model>::new();
        let owner = start(&instance, OWNER, |instance| {
            instance.call_biased(10);
            instance.call(11);
        });
        let caller = start(&instance, CALLER, |instance| instance.call(20));
        let unloader = start(&instance, WAITER, Instance::unload);
        for thread in [owner, caller, unloader] {
            thread.join().unwrap();
        }
    });
}

/// The biased thread itself renames the slot for a message of the lifecycle and gives it back; another waits for it.
fn a_renamed_slot(take: fn(&CallSlots<Model>) -> Option<&Slot<Model>>) {
    let instance = Instance::<Model>::new();
    let owner = start(&instance, OWNER, move |instance| {
        if let Some(slot) = take(&instance.slots) {
            instance.slots.rename(MessageId(10));
            instance.handle();
            instance.slots.give_back(slot, LIFECYCLE);
        }
        instance.try_call(11);
    });
    let caller = start(&instance, CALLER, |instance| instance.call(20));
    owner.join().unwrap();
    caller.join().unwrap();
}

#[test]
fn a_renamed_slot_is_given_back() {
    check(3, || a_renamed_slot(|slots| slots.try_take(LIFECYCLE)));
}

#[test]
fn a_slot_renamed_in_its_bias_is_found() {
    let fault = fault_of(3, || {
        a_renamed_slot(|slots| {
            slots
                .first
                .lock
                .try_take_biased(LIFECYCLE, ThreadToken::of_test(OWNER), &slots.waiters)
                .then_some(&slots.first)
        });
    });
    assert!(fault.contains("renamed"), "{fault}");
}

//! Orders of the steps of two ends, tried by loom: every frame comes whole, every sleeper is woken. Each model fails where a
//! fault is planted.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU32, fence};
use loom::sync::{Condvar, Mutex};

use super::frame::{HEAD_BYTES, Head, Kind};
use super::lane::{Body, Lane};
use super::memory::{Memory, Number, Word};
use super::shared_lane::SharedLane;

// What is planted.
const NOTHING: u8 = 0;
const NO_FENCE: u8 = 1;
const UNORDERED: u8 = 2;
const NO_WAKE_FOR_ROOM: u8 = 3;
const NO_WAKE_AT_THE_END: u8 = 4;

const RING: usize = 4;

struct ModelWord<const FAULT: u8>(AtomicU32);

impl<const FAULT: u8> Word for ModelWord<FAULT> {
    fn peek(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn look(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, value: u32) {
        self.0.store(value, Ordering::Relaxed);
    }

    fn tell(&self, value: u32) {
        self.0.store(value, if FAULT == UNORDERED { Ordering::Relaxed } else { Ordering::Release });
    }
}

/// What one end writes; loom reports who reads it while it is written.
struct Written<const FAULT: u8> {
    numbers: [ModelWord<FAULT>; 5],
    head: UnsafeCell<[u8; HEAD_BYTES]>,
    ring: [UnsafeCell<u8>; RING],
}

/// What the system knows of an end that sleeps.
#[derive(Default)]
struct Sleeper {
    /// On which number.
    on: Mutex<Option<Number>>,
    awake: Condvar,
}

struct Shared<const FAULT: u8> {
    written: [Written<FAULT>; 2],
    sleepers: [Sleeper; 2],
}

// SAFETY: loom reports two ends that are at the same bytes.
unsafe impl<const FAULT: u8> Sync for Shared<FAULT> {}
// SAFETY: nothing in it belongs to a thread.
unsafe impl<const FAULT: u8> Send for Shared<FAULT> {}

struct ModelMemory<const FAULT: u8> {
    shared: Arc<Shared<FAULT>>,
    me: usize,
}

impl<const FAULT: u8> ModelMemory<FAULT> {
    fn mine(&self) -> &Written<FAULT> {
        &self.shared.written[self.me]
    }

    fn theirs(&self) -> &Written<FAULT> {
        &self.shared.written[1 - self.me]
    }
}

impl<const FAULT: u8> Memory for ModelMemory<FAULT> {
    type Word = ModelWord<FAULT>;
    const RING: u32 = RING as u32;
    const PIECE: u32 = 1;

    fn mine(&self, number: Number) -> &Self::Word {
        &self.mine().numbers[number as usize]
    }

    fn theirs(&self, number: Number) -> &Self::Word {
        &self.theirs().numbers[number as usize]
    }

    fn put_head(&self, head: &[u8; HEAD_BYTES]) {
        // SAFETY: loom checks it.
        self.mine().head.with_mut(|place| unsafe { *place = *head });
    }

    fn head(&self) -> [u8; HEAD_BYTES] {
        // SAFETY: loom checks it.
        self.theirs().head.with(|place| unsafe { *place })
    }

    fn put(&self, at: u32, bytes: &[u8]) {
        for (place, byte) in self.mine().ring[at as usize..].iter().zip(bytes) {
            // SAFETY: loom checks it.
            place.with_mut(|place| unsafe { *place = *byte });
        }
    }

    fn get(&self, at: u32, bytes: &mut [u8]) {
        for (place, byte) in self.theirs().ring[at as usize..].iter().zip(bytes) {
            // SAFETY: loom checks it.
            *byte = place.with(|place| unsafe { *place });
        }
    }

    fn fence(&self) {
        if FAULT != NO_FENCE {
            fence(Ordering::SeqCst);
        }
    }

    /// Without a limit, so that a sleeper that nobody wakes is a deadlock, which loom reports.
    fn sleep(&self, number: Number, seen: u32, _limit: Option<Duration>) {
        let sleeper = &self.shared.sleepers[self.me];
        let mut on = sleeper.on.lock().expect("nobody panics");
        // The system looks at the number where no waker is.
        if Memory::theirs(self, number).peek() != seen {
            return;
        }
        *on = Some(number);
        while on.is_some() {
            on = sleeper.awake.wait(on).expect("nobody panics");
        }
    }

    fn wake(&self, number: Number) {
        if FAULT == NO_WAKE_FOR_ROOM && number == Number::Taken
            || FAULT == NO_WAKE_AT_THE_END && number == Number::Posted
        {
            return;
        }
        let sleeper = &self.shared.sleepers[1 - self.me];
        let mut on = sleeper.on.lock().expect("nobody panics");
        if *on == Some(number) {
            *on = None;
            sleeper.awake.notify_all();
        }
    }

    fn this_cpu(&self) -> u32 {
        0
    }

    fn is_dead(&self) -> bool {
        false
    }

    fn pause() {
        loom::thread::yield_now();
    }
}

fn written<const FAULT: u8>() -> Written<FAULT> {
    Written {
        numbers: std::array::from_fn(|_| ModelWord(AtomicU32::new(0))),
        head: UnsafeCell::new([0; HEAD_BYTES]),
        ring: std::array::from_fn(|_| UnsafeCell::new(0)),
    }
}

fn lanes<const FAULT: u8>() -> [SharedLane<ModelMemory<FAULT>>; 2] {
    let shared = Arc::new(Shared { written: [written(), written()], sleepers: <[Sleeper; 2]>::default() });
    [0, 1].map(|me| SharedLane::new(ModelMemory { shared: Arc::clone(&shared), me }))
}

/// The host sends each body, the worker sends back its beginning; each checks what it gets.
fn echo<const FAULT: u8>(bodies: &'static [&'static [u8]]) {
    let [mut host, mut worker] = lanes::<FAULT>();
    let worker = loom::thread::spawn(move || {
        for expected in bodies {
            let mut body = Body { bytes: Vec::new(), limit: 8 };
            worker.wait(None, &mut body).expect("a frame");
            assert_eq!(body.bytes, *expected);
            worker.post(Head::of(Kind::Reply), &[&expected[..1]], None).expect("posted");
        }
    });
    for sent in bodies {
        host.post(Head::of(Kind::Call), &[sent], None).expect("posted");
        let mut body = Body { bytes: Vec::new(), limit: 8 };
        host.wait(None, &mut body).expect("a frame");
        assert_eq!(body.bytes, sent[..1]);
    }
    worker.join().expect("it ends");
}

/// Tries the orders with up to `preemptions` preemptions.
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

/// Two short frames: the second overwrites the first.
const SHORT: &[&[u8]] = &[b"a", b"b"];
/// Longer than the ring, so that each end waits for the other in the middle.
const LONG: &[&[u8]] = &[b"abcde"];

#[test]
fn short_frames_come_whole() {
    check(3, || echo::<NOTHING>(SHORT));
}

#[test]
fn long_frames_come_whole() {
    check(2, || echo::<NOTHING>(LONG));
}

#[test]
fn a_missing_fence_is_found() {
    let fault = fault_of(3, || echo::<NO_FENCE>(SHORT));
    assert!(fault.contains("deadlock"), "{fault}");
}

#[test]
fn a_frame_that_is_told_too_early_is_found() {
    let fault = fault_of(2, || echo::<UNORDERED>(SHORT));
    assert!(fault.contains("ausality violation"), "{fault}");
}

#[test]
fn a_writer_that_nobody_wakes_is_found() {
    let fault = fault_of(2, || echo::<NO_WAKE_FOR_ROOM>(LONG));
    assert!(fault.contains("deadlock"), "{fault}");
}

#[test]
fn a_reader_that_nobody_wakes_is_found() {
    let fault = fault_of(2, || echo::<NO_WAKE_AT_THE_END>(SHORT));
    assert!(fault.contains("deadlock"), "{fault}");
}

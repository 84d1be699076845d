//! The host's end of a lane whose other end is a liar: every number that the host looks at is what the input says, each time anew.
#![no_main]
#![allow(dead_code, reason = "the host uses more of its files than this does")]

#[path = "../../../host/src/channel"]
mod channel {
    pub mod frame;
    pub mod lane;
    pub mod memory;
    pub mod ring;
    pub mod shared_lane;
    pub mod wait;
}

use core::cell::RefCell;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::time::Instant;

use channel::frame::{HEAD_BYTES, Head, Kind};
use channel::lane::{Body, Broken, Lane};
use channel::memory::{Memory, Number, Word};
use channel::shared_lane::SharedLane;
use libfuzzer_sys::fuzz_target;
use rp_fuzz::tape::Tape;

/// Small, so that short inputs come round it.
const RING: u32 = 256;
/// More looks than this after the end of the input, and a wait does not end.
const LOOKS: u32 = 100;

thread_local! {
    static SCRIPT: RefCell<Tape> = RefCell::default();
}

fn byte() -> u8 {
    SCRIPT.with_borrow_mut(Tape::byte)
}

fn pair() -> u32 {
    u32::from(byte()) << 8 | u32::from(byte())
}

fn is_over() -> bool {
    SCRIPT.with_borrow(Tape::is_empty)
}

/// A number of the liar, or one of the host.
#[derive(Default)]
struct Lie {
    value: AtomicU32,
    idle_looks: AtomicU32,
}

impl Lie {
    fn change(&self, change: u32) {
        self.value.store(self.value.load(Ordering::Relaxed).wrapping_add(change), Ordering::Relaxed);
    }
}

impl Word for Lie {
    fn peek(&self) -> u32 {
        self.value.load(Ordering::Relaxed)
    }

    /// Only the host's end looks.
    fn look(&self) -> u32 {
        if is_over() {
            assert!(self.idle_looks.fetch_add(1, Ordering::Relaxed) < LOOKS, "a wait does not end");
        }
        match byte() {
            0..=99 => {}
            100..=149 => self.change(1),
            150..=199 => self.change(u32::from(byte())),
            200 => self.change(RING),
            201 => self.change(RING + 1),
            202 => self.change(u32::MAX),
            203 => self.value.store(u32::MAX, Ordering::Relaxed),
            204 => self.change(1 << 31),
            _ => self.change(pair() % RING),
        }
        self.peek()
    }

    fn set(&self, value: u32) {
        self.value.store(value, Ordering::Relaxed);
    }

    fn tell(&self, value: u32) {
        self.set(value);
    }
}

#[derive(Default)]
struct Script {
    mine: [Lie; 5],
    theirs: [Lie; 5],
}

impl Memory for Script {
    type Word = Lie;
    const RING: u32 = RING;
    const PIECE: u32 = 32;

    fn mine(&self, number: Number) -> &Lie {
        &self.mine[number as usize]
    }

    fn theirs(&self, number: Number) -> &Lie {
        let lie = &self.theirs[number as usize];
        // Few inputs would say so: it took what there was.
        if number == Number::Taken && byte() < 128 {
            lie.set(self.mine[Number::Written as usize].peek());
        }
        lie
    }

    fn put_head(&self, head: &[u8; HEAD_BYTES]) {
        assert!(Head::from_bytes(head).is_some());
    }

    fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = Head { len: pair().into(), status: byte().into(), ..Head::of(Kind::Reply) }.to_bytes();
        // Anywhere in it: a kind, the high bytes of a length.
        let (at, value) = (byte() as usize, byte());
        if let Some(place) = head.get_mut(at) {
            *place = value;
        }
        head
    }

    fn put(&self, at: u32, bytes: &[u8]) {
        assert!(!bytes.is_empty() && at as usize + bytes.len() <= RING as usize);
    }

    fn get(&self, at: u32, bytes: &mut [u8]) {
        assert!(!bytes.is_empty() && at as usize + bytes.len() <= RING as usize);
        bytes.fill(byte());
    }

    fn fence(&self) {}

    fn sleep(&self, _number: Number, _seen: u32, _limit: Option<Duration>) {}

    fn wake(&self, number: Number) {
        assert!(!matches!(number, Number::Sleeping | Number::Cpu));
    }

    fn this_cpu(&self) -> u32 {
        0
    }

    fn is_dead(&self) -> bool {
        is_over()
    }

    fn pause() {}
}

fuzz_target!(|data: &[u8]| {
    SCRIPT.set(Tape::new(data));
    let mut lane = SharedLane::new(Script::default());
    // What is posted, as long as not all of it was taken.
    let mut rest = None;
    while !is_over() {
        let until = (byte() < 32).then(Instant::now);
        let result = match (&rest, byte() % 2) {
            (None, 1) => wait(&mut lane, until),
            _ => {
                let len = rest.take().unwrap_or_else(|| pair() as usize % 2048);
                let posted = lane.post(Head::of(Kind::Call), &[&[1; 3], &vec![2; len]], until);
                rest = (posted == Err(Broken::Late)).then_some(len);
                posted
            }
        };
        match result {
            Ok(()) => {}
            Err(Broken::Late) if until.is_some() => {}
            Err(broken) => return assert_eq!(lane.post(Head::of(Kind::Call), &[], None), Err(broken)),
        }
    }
});

/// Waits for a frame, which has as many bytes as its head says.
fn wait(lane: &mut SharedLane<Script>, until: Option<Instant>) -> Result<(), Broken> {
    let mut body = Body { bytes: Vec::new(), limit: 4096 };
    let head = lane.wait(until, &mut body)?;
    assert_eq!(head.len, body.bytes.len() as u64);
    assert!(body.bytes.len() <= 4096);
    Ok(())
}

//! The shared memory of a channel: how it is laid out, and the ends of its lanes.
//!
//! | place | bytes | content |
//! | --- | --- | --- |
//! | head | 4 KiB | magic, version, number of lanes |
//! | lane | 2 x 260 KiB | for each direction a word, then its ring |
//!
//! A word is a line of its own, with the numbers of [`Number`] and the head of a frame; the first line of the ring is the
//! next one, which processors fetch with it. The host decides with nothing that it reads here twice or wrote here itself.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering, fence};
use std::time::Duration;

use super::copy;
use super::frame::HEAD_BYTES;
use super::memory::{Memory, Number};
use super::shared_lane::SharedLane;
use crate::os::{self, SharedMemory};

/// A lane of a channel.
pub(crate) type ChannelLane = SharedLane<LaneMemory>;

/// Changes with the layout.
const VERSION: u32 = 1;
const MAGIC: u32 = u32::from_le_bytes(*b"rpch");
const HEAD_PAGE: usize = 4096;
const RING: usize = 256 << 10;
const WORD_BYTES: usize = 64;
/// A direction: its word, its ring, and nothing up to the next page.
const DIRECTION: usize = RING + 4096;
const LANE: usize = 2 * DIRECTION;
/// The most lanes.
pub(crate) const LANES: usize = 64;

// In the head.
const MAGIC_AT: usize = 0;
const VERSION_AT: usize = 4;
const LANES_AT: usize = 8;

// In a word.
const FRAME_AT: usize = 24;

const _: () = assert!(FRAME_AT + HEAD_BYTES == WORD_BYTES && WORD_BYTES + RING <= DIRECTION);
const _: () = assert!(HEAD_PAGE.is_multiple_of(WORD_BYTES) && DIRECTION.is_multiple_of(WORD_BYTES));

/// A false wake-up, or a sleeper that a hostile worker moved to another number, costs at most this much.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);
/// How often the end of a channel tries to wake who sleeps, and how long it lets them wake up.
const WAKES: u32 = 20;
const WAKE_TIME: Duration = Duration::from_micros(100);

/// The host's side of the memory that it shares with a worker.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    area: Arc<Area>,
    death: Arc<Death>,
}

impl Channel {
    /// Makes the memory, and the host's ends of its lanes.
    ///
    /// # Errors
    /// The system gives no such memory.
    pub(crate) fn create(lanes: usize) -> io::Result<(Self, Vec<ChannelLane>)> {
        assert!(lanes <= LANES, "{lanes} lanes");
        let area =
            Arc::new(Area { memory: SharedMemory::create("rp-channel", HEAD_PAGE + lanes * LANE)?, lanes });
        area.number(MAGIC_AT).store(MAGIC, Ordering::Relaxed);
        area.number(VERSION_AT).store(VERSION, Ordering::Relaxed);
        area.number(LANES_AT).store(lanes as u32, Ordering::Release);
        let death = Arc::new(Death::new(lanes));
        let lane = |lane| ChannelLane::new(LaneMemory::of(&area, lane, Role::Host(Arc::clone(&death))));
        let ends = (0..lanes).map(lane).collect();
        Ok((Channel { area, death }, ends))
    }

    /// The file of the memory, to hand to the worker.
    pub(crate) fn file(&self) -> &File {
        self.area.memory.file()
    }

    /// Says that the worker is gone: every wait on a lane ends at once, now and later, with what it told before it went or
    /// [`Broken::Gone`](super::lane::Broken::Gone).
    pub(crate) fn end(&self) {
        self.death.is_dead.store(true, Ordering::SeqCst);
        // A thread may be between its look at that and its sleep, so it is woken until it is awake. Who was moved elsewhere
        // wakes up after the longest sleep.
        for _ in 0..WAKES {
            fence(Ordering::SeqCst);
            let mut sleepers = self.death.asleep.iter().enumerate().filter_map(Death::sleeper).peekable();
            if sleepers.peek().is_none() {
                return;
            }
            sleepers.for_each(|(lane, number)| {
                os::wake_sleepers(self.area.number(direction(lane, false) + number as usize * 4));
            });
            std::thread::sleep(WAKE_TIME);
        }
    }
}

/// Takes the memory of that file, which the host made: the worker's ends of its lanes.
///
/// # Errors
/// The file is no channel of this layout.
pub(crate) fn open(file: File) -> io::Result<Vec<ChannelLane>> {
    let memory = SharedMemory::open(file)?;
    let area = Area { lanes: memory.len().saturating_sub(HEAD_PAGE) / LANE, memory };
    if !area.is_valid() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no channel of this version"));
    }
    let area = Arc::new(area);
    Ok((0..area.lanes).map(|lane| ChannelLane::new(LaneMemory::of(&area, lane, Role::Worker))).collect())
}

/// The memory of a channel.
#[derive(Debug)]
struct Area {
    memory: SharedMemory,
    lanes: usize,
}

/// Where a direction of a lane begins.
const fn direction(lane: usize, is_to_worker: bool) -> usize {
    HEAD_PAGE + lane * LANE + if is_to_worker { 0 } else { DIRECTION }
}

impl Area {
    fn is_valid(&self) -> bool {
        let len = self.memory.len();
        let read = |at| self.number(at).load(Ordering::Acquire);
        len >= HEAD_PAGE
            && (read(MAGIC_AT), read(VERSION_AT), read(LANES_AT)) == (MAGIC, VERSION, self.lanes as u32)
            && len == HEAD_PAGE + self.lanes * LANE
            && self.lanes <= LANES
    }

    /// A number, whose every value is one; atomics are the only references that point in here.
    fn number(&self, at: usize) -> &AtomicU32 {
        assert!(at.is_multiple_of(4) && at + 4 <= self.memory.len());
        // SAFETY: inside the mapping, which lives as long as `self`, and aligned, since the mapping is. Both processes reach
        // it by atomic accesses alone; those of a hostile one are outside of any program, like those of a device.
        unsafe { AtomicU32::from_ptr(self.memory.base().as_ptr().add(at).cast()) }
    }

    fn put(&self, at: usize, bytes: &[u8]) {
        assert!(at + bytes.len() <= self.memory.len());
        // SAFETY: inside the mapping, which lives as long as `self`.
        unsafe { copy::to_shared(bytes, self.memory.base().as_ptr().add(at)) }
    }

    fn get(&self, at: usize, bytes: &mut [u8]) {
        assert!(at + bytes.len() <= self.memory.len());
        // SAFETY: inside the mapping, which lives as long as `self`.
        unsafe { copy::from_shared(self.memory.base().as_ptr().add(at), bytes) }
    }
}

/// What the host knows of its worker's death, in memory of its own.
#[derive(Debug)]
struct Death {
    is_dead: AtomicBool,
    /// For each lane the number that a thread of the host sleeps on; 0 if none does.
    asleep: Box<[AtomicU32]>,
}

impl Death {
    fn new(lanes: usize) -> Self {
        let asleep = (0..lanes).map(|_| AtomicU32::new(0)).collect();
        Death { is_dead: AtomicBool::new(false), asleep }
    }

    fn sleeper((lane, number): (usize, &AtomicU32)) -> Option<(usize, Number)> {
        Some((lane, Number::waited_for(number.load(Ordering::Relaxed))?))
    }
}

/// Whose end of a lane it is.
#[derive(Debug)]
enum Role {
    Host(Arc<Death>),
    /// The system ends it with its host.
    Worker,
}

/// An end of a lane in the memory of a channel.
#[derive(Debug)]
pub(crate) struct LaneMemory {
    area: Arc<Area>,
    lane: usize,
    mine: usize,
    theirs: usize,
    role: Role,
}

impl LaneMemory {
    fn of(area: &Arc<Area>, lane: usize, role: Role) -> Self {
        let is_host = matches!(role, Role::Host(_));
        let (mine, theirs) = (direction(lane, is_host), direction(lane, !is_host));
        LaneMemory { area: Arc::clone(area), lane, mine, theirs, role }
    }

    /// Which lane of the channel it is.
    pub(crate) fn lane(&self) -> usize {
        self.lane
    }
}

impl Memory for LaneMemory {
    type Word = AtomicU32;
    const RING: u32 = RING as u32;
    const PIECE: u32 = 32 << 10;

    fn mine(&self, number: Number) -> &AtomicU32 {
        self.area.number(self.mine + number as usize * 4)
    }

    fn theirs(&self, number: Number) -> &AtomicU32 {
        self.area.number(self.theirs + number as usize * 4)
    }

    fn put_head(&self, head: &[u8; HEAD_BYTES]) {
        self.area.put(self.mine + FRAME_AT, head);
    }

    fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        self.area.get(self.theirs + FRAME_AT, &mut head);
        head
    }

    fn put(&self, at: u32, bytes: &[u8]) {
        assert!(at as usize + bytes.len() <= RING);
        self.area.put(self.mine + WORD_BYTES + at as usize, bytes);
    }

    fn get(&self, at: u32, bytes: &mut [u8]) {
        assert!(at as usize + bytes.len() <= RING);
        self.area.get(self.theirs + WORD_BYTES + at as usize, bytes);
    }

    fn fence(&self) {
        fence(Ordering::SeqCst);
    }

    fn sleep(&self, number: Number, seen: u32, limit: Option<Duration>) {
        let Role::Host(death) = &self.role else {
            return os::sleep_on(self.theirs(number), seen, limit);
        };
        let asleep = &death.asleep[self.lane];
        asleep.store(number as u32, Ordering::Relaxed);
        // Whoever ends the channel sees the sleeper, or the sleeper sees that it is over.
        fence(Ordering::SeqCst);
        if !self.is_dead() {
            let limit = limit.map_or(LONGEST_SLEEP, |limit| limit.min(LONGEST_SLEEP));
            os::sleep_on(self.theirs(number), seen, Some(limit));
        }
        asleep.store(0, Ordering::Relaxed);
    }

    fn wake(&self, number: Number) {
        os::wake_sleepers(self.mine(number));
    }

    fn this_cpu(&self) -> u32 {
        os::this_cpu()
    }

    fn is_dead(&self) -> bool {
        match &self.role {
            Role::Host(death) => death.is_dead.load(Ordering::Acquire),
            Role::Worker => false,
        }
    }

    fn pause() {
        std::hint::spin_loop();
    }
}

//! A worker that lies: the host's end ends with a named error, in bounded time, and reads nothing that is not there.

use std::time::Instant;

use rustix::thread::futex;

use super::super::frame::HEAD_BYTES;
use super::super::memory::{Memory, Number, Word};
use super::super::shared;
use super::*;

const RING: u32 = 256 << 10;
const NUMBERS: [Number; 5] = [Number::Sleeping, Number::Posted, Number::Written, Number::Taken, Number::Cpu];

/// Values that a number can be given instead of `now`.
fn lies(now: u32) -> impl Iterator<Item = u32> {
    let near = [now.wrapping_sub(1), now.wrapping_add(1), now.wrapping_add(2)];
    let sizes = [RING - 1, RING, RING + 1].map(|size| now.wrapping_add(size));
    [0, 1, u32::MAX, u32::MAX - 1, 1 << 31].into_iter().chain(near).chain(sizes)
}

fn body(limit: usize) -> Body {
    Body { bytes: Vec::new(), limit }
}

/// What a state is: it brings the ends to a point, after which a number is changed and the host goes on.
struct State {
    name: &'static str,
    bring: fn(&mut Joined),
    go_on: fn(&mut ChannelLane) -> Result<(), Broken>,
}

const PAST: fn() -> Option<Instant> = || Some(Instant::now());

fn wait(lane: &mut ChannelLane) -> Result<(), Broken> {
    lane.wait(PAST(), &mut body(1 << 20)).map(drop)
}

fn post(lane: &mut ChannelLane) -> Result<(), Broken> {
    lane.post(call(9), &[&[7; 300 << 10]], PAST())
}

fn exchange(joined: &mut Joined) {
    joined.host.post(call(1), &[&[1; 100]], None).expect("posted");
    joined.worker.wait(None, &mut body(1000)).expect("a frame");
    joined.worker.post(Head::of(Kind::Reply), &[&[2; 100]], None).expect("posted");
}

const STATES: [State; 5] = [
    State { name: "at first", bring: |_| {}, go_on: wait },
    State { name: "before a call", bring: |_| {}, go_on: post },
    State { name: "a reply is there", bring: exchange, go_on: wait },
    State {
        name: "a reply was read",
        bring: |joined| {
            exchange(joined);
            wait(&mut joined.host).expect("a reply");
        },
        go_on: post,
    },
    State {
        name: "a call is half posted",
        bring: |joined| assert_eq!(post(&mut joined.host), Err(Broken::Late)),
        go_on: wait,
    },
];

#[test]
fn every_number_in_every_state() {
    for State { name, bring, go_on } in STATES {
        for number in NUMBERS {
            let lie_count = lies(0).count();
            for which in 0..lie_count {
                let mut joined = Joined::new();
                bring(&mut joined);
                // The worker is gone, so that no wait lasts.
                joined.channel.end();
                let place = joined.worker.memory().mine(number);
                let lie = lies(place.peek()).nth(which).expect("one of them");
                place.tell(lie);
                // Twice: what broke stays broken.
                let first = go_on(&mut joined.host);
                let second = wait(&mut joined.host);
                let is_named = |result: &Result<(), Broken>| !matches!(result, Err(Broken::NoFrame("")));
                assert!(
                    is_named(&first) && second.is_err(),
                    "{name}: {number:?} = {lie}: {first:?} {second:?}"
                );
                if let Err(broken @ (Broken::NoFrame(_) | Broken::Gone)) = first {
                    assert_eq!(second, Err(broken), "{name}: {number:?} = {lie}");
                }
            }
        }
    }
}

/// A host that waits for the reply of a worker that plays `lie` instead.
fn reply_of(lie: impl FnOnce(&ChannelLane)) -> Result<Head, Broken> {
    let mut joined = Joined::new();
    joined.host.post(call(1), &[b"call"], None).expect("posted");
    lie(&joined.worker);
    joined.channel.end();
    joined.host.wait(None, &mut body(1 << 20))
}

fn posts(head: [u8; HEAD_BYTES], written: u32) -> impl FnOnce(&ChannelLane) {
    move |worker| {
        worker.memory().put_head(&head);
        worker.memory().mine(Number::Written).tell(written);
        worker.memory().mine(Number::Posted).tell(1);
    }
}

#[test]
fn every_byte_of_a_head() {
    let good = Head { len: 5, ..Head::of(Kind::Reply) };
    for at in 0..HEAD_BYTES {
        for value in [0, 1, 4, 6, 15, 17, 0x7f, 0x80, 0xff] {
            let mut head = good.to_bytes();
            head[at] = value;
            match reply_of(posts(head, 5)) {
                Ok(read) => assert!(Some(read) == Head::from_bytes(&head) && read.len <= 5, "{read:?}"),
                Err(broken) => assert!(matches!(broken, Broken::NoFrame(_) | Broken::Gone), "{broken:?}"),
            }
        }
    }
}

#[test]
fn each_lie_has_its_name() {
    let reply = |len| Head { len, ..Head::of(Kind::Reply) }.to_bytes();
    let no_frame = |text| Err(Broken::NoFrame(text));
    assert_eq!(reply_of(posts([0; HEAD_BYTES], 0)), no_frame("a frame of no known kind"));
    assert_eq!(reply_of(posts(reply((1 << 20) + 1), 0)), no_frame("a frame that is too long"));
    assert_eq!(reply_of(posts(reply(u64::MAX), 0)), no_frame("a frame that is too long"));
    assert_eq!(reply_of(posts(reply(5), 6)), no_frame("it wrote more than its frame holds"));
    let long = u64::from(RING) + 7;
    assert_eq!(reply_of(posts(reply(long), RING + 1)), no_frame("it wrote more than its frame holds"));
    assert_eq!(reply_of(posts(reply(5), 4)), Err(Broken::Gone));
    let posted_twice = |worker: &ChannelLane| worker.memory().mine(Number::Posted).tell(2);
    assert_eq!(reply_of(posted_twice), no_frame("a frame out of turn"));
    assert_eq!(reply_of(|_| {}), Err(Broken::Gone));
}

#[test]
fn a_worker_that_takes_too_much_or_too_little() {
    let mut joined = Joined::new();
    joined.worker.memory().mine(Number::Taken).tell(1);
    let early = Broken::NoFrame("it went on before it had taken the whole frame");
    assert_eq!(joined.host.post(call(1), &[b"x"], None), Err(early));

    let mut joined = Joined::new();
    let worker = joined.worker;
    let taker = std::thread::spawn(move || {
        while worker.memory().theirs(Number::Written).look() != RING {
            std::thread::yield_now();
        }
        worker.memory().mine(Number::Taken).tell(RING + 1);
        worker.memory().wake(Number::Taken);
    });
    let too_much = Broken::NoFrame("it took bytes that were not there");
    assert_eq!(joined.host.post(call(1), &[&[1; 300 << 10]], None), Err(too_much));
    taker.join().expect("it ends");
}

/// The bytes are anything, but they are as many as the head says, and the next frame comes whole.
#[test]
fn a_body_that_changes_while_it_is_copied() {
    let Joined { mut host, mut worker, channel: _channel } = Joined::new();
    let worker = std::thread::spawn(move || {
        let mut body = body(1 << 20);
        while worker.wait(None, &mut body).expect("a frame").kind != Kind::Quit {
            worker.post(Head::of(Kind::Reply), &[&body.bytes], None).expect("posted");
            for value in 0..20 {
                (0..RING).step_by(4096).for_each(|at| worker.memory().put(at, &[value; 64]));
            }
        }
    });
    let mut body = body(1 << 20);
    let (mut rounds, mut changed) = (0, 0);
    // Which copy it meets is chance.
    while rounds < 500 || (changed == 0 && rounds < 50_000) {
        rounds += 1;
        host.post(call(1), &[&[99; 200 << 10]], None).expect("posted");
        let head = host.wait(None, &mut body).expect("a reply");
        assert_eq!((head.len, body.bytes.len()), (200 << 10, 200 << 10));
        changed += usize::from(body.bytes.iter().any(|byte| *byte != 99));
    }
    assert!(changed > 0, "no body changed while it was copied");
    host.post(Head::of(Kind::Quit), &[], None).expect("posted");
    worker.join().expect("it ends");
}

#[test]
fn a_frame_that_never_ends() {
    let mut joined = Joined::new();
    let head = Head { len: 1 << 20, ..Head::of(Kind::Reply) };
    posts(head.to_bytes(), 1000)(&joined.worker);
    let mut place = body(1 << 20);
    for _ in 0..3 {
        assert_eq!(
            joined.host.wait(PAST(), &mut place),
            Err(Broken::Late),
            "its reader decides how long it waits"
        );
    }
    joined.channel.end();
    assert_eq!(joined.host.wait(PAST(), &mut place), Err(Broken::Gone));

    let mut joined = Joined::new();
    let endless = Err(Broken::NoFrame("a frame that does not end"));
    let head = Head { len: 10, ..Head::of(Kind::Reply) };
    posts(head.to_bytes(), 9)(&joined.worker);
    assert_eq!(joined.host.wait(PAST(), &mut body(1 << 20)), endless, "it was whole when it was posted");
}

#[test]
fn a_worker_that_dies_wakes_its_host() {
    for is_posting in [false, true] {
        let Joined { channel, mut host, worker } = Joined::new();
        let host = std::thread::spawn(move || {
            if is_posting { post_all(&mut host) } else { host.wait(None, &mut body(8)).map(drop) }
        });
        await_sleep(&worker);
        channel.end();
        assert_eq!(host.join().expect("it ends"), Err(Broken::Gone));
    }
}

fn post_all(host: &mut ChannelLane) -> Result<(), Broken> {
    host.post(call(1), &[&[1; 1 << 20]], None)
}

/// Until the host's end has said that it sleeps.
fn await_sleep(worker: &ChannelLane) {
    while worker.memory().theirs(Number::Sleeping).look() == 0 {
        std::thread::yield_now();
    }
}

/// The worker moves the sleeper to a number that nobody wakes.
#[test]
fn a_sleeper_that_was_moved_wakes_up() {
    let Joined { channel, mut host, worker } = Joined::new();
    let host = std::thread::spawn(move || host.wait(None, &mut body(8)));
    await_sleep(&worker);
    let place = worker.memory().mine(Number::Posted);
    let other = worker.memory().mine(Number::Cpu);
    let flags = futex::Flags::empty();
    while futex::cmp_requeue(place, flags, 0, 1, other, 0) != Ok(1) {
        std::thread::yield_now();
    }
    channel.end();
    assert_eq!(host.join().expect("it ends"), Err(Broken::Gone));
}

#[test]
fn a_worker_cannot_change_the_size() {
    let joined = Joined::new();
    let file = joined.channel.file();
    let len = file.metadata().expect("its state").len();
    assert!(file.set_len(0).is_err() && file.set_len(len + 1).is_err());
    assert!(rustix::fs::fcntl_add_seals(file, rustix::fs::SealFlags::WRITE).is_err());
}

#[test]
fn a_file_that_is_no_channel_is_refused() {
    let file = tempfile::tempfile().expect("a file");
    for len in [0, 1, 4096, 4096 + 2 * (260 << 10), 8192] {
        file.set_len(len).expect("its length");
        assert!(shared::open(file.try_clone().expect("the same file")).is_err(), "{len} bytes");
    }
}

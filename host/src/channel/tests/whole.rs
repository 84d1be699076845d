//! Frames of every size come whole.

use std::io::IoSlice;
use std::process::Command;
use std::time::{Duration, Instant};

use super::super::stream::StreamLane;
use super::*;
use crate::os::Socket;

const PIECE: usize = 32 << 10;
const RING: usize = 256 << 10;

/// Around every length at which something else begins.
fn sizes() -> Vec<usize> {
    let borders = [1, 8, 64, 512, 4096, PIECE, RING / 2, RING, RING + PIECE, 2 * RING, 1 << 20];
    let around = borders.into_iter().flat_map(|size| [size - 1, size, size + 1]);
    around.chain([LIMIT - 1, LIMIT]).collect()
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8 ^ len as u8).collect()
}

/// Sends bodies of every size, each in parts of several lengths, and checks the echo.
fn send_all(mut lane: ChannelLane) {
    let mut body = Body { bytes: Vec::new(), limit: LIMIT };
    for (id, len) in sizes().into_iter().enumerate() {
        let sent = bytes(len);
        let (first, rest) = sent.split_at(len / 3);
        let (second, third) = rest.split_at(rest.len().min(7));
        lane.post(call(id as u64), &[first, second, &[], third], None).expect("posted");
        let head = lane.wait(None, &mut body).expect("a reply");
        assert_eq!((head.kind, head.id, head.len), (Kind::Reply, id as u64, len as u64));
        assert!(body.bytes == sent, "{len} bytes came back changed");
    }
    lane.post(Head::of(Kind::Quit), &[], None).expect("posted");
}

#[test]
fn between_two_threads() {
    let Joined { host, worker, channel: _ } = Joined::new();
    let worker = std::thread::spawn(|| echo(worker));
    send_all(host);
    worker.join().expect("it ends");
}

const CHANNEL: &str = "RP_TEST_CHANNEL";

#[test]
fn between_two_processes() {
    let (channel, mut lanes) = Channel::create(2).expect("a channel");
    let file = std::os::fd::AsRawFd::as_raw_fd(channel.file());
    let mut worker = Command::new(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "channel::tests::whole::the_other_process"])
        .env(CHANNEL, format!("/proc/{}/fd/{file}", std::process::id()))
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it starts again");
    send_all(lanes.remove(1));
    assert!(worker.wait().expect("it ends").success());
}

#[test]
#[ignore = "the other process of another test"]
fn the_other_process() {
    let path = std::env::var_os(CHANNEL).expect("another test starts it");
    let file = std::fs::File::options().read(true).write(true).open(path).expect("the channel");
    let mut lanes = shared::open(file).expect("the channel");
    echo(lanes.remove(1));
}

/// Its reader looks elsewhere again and again while a long frame comes.
#[test]
fn a_frame_that_comes_in_parts_is_whole() {
    const LEN: usize = 3 << 20;
    let Joined { mut host, mut worker, channel: _ } = Joined::new();
    let sent = bytes(LEN);
    let expected = sent.clone();
    let worker = std::thread::spawn(move || worker.post(call(1), &[&sent[..7], &sent[7..]], None));
    let mut body = Body { bytes: Vec::new(), limit: LEN };
    let mut late = 0;
    let head = loop {
        match host.wait(Some(Instant::now()), &mut body) {
            Err(Broken::Late) => late += 1,
            head => break head.expect("a frame"),
        }
    };
    assert_eq!((head.len, body.bytes == expected), (LEN as u64, true));
    assert!(late > 0, "nothing was late");
    worker.join().expect("it ends").expect("posted");
}

/// Posts a long frame to an end that takes nothing at first, and again until it is posted.
fn post_in_parts(mut ours: impl Lane, mut theirs: impl Lane + 'static) {
    const LEN: usize = 3 << 20;
    let sent = bytes(LEN);
    let mut post = || ours.post(call(1), &[&sent[..7], &sent[7..]], Some(Instant::now()));
    assert_eq!(post(), Err(Broken::Late));
    assert_eq!(post(), Err(Broken::Late));
    let reader = std::thread::spawn(move || {
        let mut body = Body { bytes: Vec::new(), limit: LEN };
        theirs.wait(None, &mut body).map(|head| (head.id, body.bytes))
    });
    let posted = loop {
        match post() {
            Err(Broken::Late) => std::thread::yield_now(),
            posted => break posted,
        }
    };
    assert_eq!(posted, Ok(()));
    assert!(reader.join().expect("it ends") == Ok((1, sent)));
}

#[test]
fn a_frame_that_is_posted_in_parts_is_whole() {
    let Joined { host, worker, channel: _channel } = Joined::new();
    post_in_parts(host, worker);
    let (ours, theirs) = Socket::pair().expect("sockets");
    post_in_parts(StreamLane::new(ours, None), StreamLane::new(theirs, None));
}

/// The same over sockets.
#[test]
fn a_frame_that_comes_byte_by_byte_is_whole() {
    let (ours, theirs) = Socket::pair().expect("sockets");
    let mut lane = StreamLane::new(ours, None);
    let frame = [&Head { len: 3, ..call(7) }.to_bytes()[..], b"abc"].concat();
    let mut body = Body { bytes: Vec::new(), limit: 8 };
    for _ in 0..2 {
        for (at, byte) in frame.iter().enumerate() {
            theirs.send(&[IoSlice::new(&[*byte])], &[]).expect("sent");
            let came = lane.wait(Some(Instant::now()), &mut body);
            let whole = if at + 1 < frame.len() { Err(Broken::Late) } else { Ok((7, 3)) };
            assert_eq!(came.map(|head| (head.id, head.len)), whole, "after {} bytes", at + 1);
        }
        assert_eq!(body.bytes, b"abc");
    }
    theirs.send(&[IoSlice::new(&frame[..9])], &[]).expect("sent");
    assert_eq!(lane.wait(Some(Instant::now()), &mut body), Err(Broken::Late));
    drop(theirs);
    assert_eq!(lane.wait(None, &mut body), Err(Broken::Gone));
}

#[test]
fn a_wait_that_ran_late_goes_on() {
    let Joined { mut host, worker, channel: _ } = Joined::new();
    let mut body = Body { bytes: Vec::new(), limit: 8 };
    assert_eq!(host.wait(Some(Instant::now()), &mut body), Err(Broken::Late));
    assert_eq!(host.wait(Some(Instant::now() + Duration::from_millis(1)), &mut body), Err(Broken::Late));
    let worker = std::thread::spawn(|| echo(worker));
    host.post(call(1), &[b"text"], None).expect("posted");
    assert_eq!(host.wait(None, &mut body).map(|head| head.len), Ok(4));
    host.post(Head::of(Kind::Quit), &[], None).expect("posted");
    worker.join().expect("it ends");
}

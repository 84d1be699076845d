//! Lanes over memory that is shared, between threads, between processes, and with an end that lies.
#![cfg(any(target_os = "linux", target_os = "android"))]

mod hostile;
mod whole;

use super::frame::{Head, Kind};
use super::lane::{Body, Broken, Lane};
use super::shared::{self, Channel, ChannelLane};

/// What no body of the tests exceeds.
const LIMIT: usize = 64 << 20;

/// A channel with one lane, and the two ends of that.
struct Joined {
    channel: Channel,
    host: ChannelLane,
    worker: ChannelLane,
}

impl Joined {
    fn new() -> Self {
        let (channel, mut host) = Channel::create(1).expect("a channel");
        let file = channel.file().try_clone().expect("its file");
        let mut worker = shared::open(file).expect("the same channel");
        Joined { channel, host: host.remove(0), worker: worker.remove(0) }
    }
}

/// Sends back what comes, until it is told to end.
fn echo(mut lane: ChannelLane) {
    let mut body = Body { bytes: Vec::new(), limit: LIMIT };
    loop {
        let head = lane.wait(None, &mut body).expect("a frame");
        if head.kind == Kind::Quit {
            return;
        }
        lane.post(Head { kind: Kind::Reply, ..head }, &[&body.bytes], None).expect("posted");
    }
}

fn call(id: u64) -> Head {
    Head { id, ..Head::of(Kind::Call) }
}

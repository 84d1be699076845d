//! The other process: sends back what comes, until its end is closed or it is killed.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::sync::atomic::Ordering;

use super::ours::channel::frame::{Head, Kind};
use super::ours::channel::lane::{Body, Lane};
use super::ours::channel::shared;
use super::ours::shared_memory::SharedMemory;
use super::transport::{LIMIT, line, pin};

/// Sends back bodies of `size` bytes at most.
pub fn serve(transport: &str, cpu: &str, size: &str, path: &str) {
    pin(cpu.parse().ok());
    // SAFETY: the parent gave both; nothing else of this process uses them.
    let [input, output] = [0, 1].map(|number| unsafe { File::from_raw_fd(number) });
    match transport {
        "lane" => echo_lane(path),
        "line" => echo_line(path),
        // Both ways over the one descriptor.
        "socket" => echo_stream(&input, &input, size),
        _ => echo_stream(&input, &output, size),
    }
    std::mem::forget([input, output]);
}

/// Keeps a processor busy.
pub fn spin(cpu: &str) {
    pin(cpu.parse().ok());
    loop {
        std::hint::black_box(0);
    }
}

fn opened(path: &str) -> File {
    File::options().read(true).write(true).open(path).expect("the parent has it open")
}

fn echo_lane(path: &str) {
    let mut lanes = shared::open(opened(path)).expect("a channel");
    let mut lane = lanes.remove(0);
    let mut body = Body { bytes: Vec::new(), limit: LIMIT };
    loop {
        lane.wait(None, &mut body).expect("a frame");
        lane.post(Head::of(Kind::Reply), &[&body.bytes], None).expect("posted");
    }
}

fn echo_line(path: &str) {
    let memory = SharedMemory::open(opened(path)).expect("the memory");
    let mut seen = 0;
    loop {
        let now = line(&memory, 0).load(Ordering::Acquire);
        if now != seen {
            seen = now;
            line(&memory, 1).store(now, Ordering::Release);
        }
    }
}

fn echo_stream(mut input: &File, mut output: &File, size: &str) {
    let mut bytes = vec![0; 8 + size.parse::<usize>().expect("a size")];
    while input.read_exact(&mut bytes).is_ok() {
        output.write_all(&bytes).expect("the parent reads");
    }
}

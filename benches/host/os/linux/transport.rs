//! The ways to a process that sends everything back.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use super::ours::channel::frame::{Head, Kind};
use super::ours::channel::lane::{Body, Lane};
use super::ours::channel::shared::Channel;
use super::ours::shared_memory::SharedMemory;

/// What no body exceeds.
pub const LIMIT: usize = 1 << 20;

/// One number of a bare cache line, far from the other one.
pub fn line(memory: &SharedMemory, which: usize) -> &AtomicU64 {
    // SAFETY: it is inside the page that was mapped, aligned, and only reached by atomic accesses.
    unsafe { AtomicU64::from_ptr(memory.base().as_ptr().add(which * 256).cast()) }
}

/// Keeps this thread on that processor, or lets it go anywhere.
pub fn pin(cpu: Option<usize>) {
    let mut set = rustix::thread::CpuSet::new();
    match cpu {
        Some(cpu) => set.set(cpu),
        None => (0..rustix::thread::CpuSet::MAX_CPU).for_each(|cpu| set.set(cpu)),
    }
    rustix::thread::sched_setaffinity(None, &set).expect("its own affinity");
}

/// A process that sends everything back, and the way to it.
pub struct Echo {
    worker: Child,
    way: Way,
    sent: Vec<u8>,
}

enum Way {
    Line(SharedMemory),
    Lane { _channel: Channel, lane: Box<dyn Lane>, body: Body },
    Stream { input: File, output: File, answer: Vec<u8> },
}

impl Echo {
    /// Over "line", "lane", "pipe" or "socket", with a body of that size; the process runs on that processor.
    pub fn start(transport: &str, size: usize, cpu: Option<usize>) -> Self {
        let sent = vec![b'x'; size];
        let (worker, way) = match transport {
            "line" => {
                let memory = SharedMemory::create("rp-bench", 4096).expect("memory");
                (start("line", cpu, size, Some(memory.file()), None), Way::Line(memory))
            }
            "lane" => {
                let (channel, mut lanes) = Channel::create(1).expect("a channel");
                let worker = start("lane", cpu, size, Some(channel.file()), None);
                let lane = Box::new(lanes.remove(0));
                let body = Body { bytes: Vec::new(), limit: LIMIT };
                (worker, Way::Lane { _channel: channel, lane, body })
            }
            "socket" => {
                let (ours, theirs) = UnixStream::pair().expect("a pair");
                let worker = start("socket", cpu, size, None, Some(theirs.into()));
                let output: OwnedFd = ours.try_clone().expect("the same socket").into();
                (worker, stream(OwnedFd::from(ours).into(), output.into(), size))
            }
            _ => {
                let mut worker = start("pipe", cpu, size, None, None);
                let output: OwnedFd = worker.stdin.take().expect("piped").into();
                let input: OwnedFd = worker.stdout.take().expect("piped").into();
                (worker, stream(input.into(), output.into(), size))
            }
        };
        let mut echo = Echo { worker, way, sent };
        (0..3).for_each(|_| assert!(echo.call(), "a wrong answer"));
        echo
    }

    /// Sends the body and waits for it; whether it came back.
    pub fn call(&mut self) -> bool {
        match &mut self.way {
            Way::Line(memory) => {
                let next = line(memory, 0).load(Ordering::Relaxed) + 1;
                line(memory, 0).store(next, Ordering::Release);
                while line(memory, 1).load(Ordering::Acquire) != next {}
                true
            }
            Way::Lane { lane, body, .. } => {
                lane.post(Head::of(Kind::Call), &[&self.sent], None).expect("posted");
                lane.wait(None, body).expect("a reply");
                body.bytes.len() == self.sent.len() && body.bytes.last() == self.sent.last()
            }
            Way::Stream { input, output, answer } => {
                answer[..8].copy_from_slice(&self.sent.len().to_le_bytes());
                answer[8..].copy_from_slice(&self.sent);
                output.write_all(answer).expect("sent");
                input.read_exact(answer).expect("received");
                answer.last() == self.sent.last()
            }
        }
    }

    /// How often its process has waited, with what else it gave up its processor for.
    pub fn waits_of_worker(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.worker.id())).expect("its state");
        let waits = status.lines().filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        waits.filter_map(|number| number.trim().parse::<u64>().ok()).sum()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.worker.kill().and_then(|()| self.worker.wait()).expect("it ends");
    }
}

fn stream(input: File, output: File, size: usize) -> Way {
    Way::Stream { input, output, answer: vec![0; 8 + size] }
}

fn start(
    transport: &str,
    cpu: Option<usize>,
    size: usize,
    shared: Option<&File>,
    socket: Option<OwnedFd>,
) -> Child {
    let path = shared.map(|file| format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
    Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--worker",
            transport,
            &cpu.map_or_else(String::new, |cpu| cpu.to_string()),
            &size.to_string(),
        ])
        .arg(path.unwrap_or_default())
        .stdin(socket.map_or_else(Stdio::piped, Stdio::from))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts again")
}

/// A process that keeps a processor busy.
pub struct Busy(Child);

impl Busy {
    /// Keeps that one busy.
    pub fn start(cpu: usize) -> Self {
        let program = std::env::current_exe().expect("this program");
        Busy(Command::new(program).args(["--spin", &cpu.to_string()]).spawn().expect("it starts again"))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).expect("it ends");
    }
}

//! The lanes of a module's own threads: each is served by a thread of the host, which handles no message itself, so that what
//! is sent on it begins a call chain of its own, as natively.

use std::sync::Arc;
use std::time::Instant;

use super::exchange::{Incoming, Response};
use super::outcome::Reason;
use super::running::{Running, SHORT};
use super::servant;
use crate::border::reply::Reply;
use crate::channel::frame::{FOR_THREADS, Head, Kind};
use crate::channel::lane::{Broken, Lane};
use crate::channel::stream::StreamLane;
use crate::platform::start_thread::start_thread;

/// Opens one more lane, and starts the thread that serves it until the worker ends. A module whose threads get none waits in
/// its worker.
pub(super) fn open(running: &Arc<Running>, number: usize) -> Result<(), Broken> {
    let head = Head { flags: FOR_THREADS, ..Head::of(Kind::Lane) };
    let lane = running.open_socket(head, &[], None)?;
    let running = Arc::clone(running);
    let work = move || serve(&running, lane);
    // Without a thread the lane is closed, and the worker ends when it uses it: the system has nothing left.
    let _thread = start_thread(&format!("rp-back-{number}"), work);
    Ok(())
}

fn serve(running: &Running, mut lane: StreamLane) {
    let (mut body, mut answer) = (Vec::new(), Reply::with_limit(usize::MAX));
    if let Err(Broken::NoFrame(what)) = serve_all(running, &mut lane, &mut body, &mut answer) {
        running.kill(Reason::Protocol(what));
    }
}

fn serve_all(
    running: &Running,
    lane: &mut StreamLane,
    body: &mut Vec<u8>,
    answer: &mut Reply,
) -> Result<(), Broken> {
    loop {
        let mut place = Incoming { response: Response::None, body, sent: running.most_sent() };
        let head = lane.wait(None, &mut place)?;
        let answered = running.link().and_then(|link| servant::answer(running, link, &head, body, answer));
        let head = answered.ok_or(Broken::NoFrame("a frame out of turn"))?;
        lane.post(head, &[answer.as_bytes()], Some(Instant::now() + SHORT))?;
    }
}

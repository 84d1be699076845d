//! A lane over a pair of sockets.

use std::io::{self, ErrorKind, IoSlice};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::frame::{HEAD_BYTES, Head};
use super::lane::{Broken, Lane, Place};
use crate::os::{Process, Socket, Wanted, Woken};

/// The time in which a frame has to be whole once it has begun. A worker that sends one byte now and then would keep its
/// caller for ever.
const WHOLE: Duration = Duration::from_secs(10);

/// One end of a lane. Any thread may use it, one at a time in each direction.
pub(crate) struct StreamLane {
    socket: Socket,
    /// The process at the other end; a worker does not watch its host so, since it ends with it.
    other: Option<Arc<Process>>,
}

impl StreamLane {
    /// The lane of which `socket` is this end.
    pub(crate) fn new(socket: Socket, other: Option<Arc<Process>>) -> Self {
        StreamLane { socket, other }
    }

    /// The end itself, to be watched beside others.
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Like [`Lane::post`], with sockets for the other process.
    pub(crate) fn post_with(
        &self,
        mut head: Head,
        parts: &[&[u8]],
        with: &[&Socket],
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        head.len = parts.iter().map(|part| part.len() as u64).sum();
        let bytes = head.to_bytes();
        let mut slices: Vec<IoSlice<'_>> = Vec::with_capacity(parts.len() + 1);
        slices.push(IoSlice::new(&bytes));
        slices.extend(parts.iter().map(|part| IoSlice::new(part)));
        self.send_all(&mut slices, with, until)
    }

    fn send_all(
        &self,
        mut slices: &mut [IoSlice<'_>],
        mut with: &[&Socket],
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        while slices.iter().any(|slice| !slice.is_empty()) {
            match self.socket.send(slices, with) {
                Ok(sent) => {
                    IoSlice::advance_slices(&mut slices, sent);
                    with = &[];
                }
                Err(error) => self.wait_after(&error, Wanted::Room, until)?,
            }
        }
        Ok(())
    }

    /// Waits for room or bytes, if that is what the error asks for.
    fn wait_after(&self, error: &io::Error, wanted: Wanted, until: Option<Instant>) -> Result<(), Broken> {
        match error.kind() {
            ErrorKind::WouldBlock => self.await_socket(wanted, until),
            ErrorKind::Interrupted => Ok(()),
            _ => Err(Broken::Gone),
        }
    }

    fn await_socket(&self, wanted: Wanted, until: Option<Instant>) -> Result<(), Broken> {
        match self.socket.wait(wanted, self.other.as_deref(), until) {
            Ok(Woken::Ready) => Ok(()),
            Ok(Woken::Late) => Err(Broken::Late),
            Ok(Woken::Ended) | Err(_) => Err(Broken::Gone),
        }
    }

    /// Like [`Lane::wait`]; takes the sockets that came beside the frame, if the caller wants them.
    pub(crate) fn wait_with(
        &self,
        until: Option<Instant>,
        place: &mut dyn Place,
        mut beside: Option<&mut Vec<Socket>>,
    ) -> Result<Head, Broken> {
        self.await_socket(Wanted::Bytes, until)?;
        let whole = Instant::now().checked_add(WHOLE);
        let mut bytes = [0; HEAD_BYTES];
        self.fill(&mut bytes, whole, beside.as_deref_mut())?;
        let head = Head::from_bytes(&bytes).ok_or(Broken::NoFrame("a frame of no known kind"))?;
        let room = place.room(&head).ok_or(Broken::NoFrame("a frame that is too long"))?;
        if room.len() as u64 != head.len {
            return Err(Broken::NoFrame("a frame that is too long"));
        }
        self.fill(room, whole, beside)?;
        Ok(head)
    }

    fn fill(
        &self,
        mut room: &mut [u8],
        until: Option<Instant>,
        mut beside: Option<&mut Vec<Socket>>,
    ) -> Result<(), Broken> {
        while !room.is_empty() {
            let received = match beside.as_deref_mut() {
                Some(sockets) => self.socket.receive_with(room, sockets),
                None => self.socket.receive(room),
            };
            match received {
                Ok(0) => return Err(Broken::Gone),
                Ok(len) => room = &mut room[len..],
                Err(error) => {
                    self.wait_after(&error, Wanted::Bytes, until).map_err(|broken| match broken {
                        Broken::Late => Broken::NoFrame("a frame that does not end"),
                        broken => broken,
                    })?
                }
            }
        }
        Ok(())
    }
}

impl Lane for StreamLane {
    fn post(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken> {
        self.post_with(head, parts, &[], until)
    }

    fn wait(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        self.wait_with(until, place, None)
    }
}

//! A lane over a pair of sockets.

use std::io::{self, ErrorKind, IoSlice};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::frame::{HEAD_BYTES, Head};
use super::lane::{Broken, Lane, Place};
use crate::os::{Process, Socket, Wanted, Woken};

/// The time in which a frame on a control lane has to be whole once it has begun. A worker that sends one byte now and then
/// would keep its reader for ever.
const WHOLE: Duration = Duration::from_secs(10);

/// One end of a lane. Any thread may use it, one at a time in each direction.
pub(crate) struct StreamLane {
    socket: Socket,
    /// The process at the other end; a worker does not watch its host so, since it ends with it.
    other: Option<Arc<Process>>,
    /// What has come of a frame.
    begun: Begun,
    /// Bytes of a frame that was posted in part.
    sent: usize,
}

/// What has come of a frame.
struct Begun {
    head: [u8; HEAD_BYTES],
    /// Bytes of its head and its body.
    bytes: usize,
}

impl Begun {
    const NOTHING: Begun = Begun { head: [0; HEAD_BYTES], bytes: 0 };
}

impl StreamLane {
    /// The lane of which `socket` is this end.
    pub(crate) fn new(socket: Socket, other: Option<Arc<Process>>) -> Self {
        StreamLane { socket, other, begun: Begun::NOTHING, sent: 0 }
    }

    /// The end itself, to be watched beside others.
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Like [`Lane::post`], with sockets for the other process.
    pub(crate) fn post_with(
        &self,
        head: Head,
        parts: &[&[u8]],
        with: &[&Socket],
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        self.send(head, parts, with, &mut 0, until)
    }

    /// Goes on with a frame of which so many bytes were sent.
    fn send(
        &self,
        mut head: Head,
        parts: &[&[u8]],
        with: &[&Socket],
        sent: &mut usize,
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        head.len = parts.iter().map(|part| part.len() as u64).sum();
        let bytes = head.to_bytes();
        let mut slices: Vec<IoSlice<'_>> = Vec::with_capacity(parts.len() + 1);
        slices.push(IoSlice::new(&bytes));
        slices.extend(parts.iter().map(|part| IoSlice::new(part)));
        self.send_all(&mut slices, with, sent, until)
    }

    fn send_all(
        &self,
        mut slices: &mut [IoSlice<'_>],
        mut with: &[&Socket],
        count: &mut usize,
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        IoSlice::advance_slices(&mut slices, *count);
        while slices.iter().any(|slice| !slice.is_empty()) {
            match self.socket.send(slices, with) {
                Ok(sent) => {
                    IoSlice::advance_slices(&mut slices, sent);
                    *count += sent;
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

    /// Like [`Lane::wait`], but a frame that has begun has to be whole soon; takes the sockets that came beside the frame, if the
    /// caller wants them.
    pub(crate) fn wait_with(
        &self,
        until: Option<Instant>,
        place: &mut dyn Place,
        mut beside: Option<&mut Vec<Socket>>,
    ) -> Result<Head, Broken> {
        let mut begun = Begun::NOTHING;
        match self.receive(&mut begun, until, place, beside.as_deref_mut()) {
            Err(Broken::Late) if begun.bytes > 0 => {}
            result => return result,
        }
        let whole = Instant::now().checked_add(WHOLE);
        self.receive(&mut begun, whole, place, beside).map_err(|broken| match broken {
            Broken::Late => Broken::NoFrame("a frame that does not end"),
            broken => broken,
        })
    }

    /// Goes on with a frame.
    fn receive(
        &self,
        begun: &mut Begun,
        until: Option<Instant>,
        place: &mut dyn Place,
        mut beside: Option<&mut Vec<Socket>>,
    ) -> Result<Head, Broken> {
        if begun.bytes == 0 {
            self.await_socket(Wanted::Bytes, until)?;
        }
        let head = begun.head.get_mut(begun.bytes..).unwrap_or_default();
        self.fill(head, &mut begun.bytes, until, beside.as_deref_mut())?;
        let head = Head::from_bytes(&begun.head).ok_or(Broken::NoFrame("a frame of no known kind"))?;
        let room = place.room(&head).filter(|room| room.len() as u64 == head.len);
        let room = room.ok_or(Broken::NoFrame("a frame that is too long"))?;
        self.fill(&mut room[begun.bytes - HEAD_BYTES..], &mut begun.bytes, until, beside)?;
        Ok(head)
    }

    /// Fills `room`, and counts the bytes.
    fn fill(
        &self,
        mut room: &mut [u8],
        count: &mut usize,
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
                Ok(len) => {
                    room = &mut room[len..];
                    *count += len;
                }
                Err(error) => self.wait_after(&error, Wanted::Bytes, until)?,
            }
        }
        Ok(())
    }
}

impl Lane for StreamLane {
    fn post(&mut self, head: Head, parts: &[&[u8]], until: Option<Instant>) -> Result<(), Broken> {
        let mut sent = std::mem::take(&mut self.sent);
        let posted = self.send(head, parts, &[], &mut sent, until);
        if posted == Err(Broken::Late) {
            self.sent = sent;
        }
        posted
    }

    fn wait(&mut self, until: Option<Instant>, place: &mut dyn Place) -> Result<Head, Broken> {
        let mut begun = std::mem::replace(&mut self.begun, Begun::NOTHING);
        let received = self.receive(&mut begun, until, place, None);
        if received == Err(Broken::Late) {
            self.begun = begun;
        }
        received
    }
}

//! Sockets between two processes of one machine, which carry bytes and descriptors.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recv, recvmsg, sendmsg, socketpair,
};

use super::poll::wait_for;
use super::process::Process;

/// The most descriptors that one message may carry.
const MOST_DESCRIPTORS: usize = 8;

/// One end of a pair of connected sockets. It is closed when a program is started.
#[derive(Debug)]
pub(crate) struct Socket(pub(super) OwnedFd);

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// It can be read from, or written to, or the other end is gone.
    Ready,
    /// The process at the other end has ended, and nothing is left to read.
    Ended,
    /// The time is over.
    Late,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Bytes.
    Bytes,
    /// Room for bytes.
    Room,
}

impl Socket {
    /// Two that are connected with each other.
    pub(crate) fn pair() -> io::Result<(Socket, Socket)> {
        let (one, other) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        Ok((Socket(one), Socket(other)))
    }

    /// A file in the place of a socket, to be sent beside bytes.
    pub(crate) fn carrying(file: &File) -> io::Result<Socket> {
        Ok(Socket(file.try_clone()?.into()))
    }

    /// The file that came in the place of a socket.
    pub(crate) fn into_file(self) -> File {
        self.0.into()
    }

    /// Sends some of the bytes, with the sockets beside the first of them; [`WouldBlock`](io::ErrorKind::WouldBlock) if there is
    /// no room now.
    pub(crate) fn send(&self, parts: &[IoSlice<'_>], with: &[&Socket]) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        let descriptors: Vec<BorrowedFd<'_>> = with.iter().map(|socket| socket.0.as_fd()).collect();
        if !descriptors.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(sendmsg(&self.0, parts, &mut beside, SendFlags::NOSIGNAL | SendFlags::DONTWAIT)?)
    }

    /// Receives some bytes, 0 if the other end is gone; [`WouldBlock`](io::ErrorKind::WouldBlock) if there are none now.
    pub(crate) fn receive(&self, into: &mut [u8]) -> io::Result<usize> {
        Ok(recv(&self.0, into, RecvFlags::DONTWAIT)?.0)
    }

    /// The same, with the sockets that came beside the bytes. For a process that trusts the one at the other end.
    pub(crate) fn receive_with(&self, into: &mut [u8], beside: &mut Vec<Socket>) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let mut found = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
        let received = recvmsg(&self.0, &mut [IoSliceMut::new(into)], &mut found, flags)?;
        for message in found.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                beside.extend(descriptors.map(Socket));
            }
        }
        Ok(received.bytes)
    }

    /// Waits; also for the end of the process at the other end, if that is given.
    pub(crate) fn wait(
        &self,
        wanted: Wanted,
        other: Option<&Process>,
        until: Option<Instant>,
    ) -> io::Result<Woken> {
        let flags = if wanted == Wanted::Bytes { PollFlags::IN } else { PollFlags::OUT };
        let own = PollFd::new(&self.0, flags);
        let mut watched = match other {
            Some(process) => [own, PollFd::from_borrowed_fd(process.descriptor(), PollFlags::IN)],
            None => [own.clone(), own],
        };
        let count = if other.is_some() { 2 } else { 1 };
        if !wait_for(&mut watched[..count], until)? {
            return Ok(Woken::Late);
        }
        Ok(if watched[0].revents().is_empty() { Woken::Ended } else { Woken::Ready })
    }
}

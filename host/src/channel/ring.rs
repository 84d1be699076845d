//! The body of a frame on its way through a ring.
//!
//! A body begins at the start of its ring, so that short ones meet lines that are in the caches. The writer tells each piece, and
//! wakes a reader that sleeps at half a ring and at the end; the reader tells what it took where the writer may need the room, and
//! wakes a writer that sleeps at half a ring.
//! Each end counts for itself and holds what the other end says against that.
//!
//! No two ends sleep at once: a writer sleeps where the ring is full, a reader where it is empty, and on the way from the one to
//! the other each wakes the other at half of it.

use std::time::Instant;

use super::lane::Broken;
use super::memory::{Memory, Number, Word};
use super::wait::End;

/// The frames that this end posts.
#[derive(Default)]
pub(super) struct Outgoing {
    posted: u32,
    is_posted: bool,
    /// Whether a frame has begun that has not ended, and the bytes of its body that were written.
    has_begun: bool,
    done: usize,
    /// All bytes ever written, and that number at the start of the frame, when it was last told, when a wake was last due.
    written: u32,
    base: u32,
    told: u32,
    woke_at: u32,
    /// What the other end last said that it took.
    taken: u32,
}

impl Outgoing {
    /// Begins a frame, whose head is written. The other end has its turn behind it, and so has taken everything.
    ///
    /// # Errors
    /// [`Broken::NoFrame`] if it says that it has not.
    pub(super) fn begin<M: Memory>(&mut self, end: &End<M>) -> Result<(), Broken> {
        self.taken = end.memory.theirs(Number::Taken).look();
        if self.taken != self.written {
            return Err(Broken::NoFrame("it went on before it had taken the whole frame"));
        }
        self.base = self.written;
        self.is_posted = false;
        (self.has_begun, self.done) = (true, 0);
        Ok(())
    }

    /// Whether a frame has begun that has not ended.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// How many bytes of its body were written.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// Writes a part of its body. The frame is posted with the first piece. What was written before an error counts as
    /// [done](Self::done).
    ///
    /// # Errors
    /// As for [`End::wait`], and [`Broken::NoFrame`] if the other end says that it took what it cannot have taken.
    pub(super) fn write<M: Memory>(
        &mut self,
        end: &mut End<M>,
        part: &[u8],
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        let mut rest = part;
        while !rest.is_empty() {
            let at = self.written.wrapping_sub(self.base) & (M::RING - 1);
            let piece = M::PIECE - self.written.wrapping_sub(self.told);
            let most = self.room(end, until)?.min(M::RING - at).min(piece);
            let (now, later) = rest.split_at(rest.len().min(most as usize));
            end.memory.put(at, now);
            self.written = self.written.wrapping_add(now.len() as u32);
            self.done += now.len();
            if self.written.wrapping_sub(self.told) == M::PIECE {
                self.tell(end);
            }
            rest = later;
        }
        Ok(())
    }

    /// Ends the frame.
    pub(super) fn finish<M: Memory>(&mut self, end: &End<M>) {
        self.tell(end);
        end.wake();
        self.woke_at = self.written;
        self.has_begun = false;
    }

    fn tell<M: Memory>(&mut self, end: &End<M>) {
        if self.told != self.written {
            end.tell(Number::Written, self.written);
            self.told = self.written;
        }
        if !self.is_posted {
            self.posted = self.posted.wrapping_add(1);
            end.tell(Number::Posted, self.posted);
            self.is_posted = true;
        }
        if self.written.wrapping_sub(self.woke_at) >= M::RING / 2 {
            end.wake();
            self.woke_at = self.written;
        }
    }

    /// How many bytes can be written, at least one.
    fn room<M: Memory>(&mut self, end: &mut End<M>, until: Option<Instant>) -> Result<u32, Broken> {
        let used = self.written.wrapping_sub(self.taken);
        if used < M::RING {
            return Ok(M::RING - used);
        }
        self.tell(end);
        let taken = end.wait(Number::Taken, self.taken, until)?;
        let more = taken.wrapping_sub(self.taken);
        if more > used {
            return Err(Broken::NoFrame("it took bytes that were not there"));
        }
        self.taken = taken;
        Ok(M::RING - (used - more))
    }
}

/// The frames that the other end posts.
#[derive(Default)]
pub(super) struct Incoming {
    frames: u32,
    /// All bytes ever read, and that number at the start of the frame and when a wake was last due.
    read: u32,
    base: u32,
    woke_at: u32,
    /// The bytes of the frame's body that were read.
    done: usize,
    /// What the other end last said that it wrote.
    written: u32,
}

impl Incoming {
    /// Waits for the next frame.
    ///
    /// # Errors
    /// As for [`End::wait`], and [`Broken::NoFrame`] if it posted another number of frames.
    pub(super) fn next<M: Memory>(&mut self, end: &mut End<M>, until: Option<Instant>) -> Result<(), Broken> {
        let posted = end.wait(Number::Posted, self.frames, until)?;
        self.frames = self.frames.wrapping_add(1);
        (self.base, self.done) = (self.read, 0);
        if posted == self.frames { Ok(()) } else { Err(Broken::NoFrame("a frame out of turn")) }
    }

    /// Copies the whole body of a frame, or what is left of it after an earlier call that was late.
    ///
    /// # Errors
    /// As for [`End::wait`], and [`Broken::NoFrame`] if the other end says that it wrote what it cannot have written.
    pub(super) fn read<M: Memory>(
        &mut self,
        end: &mut End<M>,
        body: &mut [u8],
        until: Option<Instant>,
    ) -> Result<(), Broken> {
        let needs_room = body.len() > M::RING as usize;
        let mut rest = &mut body[self.done..];
        while !rest.is_empty() {
            let at = self.read.wrapping_sub(self.base) & (M::RING - 1);
            let most = self.available(end, rest.len(), until)?.min(M::RING - at).min(M::PIECE);
            let (now, later) = rest.split_at_mut(rest.len().min(most as usize));
            end.memory.get(at, now);
            self.read = self.read.wrapping_add(now.len() as u32);
            self.done += now.len();
            if needs_room {
                self.tell(end);
            }
            rest = later;
        }
        Ok(())
    }

    /// Says that everything was taken, with the frame that this end posts next.
    pub(super) fn acknowledge<M: Memory>(&mut self, end: &End<M>) {
        end.memory.mine(Number::Taken).set(self.read);
        self.woke_at = self.read;
    }

    fn tell<M: Memory>(&mut self, end: &End<M>) {
        end.tell(Number::Taken, self.read);
        if self.read.wrapping_sub(self.woke_at) >= M::RING / 2 {
            end.wake();
            self.woke_at = self.read;
        }
    }

    /// How many bytes can be read, at least one and not more than are `wanted`.
    fn available<M: Memory>(
        &mut self,
        end: &mut End<M>,
        wanted: usize,
        until: Option<Instant>,
    ) -> Result<u32, Broken> {
        let known = self.written.wrapping_sub(self.read);
        if known > 0 {
            return Ok(known);
        }
        let written = end.wait(Number::Written, self.written, until)?;
        let more = written.wrapping_sub(self.written);
        if more > M::RING || more as usize > wanted {
            return Err(Broken::NoFrame("it wrote more than its frame holds"));
        }
        self.written = written;
        Ok(more)
    }
}

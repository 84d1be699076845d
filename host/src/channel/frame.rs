//! The frames, and how their bytes lie.
//!
//! Every number is little-endian and of fixed width, so that host and worker need not be built alike. What a worker sends is
//! a claim: the reader checks it, and nothing here panics on any bytes.

/// What a frame says, and the direction in which it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Kind {
    /// To the worker: load the module. Answered by [`Ready`](Kind::Ready) or [`Refused`](Kind::Refused).
    Load = 1,
    /// To the worker: `create`. Answered by [`Reply`](Kind::Reply) or [`Refused`](Kind::Refused).
    Create = 2,
    /// To the worker: `destroy`. Answered by [`Reply`](Kind::Reply).
    Destroy = 3,
    /// To the worker: end. Not answered.
    Quit = 4,
    /// To the worker: a message for the instance. Answered by [`Reply`](Kind::Reply).
    Call = 5,
    /// To the worker: the answer to what the module asked ([`Send`](Kind::Send) to [`Random`](Kind::Random)).
    Answer = 6,
    /// To the worker, on its control lane: a lane, for calls or, with the flag [`FOR_THREADS`], for the module's own threads. It is
    /// the socket beside the frame or, with the flag [`IN_MEMORY`], has that number. Not answered.
    Lane = 7,
    /// To the host: the module is loaded. The body is its flags and manifest.
    Ready = 16,
    /// To the host: it could not be loaded or created. The body is the fault.
    Refused = 17,
    /// To the host: what the handler returned. The body is the response, or the fault.
    Reply = 18,
    /// To the host: the module sends a message.
    Send = 19,
    /// To the host: a line of log.
    Log = 20,
    /// To the host: what is the time?
    Now = 21,
    /// To the host: random bytes.
    Random = 22,
    /// To the host: is the message of that id cancelled?
    Cancelled = 23,
    /// To the host, on the control lane: the module's own threads need one more lane. Answered by [`Lane`](Kind::Lane).
    Want = 24,
    /// To the host, on the control lane: the first frame of a worker. The body is its version.
    Hello = 25,
}

/// Of a [`Kind::Lane`]: it is for the module's own threads.
pub(crate) const FOR_THREADS: u16 = 1;
/// Of a [`Kind::Load`] or a [`Kind::Lane`]: the lane is in the memory that came with the first, and has this id there.
pub(crate) const IN_MEMORY: u16 = 2;
/// Of a [`Kind::Reply`]: the body is a fault.
pub(crate) const IS_FAULT: u16 = 1;

impl Kind {
    /// The kind of that number.
    pub(crate) const fn of(number: u16) -> Option<Self> {
        Some(match number {
            1 => Kind::Load,
            2 => Kind::Create,
            3 => Kind::Destroy,
            4 => Kind::Quit,
            5 => Kind::Call,
            6 => Kind::Answer,
            7 => Kind::Lane,
            16 => Kind::Ready,
            17 => Kind::Refused,
            18 => Kind::Reply,
            19 => Kind::Send,
            20 => Kind::Log,
            21 => Kind::Now,
            22 => Kind::Random,
            23 => Kind::Cancelled,
            24 => Kind::Want,
            25 => Kind::Hello,
            _ => return None,
        })
    }
}

/// Bytes of a [`Head`].
pub(crate) const HEAD_BYTES: usize = 40;

/// The numbers of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: Kind,
    /// Their meaning depends on the kind.
    pub(crate) flags: u16,
    /// The instance inside its worker.
    pub(crate) instance: u32,
    /// An `rp_status`, or another number of the kind: the flags of the message that is called with.
    pub(crate) status: i32,
    /// The id of a message.
    pub(crate) id: u64,
    /// The id of the message that caused it.
    pub(crate) cause: u64,
    /// Bytes of the body.
    pub(crate) len: u64,
}

impl Head {
    /// A frame of that kind whose numbers are 0.
    pub(crate) const fn of(kind: Kind) -> Self {
        Head { kind, flags: 0, instance: 0, status: 0, id: 0, cause: 0, len: 0 }
    }

    /// Kind, flags, instance, status, four bytes of nothing, length, id, cause.
    pub(crate) fn to_bytes(self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[0..2].copy_from_slice(&(self.kind as u16).to_le_bytes());
        bytes[2..4].copy_from_slice(&self.flags.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.instance.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.status.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.len.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.id.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.cause.to_le_bytes());
        bytes
    }

    /// The head of these bytes; `None` if its kind is unknown.
    pub(crate) fn from_bytes(bytes: &[u8; HEAD_BYTES]) -> Option<Self> {
        Some(Head {
            kind: Kind::of(u16::from_le_bytes(part(bytes, 0)))?,
            flags: u16::from_le_bytes(part(bytes, 2)),
            instance: u32::from_le_bytes(part(bytes, 4)),
            status: i32::from_le_bytes(part(bytes, 8)),
            len: u64::from_le_bytes(part(bytes, 16)),
            id: u64::from_le_bytes(part(bytes, 24)),
            cause: u64::from_le_bytes(part(bytes, 32)),
        })
    }
}

fn part<const LEN: usize>(bytes: &[u8; HEAD_BYTES], at: usize) -> [u8; LEN] {
    std::array::from_fn(|index| bytes[at + index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_survives_its_bytes() {
        let head = Head {
            kind: Kind::Random,
            flags: 0xfedc,
            instance: u32::MAX - 1,
            status: -7,
            id: 0x0102_0304_0506_0708,
            cause: u64::MAX,
            len: 1 << 40,
        };
        assert_eq!(Head::from_bytes(&head.to_bytes()), Some(head));
    }

    #[test]
    fn every_number_is_its_kind_or_none() {
        let known = (0..=u16::MAX).filter_map(|number| Kind::of(number).map(|kind| (number, kind)));
        let known: Vec<_> = known.inspect(|(number, kind)| assert_eq!(*number, *kind as u16)).collect();
        assert_eq!(known.len(), 17, "{known:?}");
    }
}

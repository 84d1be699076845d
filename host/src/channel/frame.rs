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
}

/// The numbers of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: Kind,
    /// Their meaning depends on the kind.
    pub(crate) flags: u16,
    /// The instance inside its worker.
    pub(crate) instance: u32,
    /// An `rp_status`, or another number of the kind.
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
}

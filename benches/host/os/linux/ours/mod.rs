//! The files of the host that carry a lane.

#[allow(dead_code, unused_imports, reason = "the host uses more of its files than this does")]
#[path = "../../../../../host/src/channel"]
pub(crate) mod channel {
    pub(crate) mod copy;
    pub(crate) mod frame;
    pub(crate) mod lane;
    pub(crate) mod memory;
    pub(crate) mod ring;
    pub(crate) mod shared;
    pub(crate) mod shared_lane;
    pub(crate) mod wait;
}
#[allow(dead_code, reason = "the host uses more of it than this does")]
#[path = "../../../../../host/src/os/linux_workers/shared_memory.rs"]
pub(crate) mod shared_memory;

//! What the worker gives up before the first instruction of its module runs.

use crate::channel::body::start::Start;
use crate::error::LoadFault;
use crate::os::{self, Budget, Reach, Unconfined};

/// What the worker itself needs of memory, beside its stacks, in bytes.
const OWN: u64 = 8 << 20;
/// What the worker itself opens once it is confined, beside the socket of each lane: the library, and what the system's loader
/// reads.
const OWN_FILES: u64 = 4;

/// Confines this process as the host says; `stack` is the size of the stack of each thread that it starts later. Nothing of the
/// module may run before, and no thread may have been started.
pub(super) fn enter(start: &Start, stack: usize) -> Result<(), LoadFault> {
    let policy = &start.policy;
    // A lane for each call at once, and one for each of the module's own threads that sends.
    let threads = u64::try_from(start.threads).unwrap_or(u64::MAX);
    let stacks = threads.saturating_mul(u64::try_from(stack).unwrap_or(u64::MAX));
    let budget = Budget {
        memory: policy.memory.saturating_add(stacks).saturating_add(OWN),
        open_files: policy.open_files.saturating_add(threads.saturating_mul(2)).saturating_add(OWN_FILES),
        file: policy.file,
        core: policy.core,
    };
    let reach = policy.granted.as_ref().map(|granted| Reach {
        read: granted.read.iter().chain([&start.copy]).map(Into::into).collect(),
        write: granted.write.iter().map(Into::into).collect(),
        jit: granted.jit,
    });
    os::confine(&budget, reach.as_ref()).map_err(|unconfined| match unconfined {
        Unconfined::Lacks(part) => LoadFault::NoSandbox(part),
        Unconfined::Path(path, error) => LoadFault::SandboxPath { path, why: error.to_string() },
    })
}

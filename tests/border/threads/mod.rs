//! Turns, nesting, unloading and cancelling, on many threads: nothing overlaps that must not, nothing waits for itself,
//! and nobody waits for ever.

mod awaited;
mod barrier;
mod ends;
mod entered;
#[cfg(target_os = "linux")]
mod filtered;
mod life;
mod measured;
mod nesting;
mod succession;
mod turns;
mod waiting;

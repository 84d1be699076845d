//! Turns, nesting, unloading and cancelling, on many threads: nothing overlaps that must not, nothing waits for itself,
//! and nobody waits for ever.
#![cfg(unix)]

#[path = "threads/ends.rs"]
mod ends;
#[cfg(target_os = "linux")]
#[path = "threads/filtered.rs"]
mod filtered;
#[path = "threads/gate.rs"]
mod gate;
#[path = "threads/life.rs"]
mod life;
#[path = "threads/nesting.rs"]
mod nesting;
mod support;
#[path = "threads/turns.rs"]
mod turns;
#[path = "threads/waiting.rs"]
mod waiting;

//! Tests of the store in SQLite, as an embedder uses it. One program, since each would link the host once more.

#![cfg(feature = "sqlite")]

mod asking;
mod files;
#[cfg(unix)]
mod intact;
mod many;
mod model;
mod oracle;
mod rules;
mod tools;

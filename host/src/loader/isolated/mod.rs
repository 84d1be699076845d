//! Native modules, each instance in a process of its own, its *worker*.
//!
//! The host checks the file and makes the private copy, as for a native module; the worker loads the copy, calls the entry
//! and reads the table, with the code that the host has for that. So its verdicts are the native ones.
//!
//! The servant of a call is its caller: the thread that calls the handler posts the message, waits, and meanwhile answers
//! what the module asks, through the functions of that instance's own `rp_host`. Grants, depth, deadlines and the trace
//! are therefore those of native modules.
//!
//! Nothing that a worker sends is believed. What no worker may send ends it.

mod budget;
mod carrier;
mod code;
mod exchange;
mod guest;
mod lanes;
mod lines;
pub(super) mod load;
mod module;
mod outcome;
mod printed;
pub(crate) mod program;
mod report;
mod running;
mod servant;
mod threads;
mod timing;
mod watch;

//! Loading, unloading and talking again and again: what a host that runs for weeks must not lose.
//!
//! One row for each module and kind of work; each begins after a tenth of the work, when everything that is made once is
//! made. RP_FULL=1 runs the long form. `./dev soak` prints the rows as a table. Only Linux with glibc tells what is held.

mod rows;
mod usage;

pub use rows::trials;

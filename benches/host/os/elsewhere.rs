//! Systems without the memory that a lane needs.

/// Says so.
pub fn run() {
    eprintln!("lanes: processes share no memory with rp on this system");
}

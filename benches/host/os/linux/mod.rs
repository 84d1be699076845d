//! Lanes are on Linux alone.

mod groups;
mod ours;
mod transport;
mod worker;

pub(crate) use ours::shared_memory::{SharedMemory, sleep_on, this_cpu, wake_sleepers};

/// Measures everything, or is the other process of a measurement.
pub fn run() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--worker", transport, cpu, size, path] => worker::serve(transport, cpu, size, path),
        ["--spin", cpu] => worker::spin(cpu),
        [] => groups::measure_all(false),
        ["--quick"] => groups::measure_all(true),
        _ => eprintln!("lanes: expected nothing, or --quick"),
    }
}

//! A lane between two processes beside a bare cache line, a pipe and a Unix socket, in one run:
//! `cargo bench -p rp-host --features isolated --bench lanes [-- --quick]`.

#[allow(dead_code, reason = "it has what other benchmarks use")]
#[path = "../harness/goals.rs"]
mod goals;
#[allow(dead_code, reason = "it has what other benchmarks use")]
#[path = "../harness/measure.rs"]
mod measure;
mod os;
#[path = "../harness/text.rs"]
mod text;

fn main() {
    os::run();
}

//! Counts the instructions of the hot calls under callgrind, and holds them against `expected.txt`: a guard that load
//! on the machine does not move.
//!
//! Without an argument it runs itself under valgrind, for each case with two numbers of calls: what the larger one takes
//! more is the calls' own. RP_BLESS=1 writes `expected.txt` anew.

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use rp_host::{Host, Instance, Message, Reply};
#[cfg(feature = "wasm")]
use rp_host::{LoadOptions, WasmCache, WasmEngine};

/// Calls of an engine's own API.
#[cfg(feature = "wasm")]
macro_rules! call_bare {
    ($engine:ident, $size:expr, $count:expr) => {{
        let (text, path) = (text($size), std::path::Path::new(env!("INSTRUCTIONS_BARE")));
        let mut bare = bare::$engine::Bare::new(path);
        for _ in 0..$count {
            black_box(bare.call(black_box(&text)));
        }
        assert_eq!(bare.call(&text), text.as_bytes());
    }};
}

const CASES: &[(&str, fn(u64))] = &[
    ("raw call in C, 64 B", |count| call_raw(64, count)),
    ("raw call in C in a turn, 64 B", |count| call_in_turn(64, count)),
    ("checked call in C, 64 B", |count| call(64, count)),
    ("checked call in C, 1 KiB", |count| call(1024, count)),
    ("checked call with metrics, 64 B", call_measured),
    ("object check, 1 KiB", |count| check_object(1024, count)),
    #[cfg(feature = "typed")]
    ("raw call in Rust, 64 B", call_in_rust),
    #[cfg(feature = "typed")]
    ("typed command, 192 B", |count| command(192, false, count)),
    #[cfg(feature = "typed")]
    ("typed command, 1 KiB, with escapes", |count| command(1024, true, count)),
    #[cfg(feature = "c")]
    ("raw call from C, 64 B", |count| call_from_c(64, count, "caller_raw")),
    #[cfg(feature = "c")]
    ("raw call from C in a turn, 64 B", |count| call_from_c(64, count, "caller_in_turn")),
    #[cfg(feature = "c")]
    ("checked call from C, 64 B", |count| call_from_c(64, count, "caller_checked")),
    #[cfg(feature = "wasm")]
    ("raw call in C on wasmi, 64 B", |count| call_sandboxed(WasmEngine::Wasmi, 64, count)),
    #[cfg(feature = "wasm")]
    ("raw call in C on wasmi, 1 KiB", |count| call_sandboxed(WasmEngine::Wasmi, 1024, count)),
    #[cfg(feature = "wasm")]
    ("wasmi, bare, 64 B", |count| call_bare!(wasmi, 64, count)),
    #[cfg(feature = "wasm")]
    ("wasmi, bare, 1 KiB", |count| call_bare!(wasmi, 1024, count)),
    #[cfg(feature = "wasm-jit")]
    ("raw call in C on wasmtime, 64 B", |count| call_sandboxed(WasmEngine::Wasmtime, 64, count)),
    #[cfg(feature = "wasm-jit")]
    ("raw call in C on wasmtime, 1 KiB", |count| call_sandboxed(WasmEngine::Wasmtime, 1024, count)),
    #[cfg(feature = "wasm-jit")]
    ("wasmtime, bare, 64 B", |count| call_bare!(wasmtime, 64, count)),
    #[cfg(feature = "wasm-jit")]
    ("wasmtime, bare, 1 KiB", |count| call_bare!(wasmtime, 1024, count)),
];

/// Compilers and libraries place things differently; more than this is a change of the code.
const TOLERANCE: f64 = 0.05;
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/expected.txt");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") => bless(),
        [] => compare(),
        ["--case", case, count] => {
            let (_, run) = CASES.iter().find(|(name, _)| *name == case).expect("the case is named above");
            run(count.parse().expect("a number"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("instructions: expected no arguments");
            ExitCode::from(2)
        }
    }
}

fn compare() -> ExitCode {
    let text = std::fs::read_to_string(EXPECTED).unwrap_or_default();
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    let is_comparable = head == self::head();
    if !is_comparable {
        println!(
            "instructions: counted with {head:?}, this is {:?}: the counts are shown, not judged",
            self::head()
        );
    }
    let expected = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.and_then(|count| count.parse::<f64>().ok())
    };
    let mut outcome = ExitCode::SUCCESS;
    for (name, _) in CASES {
        let found = count(name);
        let Some(expected) = expected(name) else {
            println!("{name}: {found:.0}, not in expected.txt: RP_BLESS=1 adds it");
            continue;
        };
        let change = found / expected - 1.0;
        println!("{name}: {found:.0}, expected {expected:.0} ({:+.1} %)", change * 100.0);
        if is_comparable && change.abs() > TOLERANCE {
            println!("  more than {:.0} % off; if that is meant: RP_BLESS=1 ./dev test", TOLERANCE * 100.0);
            outcome = ExitCode::FAILURE;
        }
    }
    outcome
}

fn bless() -> ExitCode {
    let before = std::fs::read_to_string(EXPECTED).unwrap_or_default();
    let mut text = head() + "\n";
    for (name, _) in CASES {
        let found = count(name);
        println!("{name}: {found:.0}");
        writeln!(text, "{name}: {found:.0}").expect("a string takes everything");
    }
    // What only a feature counts.
    let is_counted = |line: &str| CASES.iter().any(|(name, _)| line.starts_with(&format!("{name}: ")));
    for line in before.lines().skip(1).filter(|line| !is_counted(line)) {
        text += line;
        text.push('\n');
    }
    std::fs::write(EXPECTED, text).unwrap_or_else(|error| panic!("{EXPECTED}: {error}"));
    ExitCode::SUCCESS
}

/// What the counts depend on.
fn head() -> String {
    format!("{} {}", std::env::consts::ARCH, env!("INSTRUCTIONS_RUSTC"))
}

/// Instructions of one call.
fn count(case: &str) -> f64 {
    const FEW: u64 = 2000;
    const MANY: u64 = 12_000;
    (collect(case, MANY) - collect(case, FEW)) as f64 / (MANY - FEW) as f64
}

/// Instructions of the whole program.
fn collect(case: &str, count: u64) -> u64 {
    let program = std::env::current_exe().expect("it runs");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let output = valgrind.args(["--case", case, &count.to_string()]).output();
    let output = output.unwrap_or_else(|error| panic!("valgrind: {error}; install it (apt, dnf: valgrind)"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    let collected = log.lines().find_map(|line| line.split_once("Collected : "));
    collected.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count: {log}"))
}

fn call_raw(size: usize, count: u64) {
    let host = Host::new();
    let instance = host.load(env!("INSTRUCTIONS_ECHO")).unwrap_or_else(|error| panic!("{error}"));
    call_raw_of(&instance, size, count);
}

/// The same module in Rust.
#[cfg(feature = "typed")]
fn call_in_rust(count: u64) {
    let host = Host::new();
    let instance = host.load(built_library("bench-echo")).unwrap_or_else(|error| panic!("{error}"));
    call_raw_of(&instance, 64, count);
}

/// The same module as WebAssembly, compiled in each run alike.
#[cfg(feature = "wasm")]
fn call_sandboxed(engine: WasmEngine, size: usize, count: u64) {
    let (host, options) = (Host::new(), LoadOptions::new().wasm_engine(engine).wasm_cache(WasmCache::Off));
    let instance = host.load_with(env!("INSTRUCTIONS_WASM"), options);
    call_raw_of(&instance.unwrap_or_else(|error| panic!("{error}")), size, count);
}

fn call_raw_of(instance: &Instance, size: usize, count: u64) {
    let (text, mut reply) = (text(size), Reply::new());
    for _ in 0..count {
        let status = instance.call_raw(&Message::new("command", black_box(&text)), &mut reply);
        assert!(black_box(status).is_ok());
    }
    assert_eq!(reply.as_bytes(), text.as_bytes());
}

fn call_in_turn(size: usize, count: u64) {
    let (text, host) = (text(size), Host::new());
    let instance = host.load(env!("INSTRUCTIONS_ECHO")).unwrap_or_else(|error| panic!("{error}"));
    let mut reply = Reply::new();
    let mut turn = instance.enter().unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..count {
        let status = turn.call_raw(&Message::new("command", black_box(&text)), &mut reply);
        assert!(black_box(status).is_ok());
    }
    assert_eq!(reply.as_bytes(), text.as_bytes());
}

fn call(size: usize, count: u64) {
    call_in(&Host::new(), size, count);
}

fn call_measured(count: u64) {
    call_in(&Host::builder().metrics().build(), 64, count);
}

fn call_in(host: &Host, size: usize, count: u64) {
    let text = text(size);
    let instance = host.load(env!("INSTRUCTIONS_ECHO")).unwrap_or_else(|error| panic!("{error}"));
    let mut reply = Reply::new();
    for _ in 0..count {
        let response = instance.call(&Message::new("command", black_box(&text)), &mut reply);
        assert!(black_box(response).is_ok_and(|response| response.is_success()));
    }
    assert_eq!(reply.as_bytes(), text.as_bytes());
}

/// With librp_host, as a program in C has it.
#[cfg(feature = "c")]
fn call_from_c(size: usize, count: u64, how: &str) {
    let library = built_library("rp-host");
    let paths = [env!("INSTRUCTIONS_CALLER"), env!("INSTRUCTIONS_ECHO")].map(std::path::Path::new);
    let (text, mut caller) = (text(size), caller::Caller::new(&library, paths[0], paths[1], how));
    for _ in 0..count {
        black_box(caller.call(black_box(&text)));
    }
    assert_eq!(caller.call(&text), text.as_bytes());
}

#[cfg(feature = "typed")]
fn command(size: usize, has_escapes: bool, count: u64) {
    let (entry, host) = (bench_record::entry(size, has_escapes), Host::new());
    let instance = host.load(built_library("bench-typed")).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..count {
        let kept: Result<bench_record::Kept, _> = instance.command("record", black_box(&entry));
        assert!(black_box(kept).is_ok_and(|kept| kept.entry.year == entry.year + 1));
    }
}

/// A library that cargo built beside this program.
#[cfg(any(feature = "c", feature = "typed"))]
fn built_library(package: &str) -> std::path::PathBuf {
    let program = std::env::current_exe().expect("it runs");
    program.with_file_name("deps").join(rp_host::library_file_name(package))
}

fn check_object(size: usize, count: u64) {
    let text = text(size);
    for _ in 0..count {
        assert!(rp_protocol::is_object(black_box(&text)).is_ok());
    }
}

/// The texts of the benchmark.
fn text(size: usize) -> String {
    payload::response(size)
}

#[cfg(feature = "wasm")]
#[path = "../harness/bare.rs"]
mod bare;
#[cfg(feature = "c")]
#[path = "../harness/caller.rs"]
mod caller;
#[path = "../harness/payload.rs"]
#[allow(dead_code, reason = "the benchmark uses the rest")]
mod payload;

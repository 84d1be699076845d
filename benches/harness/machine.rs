//! What the numbers were measured on and with.
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// How much of the processors others may use for the run to count as one on a quiet machine.
const QUIET_PERCENT: f64 = 10.0;

/// One line for each fact: its name and its value.
pub fn facts(busy_percent: Option<f64>) -> Vec<(&'static str, String)> {
    let busy = busy_percent.map_or("unknown".to_owned(), |percent| format!("{percent:.0} % busy"));
    let mut facts = vec![
        ("date", output("date", &["-u", "+%Y-%m-%d"])),
        ("processor", format!("{}, {} of its threads", processor(), threads())),
        ("memory", format!("{} GiB", memory_gib())),
        ("system", format!("{}, Linux {}", system(), output("uname", &["-r"]))),
        ("Rust", env!("BENCH_RUSTC").to_owned()),
        ("C", env!("BENCH_CC").to_owned()),
        ("processors before", busy),
    ];
    let commit = output("git", &["rev-parse", "--short=12", "HEAD"]);
    if !commit.is_empty() {
        facts.push(("commit", commit));
    }
    facts
}

/// Name and version of each peer that took part.
pub fn peers() -> Vec<(&'static str, String)> {
    let versions = locked();
    let names = [
        "abi_stable",
        "stabby",
        "serde_json",
        "sonic-rs",
        "simd-json",
        "rusqlite",
        "wasmi",
        "wasmtime",
        "extism",
    ];
    let took_part = |name: &&str| match *name {
        "wasmi" => cfg!(feature = "wasm"),
        "wasmtime" => cfg!(feature = "wasm-jit"),
        "extism" => cfg!(feature = "extism"),
        _ => true,
    };
    let with_version = |name| Some((name, versions.get(name)?.clone()));
    names.into_iter().filter(took_part).filter_map(with_version).collect()
}

/// The newest version of each package of the lock file.
fn locked() -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    let mut name = "";
    for line in include_str!("../Cargo.lock").lines() {
        let value = |key| line.strip_prefix(key).and_then(|value| value.strip_suffix('"'));
        if let Some(found) = value("name = \"") {
            name = found;
        } else if let Some(version) = value("version = \"") {
            // The file is sorted by version within one name.
            versions.insert(name.to_owned(), version.to_owned());
        }
    }
    versions
}

fn processor() -> String {
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    model.map_or("unknown", |model| model.trim_start_matches(['\t', ' ', ':'])).to_owned()
}

pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn memory_gib() -> u64 {
    let info = read("/proc/meminfo");
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|total| total.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0).div_ceil(1 << 20)
}

fn system() -> String {
    let info = read("/etc/os-release");
    let name = info.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or("unknown", |name| name.trim_matches('"')).to_owned()
}

/// How busy the processors are with what others do, in percent, while this process sleeps. The load average would hold the build
/// of the benchmark against it. None where the system does not tell.
pub fn busy_percent() -> Option<f64> {
    let before = processor_time()?;
    sleep(Duration::from_secs(3));
    let after = processor_time()?;
    let [idle, all] = [after.0 - before.0, after.1 - before.1];
    (all > 0.0).then(|| 100.0 * (1.0 - idle / all))
}

/// Of all processors since the system started: how long they had nothing to do, and all of it, in the system's ticks.
fn processor_time() -> Option<(f64, f64)> {
    let stat = read("/proc/stat");
    let ticks: Vec<f64> = stat.lines().next()?.split_whitespace().skip(1).flat_map(str::parse).collect();
    // idle and iowait are the fourth and the fifth; guests, behind the eighth, are counted in the first two.
    Some((ticks.get(3)? + ticks.get(4)?, ticks.iter().take(8).sum()))
}

/// Whether others leave the processors alone.
pub fn is_quiet(busy_percent: Option<f64>) -> bool {
    busy_percent.is_some_and(|percent| percent <= QUIET_PERCENT)
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().map(|output| output.stdout);
    String::from_utf8_lossy(&output.unwrap_or_default()).trim().to_owned()
}

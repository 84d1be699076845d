//! What the numbers were measured on and with.
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

const LOAD: &str = "load before";

/// One line for each fact: its name and its value.
pub fn facts() -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("date", output("date", &["-u", "+%Y-%m-%d"])),
        ("processor", format!("{}, {} of its threads", processor(), threads())),
        ("memory", format!("{} GiB", memory_gib())),
        ("system", format!("{}, Linux {}", system(), output("uname", &["-r"]))),
        ("Rust", env!("BENCH_RUSTC").to_owned()),
        ("C", env!("BENCH_CC").to_owned()),
        (LOAD, load()),
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
    let names = ["abi_stable", "stabby", "serde_json", "rusqlite", "wasmi", "wasmtime", "extism"];
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

fn load() -> String {
    read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned()
}

/// Whether not every processor had work when the run began; building the benchmark counts, so it is not held against it.
pub fn was_quiet(facts: &[(&str, String)]) -> bool {
    let load = facts.iter().find(|(name, _)| *name == LOAD);
    load.and_then(|(_, load)| load.parse::<f64>().ok()).is_some_and(|load| load < threads() as f64)
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().map(|output| output.stdout);
    String::from_utf8_lossy(&output.unwrap_or_default()).trim().to_owned()
}

//! A load that is refused leaves no file, no map and no descriptor behind, however often it is tried.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rp_host::Host;

use super::case::Case;
use super::{files, modules};
use support::{Canary, Source, build_all, temporary};

/// Under the sanitizers a load takes ten times as long.
const TIMES: usize = if cfg!(rp_sanitized) { 50 } else { 1000 };

/// In a process of its own: others of this binary load and open, too.
#[test]
fn refused_loads_leave_nothing() {
    let (_keep, dir) = temporary();
    let output = support::alone(in_this_process, |process| {
        process.env("TMPDIR", &dir);
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let left = std::fs::read_dir(&dir).unwrap().count();
    assert!(left == 0 || cfg!(rp_sanitized), "{left} entries are left in TMPDIR");
}

#[test]
#[ignore = "refused_loads_leave_nothing runs it"]
fn in_this_process() {
    let dir = std::env::temp_dir().join("modules");
    std::fs::create_dir(&dir).unwrap();
    build_all(&modules::sources());
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let cases = cases(&dir);
    // Only a file that was left alone for a moment is known not to have changed, and is not mapped again.
    std::thread::sleep(std::time::Duration::from_millis(300));
    for case in &cases {
        refuse(&host, case, 2);
        let before = held();
        refuse(&host, case, TIMES);
        assert_eq!(held(), before, "{}: {TIMES} refused loads", case.name);
    }
    canary.check("at the end");
    drop(host);
    std::fs::remove_dir_all(dir).unwrap();
}

fn cases(dir: &Path) -> Vec<Case> {
    let undefined = Source::new("table").define("USES_UNDEFINED").flag("-Wl,-rpath,$ORIGIN").library();
    let noise = dir.join("noise.wasm");
    std::fs::write(&noise, b"\0asm\x01\0\0\0\x07\x01\xff").unwrap();
    let more = [
        Case::new("an undefined symbol beside its libraries", alone(dir, &undefined)),
        Case::new("WebAssembly that is no module", noise),
    ];
    // Rust tells of each panic.
    let quiet = |case: &Case| case.name != "Rust code that panics in init";
    files::cases(dir).into_iter().chain(modules::cases()).filter(quiet).chain(more).collect()
}

/// A copy in a folder with few neighbours.
fn alone(dir: &Path, library: &Path) -> PathBuf {
    let folder = dir.join("alone");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("module.so");
    std::fs::copy(library, &path).unwrap();
    path
}

fn refuse(host: &Host, case: &Case, times: usize) {
    for _ in 0..times {
        host.load_with(&case.path, case.options.clone()).map(|_| ()).expect_err(case.name);
    }
}

/// What the process holds: files of its own in the temporary folder, files that are mapped, descriptors.
fn held() -> BTreeMap<&'static str, usize> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mapped = maps.lines().filter(|line| line.contains(" /")).count();
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().count();
    let copies = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten().map(|entry| entry.path());
    let copies =
        copies.filter(|path| path.to_string_lossy().contains("rp-modules-")).map(|path| count(&path));
    [("mapped", mapped), ("descriptors", descriptors), ("copies", copies.sum())].into()
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

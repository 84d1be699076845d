//! Runs hostile guests.

use std::path::Path;
use std::time::Duration;

use rp_host::{Error, Grants, Host, LoadOptions, Message, WasmLimits};

use crate::hostile::{CASES, Case, Until};
use support::{Canary, Report, full_text, outcome};

/// Limits that hostile guests reach soon.
pub const TIGHT: WasmLimits = WasmLimits {
    memory: 2 << 20,
    table: 1000,
    call_time: Duration::from_millis(10),
    stack: 64 << 10,
    reply: usize::MAX,
    module: 1 << 20,
    code: 1 << 20,
    functions: 10_000,
    function: 1 << 20,
};

/// Runs a case once; answers what the host says.
pub fn run(host: &Host, case: &Case, path: &Path, options: &LoadOptions) -> String {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    let options = options.clone().grants(grants);
    let text = |error: &Error| full_text(error).replace(path.to_str().unwrap(), "FILE");
    let instance = match host.load_with(path, options) {
        Ok(instance) => instance,
        Err(error) => return text(&error),
    };
    assert!(case.until != Until::Load, "{} was loaded", case.name);
    let mut found = outcome(&instance, &Message::new("command", "{}"));
    if found.starts_with("rp::") {
        let after = outcome(&instance, &Message::new("status", "{}"));
        found.push_str(&format!("\nafterwards: {}", after.lines().next().unwrap()));
    }
    match instance.unload() {
        Ok(()) => assert!(case.until != Until::Unload, "{} was unloaded", case.name),
        Err(error) => found.push_str(&format!("\nat its end: {}", text(&error))),
    }
    found
}

/// Runs every case beside a good instance, which must live; answers what the host says of each.
pub fn run_all(options: &LoadOptions) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let mut report = Report::default();
    for case in CASES {
        let path = folder.path().join("hostile.wasm");
        std::fs::write(&path, case.binary()).unwrap();
        report.add(case.name, &run(&host, case, &path, options));
        canary.check(case.name);
    }
    report
}

/// Memory of this process, in KiB.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

/// Runs every case a hundred times and sees to it that they cost no memory. In a process of its own, since other tests
/// take memory too; `test` is the test that calls this and does nothing else.
pub fn a_hundred_times(test: impl Fn(), options: &LoadOptions) {
    const ALONE: &str = "RP_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let output = support::alone(test, |process| {
            process.env(ALONE, "1");
        });
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    for (number, case) in CASES.iter().enumerate() {
        let path = folder.path().join(format!("{number}.wasm"));
        std::fs::write(&path, case.binary()).unwrap();
        let first = run(&host, case, &path, options);
        let repeat = |times: usize| {
            for _ in 0..times {
                let found = run(&host, case, &path, options);
                // Where the thread has to wait for a processor, time may be what ends first.
                let is_late = [&found, &first].iter().any(|text| text.starts_with("rp::call::limit_time"));
                assert!(found == first || is_late, "{}: {found}", case.name);
            }
        };
        repeat(9);
        let before = resident();
        repeat(90);
        if let (Some(before), Some(after)) = (before, resident()) {
            assert!(after < before + 4096, "{}: {before} KiB became {after} KiB", case.name);
        }
        canary.check(case.name);
    }
}

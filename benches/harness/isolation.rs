//! What happens to the processes of isolated modules: their start, their end, and what comes after it.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rp_host::{
    CallOptions, Error, Host, Instance, IsolatedLimits, Isolation, LoadOptions, Message, Reply, Restart,
};

use crate::goals::Goal;
use crate::measure::{Kind, Times};
use crate::place;

/// How long the module may go on after its deadline.
const GRACE: Duration = Duration::from_millis(10);
const DEADLINE: Duration = Duration::from_millis(10);
/// Each death counts as the first, so that none brings a pause.
const AT_ONCE: Restart = Restart {
    attempts: 1,
    within: Duration::from_nanos(1),
    first: Duration::from_millis(1),
    longest: Duration::from_millis(1),
};

/// The names of the rows; the limit comes first.
pub const OPENED: &str = "limit: a process that opens the library";
const READY: &str = "load to ready";
const ENDED: &str = "end by SIGKILL to error: nothing is reported";
const CRASHED: &str = "crash to error, without debug information";
const NAMED: &str = "crash to error, with debug information";
const SERVED: &str = "crash to the next answer";
const STOPPED: &str = "beyond deadline and grace, a module that loops";

/// Everything, one after the other in each of so many rounds.
pub fn measure(rounds: usize) -> Vec<Times> {
    let (bare, lines) = (place::c_library("faulty"), place::c_library("faulty_lines"));
    let host = Host::new();
    let [bare_one, lines_one] =
        [(&bare, "bare"), (&lines, "lines")].map(|(path, name)| load(&host, path, name));
    let rows: [(&str, Kind, &dyn Fn() -> Duration); 7] = [
        (OPENED, Kind::Limit, &|| open_elsewhere(&bare)),
        (READY, Kind::Ours, &|| load_and_unload(&bare)),
        (ENDED, Kind::Ours, &|| failing(&bare_one, "end", "rp::call::crashed")),
        (CRASHED, Kind::Ours, &|| failing(&bare_one, "crash", "rp::call::crashed")),
        (NAMED, Kind::Ours, &|| failing(&lines_one, "crash", "rp::call::crashed")),
        (SERVED, Kind::Ours, &|| until_served(&bare_one)),
        (STOPPED, Kind::Ours, &|| beyond_deadline(&bare_one)),
    ];
    let mut times = vec![Vec::with_capacity(rounds); rows.len()];
    for _ in 0..rounds {
        for ((_, _, run), times) in rows.iter().zip(&mut times) {
            times.push(run().as_nanos() as f64);
        }
    }
    rows.iter().zip(times).map(|((name, kind, _), times)| Times::new(name, *kind, times)).collect()
}

/// What was asked of them.
pub fn goals(times: &[Times]) -> [Goal; 4] {
    let of = |name: &str| times.iter().find(|times| times.name == name).expect("a row");
    let ratio = |name: &str, to: &str| of(name).median() / of(to).median();
    let late = |name: &str| of(name).share(0.99) / 1e6;
    [
        Goal::at_most(
            "isolated: load to ready, to a process that opens the library",
            ratio(READY, OPENED),
            2.0,
            "x",
        ),
        Goal::at_most("isolated: crash to error, 99 % of", late(NAMED), 5.0, " ms"),
        Goal::at_most("isolated: beyond deadline and grace, 99 % of", late(STOPPED), 10.0, " ms"),
        Goal::at_most("isolated: crash to the next answer, to load to ready", ratio(SERVED, READY), 5.0, "x"),
    ]
}

fn load(host: &Host, library: &Path, name: &str) -> Instance {
    let limits = IsolatedLimits { grace: GRACE, ..IsolatedLimits::default() };
    let isolation = Isolation { limits, ..Isolation::default() };
    let options = LoadOptions::new().instance(name).isolated(isolation).restart(AT_ONCE);
    host.load_with(library, options).unwrap_or_else(|error| panic!("{error}"))
}

fn open_elsewhere(library: &Path) -> Duration {
    let program = std::env::current_exe().expect("it runs");
    let start = Instant::now();
    let status = Command::new(program).arg("--open").arg(library).status().expect("it runs again");
    assert!(status.success());
    start.elapsed()
}

/// The process of its own.
pub fn open(library: PathBuf) {
    place::open(&library);
}

fn load_and_unload(library: &Path) -> Duration {
    let host = Host::new();
    let start = Instant::now();
    let instance = load(&host, library, "one");
    let taken = start.elapsed();
    instance.unload().unwrap_or_else(|error| panic!("{error}"));
    taken
}

fn command(instance: &Instance, name: &str, options: &CallOptions) -> Result<(), Error> {
    let payload = format!(r#"{{"name":"{name}","args":{{}}}}"#);
    let message = Message::new("command", &payload).options(options);
    instance.call(&message, &mut Reply::new()).map(drop)
}

fn ping(instance: &Instance) {
    command(instance, "ping", &CallOptions::new()).unwrap_or_else(|error| panic!("{error}"));
}

/// The time of a command that fails with that code; the instance is there again when it returns.
fn failing(instance: &Instance, name: &str, code: &str) -> Duration {
    let start = Instant::now();
    let error = command(instance, name, &CallOptions::new()).expect_err("it fails");
    let taken = start.elapsed();
    assert_eq!(error.code(), code, "{error}");
    ping(instance);
    taken
}

fn until_served(instance: &Instance) -> Duration {
    let start = Instant::now();
    command(instance, "crash", &CallOptions::new()).expect_err("it crashes");
    ping(instance);
    start.elapsed()
}

fn beyond_deadline(instance: &Instance) -> Duration {
    let start = Instant::now();
    let error = command(instance, "loop", &CallOptions::new().timeout(DEADLINE)).expect_err("it is late");
    let taken = start.elapsed();
    assert_eq!(error.code(), "rp::call::timeout", "{error}");
    ping(instance);
    taken.saturating_sub(DEADLINE + GRACE)
}

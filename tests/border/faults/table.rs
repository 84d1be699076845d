//! Every row of the table, in every language, with a sandbox and without: the host lives, the error says what happened, others
//! are served meanwhile, the instance comes back, and nothing stays behind.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rp_host::{CallOptions, Error, Host, Instance, Isolation, SandboxMode};
use serde_json::{Value, json};
use support::{await_that, built, full_text};

use super::census::Census;
use super::rows::{Call, Came, ROWS, Row};
use super::{Language, TIGHT, builder, in_a_process, options};

#[test]
fn faults_in_c() {
    in_a_process(faults_in_c, || all_rows(Language::C));
}

#[test]
fn faults_in_cpp() {
    in_a_process(faults_in_cpp, || all_rows(Language::Cpp));
}

#[test]
fn faults_in_rust() {
    in_a_process(faults_in_rust, || all_rows(Language::Rust));
}

/// A host, and instances beside the faulty ones that must not notice.
pub struct Scene {
    language: Language,
    pub host: Host,
    /// How often those beside were served.
    served: AtomicU64,
    is_over: AtomicBool,
    /// What the modules printed or logged.
    lines: Arc<Mutex<Vec<String>>>,
}

fn all_rows(language: Language) {
    let scene = Scene::new(language);
    let before = scene.warm_up();
    let cases: Vec<(&Row, SandboxMode)> =
        ROWS.iter().flat_map(|row| [(row, SandboxMode::Required), (row, SandboxMode::Off)]).collect();
    let wrong = thread::scope(|scope| {
        let beside = scope.spawn(|| scene.serve_others());
        let wrong = scene.run(&cases);
        scene.is_over.store(true, Ordering::Relaxed);
        beside.join().unwrap();
        wrong
    });
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(scene.lines.lock().unwrap().iter().any(|line| line.contains("printed by the module")));
    assert_eq!(scene.host.unload_all().iter().map(full_text).collect::<Vec<_>>(), [""; 0]);
    before.await_again();
}

impl Scene {
    pub fn new(language: Language) -> Scene {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&lines);
        let host = builder().on_log(move |line| taken.lock().unwrap().push(line.text.to_owned())).build();
        Scene { language, host, served: AtomicU64::new(0), is_over: AtomicBool::new(false), lines }
    }

    /// Starts what a host starts once and keeps; what is there then may stay.
    fn warm_up(&self) -> Census {
        let first = self.load("first", SandboxMode::Required, Call::Plain).unwrap();
        first.unload().unwrap();
        await_that(|| Census::take().children == 0, "the first worker stayed");
        Census::take()
    }

    fn load(&self, name: &str, mode: SandboxMode, call: Call) -> Result<Instance, Error> {
        let mut options = options(name, mode);
        if let Call::Limited(ms) = call {
            let limits = rp_host::IsolatedLimits { call_time: Duration::from_millis(ms), ..TIGHT };
            let sandbox = rp_host::Sandbox { mode, ..rp_host::Sandbox::default() };
            options = options.isolated(Isolation { limits, sandbox });
        }
        self.host.load_with(self.language.library(), options)
    }

    /// Calls a native and an isolated instance all the time.
    fn serve_others(&self) {
        let native = self.host.load(built("test-minimal")).unwrap();
        let isolated = self.load("beside", SandboxMode::Required, Call::Plain).unwrap();
        while !self.is_over.load(Ordering::Relaxed) {
            let pong: Value = native.command("ping", &json!({})).unwrap();
            assert_eq!(pong["reply"], "pong");
            ping(&isolated).unwrap();
            self.served.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(1));
        }
        native.unload().unwrap();
        isolated.unload().unwrap();
    }

    /// All cases, several at a time; what is wrong.
    fn run(&self, cases: &[(&Row, SandboxMode)]) -> Vec<String> {
        let next = AtomicUsize::new(0);
        let wrong = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    while let Some((row, mode)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(text) = self.run_row(row, *mode) {
                            let case =
                                format!("{} in {:?}, sandbox {mode:?}: {text}", row.kind, self.language);
                            wrong.lock().unwrap().push(case);
                        }
                    }
                });
            }
        });
        wrong.into_inner().unwrap()
    }

    /// Runs a row; an error says what is wrong.
    pub fn run_row(&self, row: &Row, mode: SandboxMode) -> Result<(), String> {
        let expected = row.expected(self.language, mode);
        if let Came::NotAsked(why) = expected {
            println!("{} in {:?}, sandbox {mode:?}: not asked: {why}", row.kind, self.language);
            return Ok(());
        }
        let name = format!("{}-{mode:?}", row.kind.replace(' ', "-"));
        let instance = self.load(&name, mode, row.call).map_err(|error| full_text(&error))?;
        ping(&instance).map_err(|error| format!("before: {}", full_text(&error)))?;
        let came = self.fault_beside_others(&instance, row)?;
        self.compare(expected, came)?;
        match expected {
            Came::Fails(..) => await_served(&instance)?,
            _ => ping(&instance).map_err(|error| format!("afterwards: {}", full_text(&error)))?,
        }
        instance.unload().map_err(|error| format!("unload: {}", full_text(&error)))
    }

    /// Commits the fault. Others are served while it hangs: at once, or where the machine has no time for them, at the next try.
    fn fault_beside_others(&self, instance: &Instance, row: &Row) -> Result<Result<Value, Error>, String> {
        if matches!(row.call, Call::Plain) {
            return Ok(fault(instance, row));
        }
        for _ in 0..5 {
            let served = self.served.load(Ordering::Relaxed);
            let came = fault(instance, row);
            if self.served.load(Ordering::Relaxed) > served {
                return Ok(came);
            }
            await_served(instance)?;
        }
        Err("nobody else was served while it hung".into())
    }

    fn compare(&self, expected: Came, came: Result<Value, Error>) -> Result<(), String> {
        let is_as_expected = match (&expected, &came) {
            (Came::Says(text), Ok(data)) => data["came"] == *text,
            (Came::Fails(code, text), Err(error)) => {
                error.code() == *code && error.to_string().contains(text)
            }
            _ => false,
        };
        let came = came.map_or_else(|error| full_text(&error), |data| data.to_string());
        is_as_expected
            .then_some(())
            .ok_or_else(|| format!("{expected:?} was expected, and this came: {came}"))
    }
}

/// Whether it answers.
pub fn ping(instance: &Instance) -> Result<(), Error> {
    instance.command::<_, Value>("ping", &json!({})).map(drop)
}

fn fault(instance: &Instance, row: &Row) -> Result<Value, Error> {
    let args = json!({"kind": row.kind});
    match row.call {
        Call::Until(ms) => {
            let options = CallOptions::new().timeout(Duration::from_millis(ms));
            instance.with(&options).command("fault", &args)
        }
        _ => instance.command("fault", &args),
    }
}

/// Has a thread of the module crash while no call is at work, and tells how often it had been started again before. That thread
/// rests for a moment only, so it can hit the call itself: then once more.
pub fn crash_at_rest(instance: &Instance) -> u64 {
    loop {
        let restarts = instance.worker().map_or(0, |worker| worker.restarts);
        match instance.command::<_, Value>("fault", &json!({"kind": "segv later"})) {
            Ok(came) => {
                assert_eq!(came["came"], "done");
                return restarts;
            }
            Err(error) => assert_eq!(error.code(), "rp::call::crashed", "{error}"),
        }
        await_served(instance).unwrap();
    }
}

/// Calls until the instance is back. Until then it says that it will be.
pub fn await_served(instance: &Instance) -> Result<(), String> {
    come_back(instance, 20_000)
}

/// The same, so many times at most.
pub fn come_back(instance: &Instance, times: usize) -> Result<(), String> {
    for _ in 0..times {
        match ping(instance) {
            Ok(()) => return Ok(()),
            Err(error) if error.code() == "rp::call::unavailable" => thread::sleep(Duration::from_millis(1)),
            Err(error) => return Err(format!("after it: {}", full_text(&error))),
        }
    }
    Err("it did not come back".into())
}

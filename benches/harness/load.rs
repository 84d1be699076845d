//! Loading: from a file to an instance that is ready, and back; and what that takes of memory.
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rp_host::{Host, Instance, LoadOptions, WasmEngine};

use crate::measure::{Kind, Subject};
use crate::place;

/// For a library in C and one in Rust: the floor, and what the host does.
pub fn groups(folder: &Path) -> Vec<(String, Vec<Subject<'_>>)> {
    let libraries = [("C", place::c_library("echo_c")), ("Rust", place::rust_library("bench-echo"))];
    let group = |(language, library): (&str, PathBuf)| {
        let size = fs::metadata(&library).expect("it was built").len() / 1024;
        (format!("a module in {language}, {size} KiB"), subjects(folder, library))
    };
    libraries.into_iter().map(group).collect()
}

fn subjects(folder: &Path, library: PathBuf) -> Vec<Subject<'_>> {
    let inspected = library.clone();
    let reload = {
        let (host, library) = (Host::new(), library.clone());
        move || unload(load(&host, &library))
    };
    let (first, floor) = (Fresh::new(folder, &library), Fresh::new(folder, &library));
    vec![
        Subject::timed("limit: read, copy, dlopen", Kind::Limit, move |count| {
            floor.each(count, read_copy_open)
        }),
        Subject::timed("first load to ready", Kind::Ours, move |count| {
            let host = Host::new();
            // The instances end with the host: unloading them does not count.
            first.each(count, |path| drop(load_apart(&host, path, WasmEngine::default())))
        }),
        Subject::new("load again, and unload", Kind::Ours, reload),
        Subject::new("inspect", Kind::Ours, move || rp_host::inspect(&inspected).expect("it is a module")),
    ]
}

fn load(host: &Host, path: &Path) -> Instance {
    host.load(path).unwrap_or_else(|error| panic!("{error}"))
}

fn load_apart(host: &Host, path: &Path, engine: WasmEngine) -> Instance {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(0) });
    NEXT.set(NEXT.get() + 1);
    let options = LoadOptions::new().instance(format!("number-{}", NEXT.get())).wasm_engine(engine);
    host.load_with(path, options).unwrap_or_else(|error| panic!("{error}"))
}

fn unload(instance: Instance) {
    instance.unload().unwrap_or_else(|error| panic!("{error}"));
}

/// Reads a library, writes it to a file of its own and opens that: what any loader does that does not run a file which
/// somebody else may change.
fn read_copy_open(path: &Path) {
    let bytes = fs::read(path).expect("it was just written");
    let copy = path.with_extension("copy");
    fs::write(&copy, bytes).expect("the folder is ours");
    // SAFETY: the benchmark's own library; it stays mapped.
    let library = unsafe {
        libloading::os::unix::Library::open(Some(&copy), libc::RTLD_NOW | libc::RTLD_LOCAL).expect("it loads")
    };
    std::mem::forget(library);
    fs::remove_file(&copy).expect("it was just written");
}

/// Copies of a library, a new one for each load: the loader would know one that it has seen.
struct Fresh<'a> {
    folder: &'a Path,
    bytes: Vec<u8>,
    made: Cell<u64>,
}

impl<'a> Fresh<'a> {
    fn new(folder: &'a Path, library: &Path) -> Self {
        Fresh { folder, bytes: fs::read(library).expect("it was built"), made: Cell::new(0) }
    }

    /// The time that `work` takes on so many of them.
    fn each(&self, count: u64, work: impl Fn(&Path)) -> Duration {
        let one = |_| {
            self.made.set(self.made.get() + 1);
            let path = self.folder.join(format!("{:p}-{}.so", self, self.made.get()));
            fs::write(&path, &self.bytes).expect("the folder is ours");
            let start = Instant::now();
            work(&path);
            let taken = start.elapsed();
            fs::remove_file(&path).expect("it was just written");
            taken
        };
        (0..count).map(one).sum()
    }
}

/// What loading takes of memory, in a process of its own: private kibibytes.
pub struct Memory {
    pub first_module: f64,
    pub further_module: f64,
    pub instance: f64,
    /// Microseconds to load each of a thousand modules, and of a thousand instances of one.
    pub thousandth_module_us: f64,
    pub thousandth_us: f64,
}

impl Memory {
    /// Runs this program once more for a library.
    pub fn measure(library: &Path, engine: Option<WasmEngine>) -> Memory {
        let program = std::env::current_exe().expect("it runs");
        let mut again = Command::new(program);
        again.arg("--memory-of").arg(library).args(engine.map(WasmEngine::as_str));
        let output = again.output().expect("it runs again");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("numbers");
        let numbers: Vec<f64> =
            text.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        let [first_module, further_module, instance, thousandth_module_us, thousandth_us] = numbers[..]
        else {
            panic!("{text}")
        };
        Memory { first_module, further_module, instance, thousandth_module_us, thousandth_us }
    }
}

/// The process of its own.
pub fn print_memory(library: &Path, engine: Option<&str>) {
    const MODULES: u64 = 1000;
    const INSTANCES: u64 = 1000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = Host::new();
    let engine = WasmEngine::ALL.into_iter().find(|one| Some(one.as_str()) == engine);
    let load_apart = |path: &Path| load_apart(&host, path, engine.unwrap_or_default());
    let before = private_kib();
    load_apart(library);
    let first = private_kib();
    let taken_by_modules = Fresh::new(folder.path(), library).each(MODULES, |path| drop(load_apart(path)));
    let modules = private_kib();
    let start = Instant::now();
    for _ in 0..INSTANCES {
        load_apart(library);
    }
    let taken = start.elapsed();
    let instances = private_kib();
    println!(
        "{} {} {} {} {}",
        first - before,
        (modules - first) / MODULES as f64,
        (instances - modules) / INSTANCES as f64,
        taken_by_modules.as_secs_f64() * 1e6 / MODULES as f64,
        taken.as_secs_f64() * 1e6 / INSTANCES as f64
    );
}

fn private_kib() -> f64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
    let private = rollup.lines().filter(|line| line.starts_with("Private_"));
    private
        .map(|line| line.split_whitespace().nth(1).expect("a number").parse::<f64>().expect("a number"))
        .sum()
}

//! Two engines: the same messages, the same answers; and what the compiler alone has: code on disk, names in traps.
//!
//! Built with the feature `wasm-jit`; `./dev test --full` runs it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use rp_host::{Host, Instance, LoadOptions, Message, Reply, WasmCache, WasmEngine, WasmLimits};
use support::minimal::cases;
use support::research_log::{table, world};
use support::{built, full_text, outcome, test_minimals, wasm};

use crate::{bombs, harm, hostile, time};

/// Code that these tests compiled: not among the user's own.
fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm-code")
}

fn under(engine: WasmEngine) -> LoadOptions {
    LoadOptions::new().wasm_engine(engine).wasm_cache(WasmCache::Folder(cache()))
}

/// What is compared: the library, and the same source in the sandbox under each engine.
fn forms(name: &str) -> Option<Vec<(&'static str, PathBuf, LoadOptions)>> {
    let path = wasm::module(name)?;
    let mut forms = vec![("native", built(name), LoadOptions::new())];
    forms.extend(WasmEngine::ALL.map(|engine| (engine.as_str(), path.clone(), under(engine))));
    Some(forms)
}

/// An instance, and its host, whose end would be the instance's.
fn load(path: &Path, options: &LoadOptions) -> (Host, Instance) {
    let host = Host::new();
    let instance =
        host.load_with(path, options.clone()).unwrap_or_else(|error| panic!("{}", full_text(&error)));
    (host, instance)
}

/// What an instance answers: the text, or the code of the error.
fn answer(instance: &Instance, message_type: &str, payload: &str) -> String {
    let mut reply = Reply::new();
    match instance.call(&Message::new(message_type, payload), &mut reply).map(|_| ()) {
        Ok(()) => reply.text().unwrap().to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

#[test]
fn the_default_is_the_compiler() {
    assert_eq!(WasmEngine::default(), WasmEngine::Wasmtime);
}

#[test]
fn the_table_is_answered_alike() {
    for name in test_minimals() {
        let Some(forms) = forms(name) else { continue };
        for (form, path, options) in forms {
            for case in cases::READY {
                let (_host, instance) = load(&path, &options);
                case.given.iter().for_each(|(message_type, payload)| {
                    answer(&instance, message_type, payload);
                });
                let found = answer(&instance, case.message_type, case.payload);
                assert_eq!(found, case.response, "{name}, {form}: {} {}", case.message_type, case.payload);
            }
        }
    }
}

/// Messages that nobody wrote: rows of the table, cut, joined and with characters in the wrong places.
fn random_message(random: &mut fastrand::Rng) -> (&'static str, String) {
    let case = random.choice(cases::READY).unwrap();
    let mut payload: Vec<char> = case.payload.chars().collect();
    for _ in 0..random.usize(0..3) {
        let at = random.usize(0..=payload.len());
        match random.u8(0..4) {
            0 => payload.truncate(at),
            1 => payload.insert(
                at,
                random.choice(['"', '{', '}', '[', ',', ':', '\\', 'é', '😀', '7', '-']).unwrap(),
            ),
            2 if at < payload.len() => drop(payload.remove(at)),
            _ => {
                let other: Vec<char> = random.choice(cases::READY).unwrap().payload.chars().collect();
                payload.splice(at..at, other);
            }
        }
    }
    (case.message_type, payload.into_iter().collect())
}

#[test]
fn random_messages_are_answered_alike() {
    for name in test_minimals() {
        let Some(forms) = forms(name) else { continue };
        let forms: Vec<_> = forms.iter().map(|(form, path, options)| (form, load(path, options))).collect();
        let mut random = fastrand::Rng::with_seed(48);
        for _ in 0..500 {
            let (message_type, payload) = random_message(&mut random);
            let answers: Vec<_> =
                forms.iter().map(|(_, (_, instance))| answer(instance, message_type, &payload)).collect();
            for ((form, _), found) in forms.iter().zip(&answers) {
                assert_eq!(*found, answers[0], "{name}, {form}: {message_type} {payload}");
            }
        }
    }
}

/// A whole module, with a store, events and log, through the table that every language answers.
#[test]
fn a_research_log_answers_alike() {
    let Some(path) = wasm::module("research-log") else { return };
    let folder = support::root().join("tests/services/research_log");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    let mut count = 0;
    for case in files.iter().flat_map(|file| table::parse(&std::fs::read_to_string(file).unwrap()).unwrap()) {
        let worlds = WasmEngine::ALL.map(|engine| (engine, path.clone(), under(engine)));
        for (engine, path, options) in worlds {
            let mut world = world::World::with(&path, world::State::Instance, &case, options);
            for step in &case.steps {
                match step {
                    table::Step::Time(time_us) => world.set_time(*time_us),
                    table::Step::Load => assert_eq!(world.take_loaded(), case.loaded, "{engine:?}"),
                    table::Step::Ask { message_type, payload, outcome } => {
                        assert_eq!(world.ask(message_type, payload), *outcome, "{engine:?}: {}", case.name);
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 300, "{count} messages");
}

/// Names of functions are what one engine has and the other has not; the rest of the words is the same.
fn without_names(text: &str) -> String {
    let cut = |line: &str| line.split(", in ").next().unwrap_or_default().to_owned();
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

/// Limits that hostile guests reach soon, and good ones not even where their thread has to wait for a processor.
fn tight(engine: WasmEngine) -> LoadOptions {
    under(engine).wasm_limits(WasmLimits { call_time: Duration::from_millis(50), ..harm::TIGHT })
}

#[test]
fn hostile_guests_end_with_a_name_and_the_host_lives() {
    let report = harm::run_all(&tight(WasmEngine::Wasmtime)).redacted(&[]);
    insta::assert_snapshot!("hostile", report);
    let interpreted = harm::run_all(&tight(WasmEngine::Wasmi)).redacted(&[]);
    let (found, expected) = (without_names(&report), without_names(&interpreted));
    let diff = similar::TextDiff::from_lines(&expected, &found).unified_diff().to_string();
    assert!(found == expected, "wasmtime says something else than wasmi:\n{diff}");
}

#[test]
fn whatever_a_guest_does_its_time_ends() {
    time::run_all(&under(WasmEngine::Wasmtime));
}

#[test]
fn bombs_are_refused() {
    bombs::bombs_are_refused(&under(WasmEngine::Wasmtime));
}

#[test]
fn limits_of_loading_are_what_they_say() {
    // Its compiler, which is hardly optimised for tests, took up to 25 seconds for the most functions.
    bombs::limits_are_what_they_say(&under(WasmEngine::Wasmtime), 3 * bombs::MOST);
}

#[test]
fn a_guest_that_listens_outlives_a_cancellation() {
    time::who_listens_lives(&under(WasmEngine::Wasmtime));
}

#[test]
fn a_hundred_times_costs_no_memory() {
    harm::a_hundred_times(a_hundred_times_costs_no_memory, &tight(WasmEngine::Wasmtime));
}

/// A guest with these pieces, in a file.
fn guest(folder: &Path, pieces: &'static [(&'static str, &'static str)]) -> PathBuf {
    let path = folder.join("guest.wasm");
    std::fs::write(&path, hostile::Case::with(pieces)).unwrap();
    path
}

#[test]
fn a_loop_ends_in_time_also_after_a_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = guest(folder.path(), &[("handle_body", "(loop $l (br $l)) (unreachable)")]);
    let limits = WasmLimits { call_time: Duration::from_millis(50), ..WasmLimits::default() };
    let options = under(WasmEngine::Wasmtime).wasm_limits(limits);
    for rest in [0, 1500] {
        let (_host, instance) = load(&path, &options);
        std::thread::sleep(Duration::from_millis(rest));
        let begun = Instant::now();
        let found = outcome(&instance, &Message::new("command", "{}"));
        let took = begun.elapsed();
        assert!(found.starts_with("rp::call::limit_time") && found.contains("in handle"), "{found}");
        assert!(took >= Duration::from_millis(50) && took < Duration::from_secs(5), "{took:?}");
    }
}

#[test]
fn many_guests_at_once_end_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = guest(folder.path(), &[("handle_body", "(loop $l (br $l)) (unreachable)")]);
    let limits = WasmLimits { call_time: Duration::from_millis(30), ..WasmLimits::default() };
    let options = under(WasmEngine::Wasmtime).wasm_limits(limits);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let (_host, instance) = load(&path, &options);
                    let found = outcome(&instance, &Message::new("command", "{}"));
                    assert!(found.starts_with("rp::call::limit_time"), "{found}");
                }
            });
        }
    });
}

#[test]
fn a_thread_without_stack_for_a_guest_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path =
        guest(folder.path(), &[("handle_body", "(call $handle (local.get 0) (local.get 1) (local.get 2))")]);
    let limits = WasmLimits { stack: 1400 << 10, ..WasmLimits::default() };
    let (_host, instance) = load(&path, &under(WasmEngine::Wasmtime).wasm_limits(limits));
    let on = |stack: usize| {
        let instance = instance.clone();
        let call = move || outcome(&instance, &Message::new("command", "{}"));
        std::thread::Builder::new().stack_size(stack).spawn(call).unwrap().join().unwrap()
    };
    // glibc may hand on the stack of a thread that ended, up to four times as large as asked for.
    let found = on(384 << 10);
    assert!(found.starts_with("rp::call::no_stack") && found.contains("1656 KiB"), "{found}");
    let found = on(4 << 20);
    assert!(found.starts_with("rp::call::limit_stack") && found.contains("in handle < handle"), "{found}");
}

#[test]
fn functions_of_rust_have_their_names() {
    let Some(path) = wasm::module("test-minimal") else { return };
    let limits = WasmLimits { call_time: Duration::from_millis(20), ..WasmLimits::default() };
    let (_host, instance) = load(&path, &under(WasmEngine::Wasmtime).wasm_limits(limits));
    let payload = format!(r#"{{"name":"echo","args":{{"text":"{}"}}}}"#, "\\n".repeat(16 << 20));
    let found = outcome(&instance, &Message::new("command", &payload));
    assert!(found.starts_with("rp::call::limit_time"), "{found}");
    let (_, names) = found.split_once(", in ").unwrap_or_else(|| panic!("no names: {found}"));
    assert!(names.contains("::") && !names.contains("_ZN") && !names.contains("17h"), "{found}");
}

/// A folder of code, and a host that tells what it logs.
struct Kept {
    _outer: tempfile::TempDir,
    folder: PathBuf,
    module: PathBuf,
    host: Host,
    told: Arc<Mutex<Vec<String>>>,
}

impl Kept {
    fn new() -> Self {
        let outer = tempfile::tempdir().unwrap();
        let module = guest(outer.path(), &[("handle_body", "(nop) (call $answer (local.get $reply))")]);
        let told = Arc::<Mutex<Vec<String>>>::default();
        let lines = Arc::clone(&told);
        let host = Host::builder().on_log(move |record| lines.lock().unwrap().push(record.text.to_owned()));
        Kept { folder: outer.path().join("code"), module, host: host.build(), told, _outer: outer }
    }

    fn options(&self) -> LoadOptions {
        LoadOptions::new().wasm_cache(WasmCache::Folder(self.folder.clone()))
    }

    /// Loads, answers and unloads; what the host logged.
    fn load(&self) -> Vec<String> {
        let instance = self.host.load_with(&self.module, self.options()).unwrap();
        assert!(answer(&instance, "command", "{}").contains("success"));
        instance.unload().unwrap();
        drop(instance);
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// The one file.
    fn file(&self) -> PathBuf {
        let mut files = self.folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let file = files.next().expect("a file");
        assert!(files.next().is_none(), "one file, and nothing half written");
        file
    }

    /// Whether the next load takes the code from the file: one that is used is made young.
    fn takes_the_file(&self) -> bool {
        let long_ago = SystemTime::now() - Duration::from_secs(3 * 24 * 60 * 60);
        let (file, content) = (self.file(), std::fs::read(self.file()).unwrap());
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(long_ago).unwrap();
        let told = self.load();
        let modified = file.metadata().unwrap().modified().unwrap();
        let is_same = std::fs::read(&file).unwrap() == content;
        told.is_empty() && is_same && modified.elapsed().unwrap() < Duration::from_secs(3600)
    }
}

#[test]
fn compiled_code_is_kept_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let kept = Kept::new();
    assert_eq!(kept.load(), [""; 0]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept.folder), mode(&kept.file())), (0o700, 0o600));
    assert!(kept.takes_the_file());
}

#[test]
fn code_that_was_changed_is_made_anew_and_told() {
    let kept = Kept::new();
    kept.load();
    let good = std::fs::read(kept.file()).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    for bad in [&flipped[..], &good[..good.len() / 2], b"", b"rp-code1 and no more"] {
        std::fs::write(kept.file(), bad).unwrap();
        let told = kept.load();
        assert!(told.len() == 1 && told[0].contains("not what was kept"), "{told:?}");
        assert_eq!(std::fs::read(kept.file()).unwrap(), good, "compiling is deterministic");
        assert!(kept.takes_the_file());
    }
}

/// Another module's file under this one's name: its hash is right for its own key only.
#[test]
fn code_of_another_module_is_not_taken() {
    let (kept, mut other) = (Kept::new(), Kept::new());
    kept.load();
    other.module =
        guest(other._outer.path(), &[("handle_body", "(nop) (nop) (call $answer (local.get $reply))")]);
    let options = other.options();
    drop(other.host.load_with(&other.module, options).unwrap());
    std::fs::copy(other.file(), kept.file()).unwrap();
    let told = kept.load();
    assert!(told.len() == 1 && told[0].contains("not what was kept"), "{told:?}");
    assert!(kept.takes_the_file());
}

#[test]
fn a_folder_that_others_may_enter_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let kept = Kept::new();
    kept.load();
    std::fs::set_permissions(&kept.folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let error = kept.host.load_with(&kept.module, kept.options()).unwrap_err();
    assert_eq!(error.code(), "rp::load::code_cache");
    assert!(error.to_string().contains("open to others"), "{error}");
    // Without a cache the same module is loaded.
    let instance = kept.host.load_with(&kept.module, kept.options().wasm_cache(WasmCache::Off)).unwrap();
    assert!(answer(&instance, "command", "{}").contains("success"));
}

#[test]
fn instances_share_the_code_of_one_file() {
    let kept = Kept::new();
    let load = |name: &str| kept.host.load_with(&kept.module, kept.options().instance(name)).unwrap();
    let first = load("first");
    std::fs::remove_file(kept.file()).unwrap();
    let second = load("second");
    assert!(kept.folder.read_dir().unwrap().next().is_none(), "nothing was compiled again");
    for instance in [&first, &second] {
        assert!(answer(instance, "command", "{}").contains("success"));
        instance.unload().unwrap();
    }
    drop((first, second));
    kept.load();
    assert!(kept.takes_the_file(), "once nobody uses it, it is compiled again");
}

/// The user's own folder, in a process whose environment says where it is.
#[test]
fn the_cache_of_the_user_is_where_the_environment_says() {
    const FILE: &str = "RP_TEST_MODULE";
    let load = |path: &Path| load(path, &LoadOptions::new().wasm_engine(WasmEngine::Wasmtime));
    if let Some(path) = std::env::var_os(FILE) {
        drop(load(Path::new(&path)));
        return;
    }
    let outer = tempfile::tempdir().unwrap();
    let module = guest(outer.path(), &[("handle_body", "(nop) (call $answer (local.get $reply))")]);
    let home = outer.path().join("home");
    let alone = |variables: &[(&str, &Path)]| {
        let output = support::alone(the_cache_of_the_user_is_where_the_environment_says, |process| {
            process.env_remove("XDG_CACHE_HOME").env_remove("HOME").env(FILE, &module);
            process.envs(variables.iter().copied());
        });
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let count = |folder: &Path| folder.read_dir().map_or(0, Iterator::count);
    alone(&[("XDG_CACHE_HOME", &outer.path().join("xdg")), ("HOME", &home)]);
    assert_eq!((count(&outer.path().join("xdg/rp/wasm")), count(&home)), (1, 0));
    // What is no absolute path counts as nothing.
    alone(&[("XDG_CACHE_HOME", Path::new("relative")), ("HOME", &home)]);
    assert_eq!(count(&home.join(".cache/rp/wasm")), 1);
    // Without a folder the module is loaded all the same.
    alone(&[]);
}

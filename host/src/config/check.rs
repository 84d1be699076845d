//! From the keys of an `rp.toml` to their meaning; contradictions are refused.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use semver::VersionReq;
use toml::Spanned;

use super::fault::ConfigFault;
use super::known::Known;
use super::nearest::question;
use super::places::Places;
use super::planned::{Config, Index, Planned, PlannedStore, StorePlace};
use super::spans::path_of_key;
use super::{backslash, file, grants, isolation, json};
use crate::options::file_hash::FileHash;
use crate::options::host::HostOptions;
use crate::options::load::LoadOptions;
use crate::options::wasm_engine::WasmCache;

/// Reads a whole file; `folder` is where it lies.
pub fn config(text: &str, folder: &Path) -> Result<Config, ConfigFault> {
    let file: file::File = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        misplaced(text, &span)
            .or_else(|| backslash::no_escape(text, &span))
            .unwrap_or_else(|| unreadable(&error, span))
    })?;
    paths(&file).try_for_each(backslash::check)?;
    let alone = file::Instance::default();
    let mut instances: Vec<_> = file.instance.iter().collect();
    instances.extend(modules_alone(&file).map(|name| (name, &alone)));
    // The keys of a table come sorted by name; the operator chose the order of the file.
    instances.sort_by_key(|(name, _)| name.span().start);
    let known = Known {
        text,
        modules: file.module.iter().collect(),
        instances: instances.iter().map(|(name, _)| name.get_ref().as_str()).collect(),
    };
    for name in file.module.keys().chain(file.instance.keys()) {
        check_name(name)?;
    }
    let deadline = file.limits.deadline();
    let shared = for_all(&file.wasm, folder);
    let worker_program = file.worker_program.as_ref().map(|path| program(path, folder)).transpose()?;
    let instances = instances
        .into_iter()
        .map(|(name, instance)| planned(name, instance, &known, folder, deadline, &shared))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Config {
        folders: file.folders.iter().map(|path| folder.join(path.get_ref())).collect(),
        store: file.store.as_ref().map(|store| planned_store(store, folder)).transpose()?,
        host: HostOptions {
            limits: file.limits,
            trace: file.trace,
            worker_program,
            ..HostOptions::default()
        },
        instances,
    })
}

fn paths(file: &file::File) -> impl Iterator<Item = &Spanned<PathBuf>> {
    let store = file.store.iter().filter_map(|store| store.get_ref().path.as_ref());
    let modules = file.module.values().filter_map(|module| module.path.as_ref());
    let recordings = file.instance.values().filter_map(|instance| instance.recorded.as_ref());
    file.folders
        .iter()
        .chain(store)
        .chain(recordings)
        .chain(&file.wasm.cache)
        .chain(&file.worker_program)
        .chain(modules)
}

/// What the parser says.
fn unreadable(error: &toml::de::Error, span: Range<usize>) -> ConfigFault {
    let message = error.message().trim().replace('\n', ", ");
    let help = format!("{}`rp run --help` shows a whole file", meant(&message));
    ConfigFault::new(span, message, help)
}

/// A key of an instance that stands under its module, or the other way round.
fn misplaced(text: &str, span: &Range<usize>) -> Option<ConfigFault> {
    let path = path_of_key(text, span)?;
    let [table, name, key] = path.as_slice() else { return None };
    let (there, keys) = match table.as_str() {
        "module" => ("instance", &["config", "grants", "limits", "restart", "recorded"][..]),
        "instance" => ("module", &["path", "version", "sha256", "engine", "wasm", "loader", "isolated"][..]),
        _ => return None,
    };
    keys.contains(&key.as_str()).then(|| {
        let text = format!("`{key}` belongs to [{there}.NAME], not to [{table}.{name}]");
        ConfigFault::new(span.clone(), text, format!("move it under [{there}.{name}]"))
    })
}

/// The expected word that is similar to the unexpected one; the message quotes that first and the expected ones after it.
fn meant(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    quoted.next().map_or(String::new(), |word| question(word, quoted))
}

fn program(path: &Spanned<PathBuf>, folder: &Path) -> Result<PathBuf, ConfigFault> {
    if path.get_ref().as_os_str().is_empty() {
        return Err(ConfigFault::new(
            path.span(),
            "the path is empty",
            "name the program, or remove the key",
        ));
    }
    Ok(folder.join(path.get_ref()))
}

fn recording(path: &Spanned<PathBuf>, folder: &Path) -> Result<PathBuf, ConfigFault> {
    if path.get_ref().as_os_str().is_empty() {
        let help = "name a file that --record wrote, or remove the key";
        return Err(ConfigFault::new(path.span(), "the path is empty", help));
    }
    Ok(folder.join(path.get_ref()))
}

/// What holds for every module.
fn for_all(table: &file::WasmEngines, folder: &Path) -> LoadOptions {
    let mut options = LoadOptions::new();
    if let Some(engine) = table.engine {
        options = options.wasm_engine(engine);
    }
    match table.cache.as_ref().map(|cache| WasmCache::from(cache.get_ref().clone())) {
        Some(WasmCache::Folder(path)) => options.wasm_cache(WasmCache::Folder(folder.join(path))),
        Some(cache) => options.wasm_cache(cache),
        None => options,
    }
}

fn check_name(name: &Spanned<String>) -> Result<(), ConfigFault> {
    let text = name.get_ref();
    if rp_protocol::is_module_name(text) {
        return Ok(());
    }
    Err(ConfigFault::new(
        name.span(),
        format!("\"{text}\" is not a name"),
        "a name has lower-case letters, digits and `-`",
    ))
}

/// The modules that no instance names: each is one instance of its own name.
fn modules_alone(file: &file::File) -> impl Iterator<Item = &Spanned<String>> {
    let is_used = |module: &&Spanned<String>| {
        file.instance.iter().any(|(name, instance)| module_of(name, instance) == *module)
    };
    file.module.keys().filter(move |module| !is_used(module))
}

fn module_of<'a>(name: &'a Spanned<String>, instance: &'a file::Instance) -> &'a Spanned<String> {
    instance.module.as_ref().unwrap_or(name)
}

fn planned(
    name: &Spanned<String>,
    instance: &file::Instance,
    known: &Known<'_>,
    folder: &Path,
    deadline: Option<Duration>,
    shared: &LoadOptions,
) -> Result<Planned, ConfigFault> {
    let wanted = module_of(name, instance);
    let Some((module_name, module)) =
        known.modules.iter().find(|(name, _)| name.get_ref() == wanted.get_ref())
    else {
        return Err(undeclared(name, wanted, known));
    };
    let granted = isolation::granted(module_name.get_ref(), module, known.text, folder);
    Ok(Planned {
        name: name.get_ref().clone(),
        module: wanted.get_ref().clone(),
        places: Places::new(name, instance, module_name, module, granted),
        path: module.path.as_ref().map(|path| folder.join(path.get_ref())),
        options: load_options(name, instance, module_name, module, known, folder, shared)?,
        deadline: instance.limits.deadline_ms.map(|ms| Duration::from_millis(ms.get())).or(deadline),
    })
}

/// How the instance is loaded: what holds for all modules, and what the file says about its module and itself.
fn load_options(
    name: &Spanned<String>,
    instance: &file::Instance,
    module_name: &Spanned<String>,
    module: &file::Module,
    known: &Known<'_>,
    folder: &Path,
    shared: &LoadOptions,
) -> Result<LoadOptions, ConfigFault> {
    let mut options = shared.clone().instance(name.get_ref()).expect_name(module_name.get_ref());
    if let Some(engine) = &module.engine {
        options = options.wasm_engine(*engine.get_ref());
    }
    grants::check(name.get_ref(), &instance.grants, known)?;
    options = options.grants(instance.grants.clone());
    if let Some(table) = &instance.config {
        options = options.config(config_of(table)?);
    }
    if let Some(version) = &module.version {
        options = options.expect_version(version_of(version)?);
    }
    if let Some(hash) = &module.sha256 {
        options = options.sha256(hash_of(hash)?);
    }
    if let Some(restart) = &instance.restart {
        options = options.restart(*restart);
    }
    if let Some(wasm) = &module.wasm {
        options = options.wasm_limits(*wasm.get_ref());
    }
    if let Some(path) = &instance.recorded {
        options = options.recorded(recording(path, folder)?);
    }
    if let Some(isolation) = isolation::of(module_name.get_ref(), module, known.text, folder)? {
        options = options.isolated(isolation);
    }
    Ok(options)
}

fn undeclared(name: &Spanned<String>, wanted: &Spanned<String>, known: &Known<'_>) -> ConfigFault {
    let names: Vec<&str> = known.modules.iter().map(|(name, _)| name.get_ref().as_str()).collect();
    let (name, module) = (name.get_ref(), wanted.get_ref());
    let text = format!("the instance {name} uses the module {module}, which is not declared");
    let mut help = format!("{}add [module.{module}]", question(module, names.iter().copied()));
    if !names.is_empty() {
        help += &format!(", or write module = with one of {}", names.join(", "));
    }
    ConfigFault::contradiction(wanted.span(), text, help)
}

fn config_of(table: &Spanned<toml::Table>) -> Result<serde_json::Value, ConfigFault> {
    json::object(table.get_ref()).map_err(|(path, what)| {
        let text = format!("config.{path} is {what}, which JSON cannot express");
        ConfigFault::new(table.span(), text, "write it as a string")
    })
}

fn version_of(text: &Spanned<String>) -> Result<VersionReq, ConfigFault> {
    VersionReq::parse(text.get_ref()).map_err(|error| {
        let text_here = format!("\"{}\" is not a version requirement: {error}", text.get_ref());
        ConfigFault::new(text.span(), text_here, "write it as Cargo does: \"1.2\", \">=1.2, <3\", \"=1.2.3\"")
    })
}

fn hash_of(text: &Spanned<String>) -> Result<[u8; 32], ConfigFault> {
    let hash = FileHash::try_from(text.get_ref().clone());
    hash.map(|hash| hash.0).map_err(|fault| ConfigFault::new(text.span(), fault.text, fault.help))
}

fn planned_store(store: &Spanned<file::Store>, folder: &Path) -> Result<PlannedStore, ConfigFault> {
    let (table, span) = (store.get_ref(), store.span());
    let in_memory = table.memory.as_ref().filter(|memory| *memory.get_ref());
    let (place, span) = match (&table.path, in_memory) {
        (Some(path), None) if path.get_ref().as_os_str().is_empty() => {
            let help = "name a file, or write memory = true";
            return Err(ConfigFault::new(path.span(), "the path is empty", help));
        }
        (Some(path), None) => (StorePlace::File(folder.join(path.get_ref())), path.span()),
        (None, Some(memory)) => (StorePlace::Memory, memory.span()),
        (Some(_), Some(memory)) => {
            let help = "keep either `memory = true` or `path`";
            return Err(ConfigFault::contradiction(
                memory.span(),
                "the store cannot be in memory and in a file",
                help,
            ));
        }
        (None, None) => {
            let help = "add path = \"research.sqlite\", or memory = true; without [store] there is none";
            return Err(ConfigFault::contradiction(
                span.start..span.start,
                "the store has no location",
                help,
            ));
        }
    };
    Ok(PlannedStore { place, max_bytes: table.max_bytes.map(Into::into), indexes: indexes(table)?, span })
}

fn indexes(store: &file::Store) -> Result<Vec<Index>, ConfigFault> {
    let mut indexes: Vec<Index> = Vec::new();
    for (entity, paths) in &store.indexes {
        for path in paths {
            let index =
                Index { entity: entity.get_ref().clone(), path: path.get_ref().clone(), span: path.span() };
            if indexes.iter().any(|other| (&other.entity, &other.path) == (&index.entity, &index.path)) {
                let text = format!("{} has an index by {} already", index.entity, index.path);
                return Err(ConfigFault::contradiction(index.span, text, "name each path once"));
            }
            indexes.push(index);
        }
    }
    Ok(indexes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::isolation::{IsolatedLimits, Isolation};
    use crate::options::restart::Restart;
    use crate::options::sandbox::{Sandbox, SandboxMode};
    use crate::options::wasm_engine::WasmEngine;

    fn read(text: &str) -> Result<Config, ConfigFault> {
        config(text, Path::new("/etc/rp"))
    }

    #[test]
    fn a_whole_file() {
        let text = r#"
            folders = ["lib", "/opt/rp"]
            worker_program = "bin/rp-worker"
            [store]
            path = "data/research.sqlite"
            indexes.person = ["name", "born.year"]
            [limits]
            wait_ms = 500
            deadline_ms = 100
            queued_events = 7
            queued_event_bytes = 8
            reply_bytes = 65536
            [module.research-log]
            path = "libresearch_log.so"
            version = ">=1.2, <2"
            sha256 = "00000000000000000000000000000000000000000000000000000000000000Ff"
            [module.b]
            [instance.z]
            module = "research-log"
            grants = { read = ["*"], call = ["b"] }
            limits.deadline_ms = 50
            [instance.b]
        "#;
        let config = read(text).expect("a configuration");
        assert_eq!(config.folders, [Path::new("/etc/rp/lib"), Path::new("/opt/rp")]);
        assert_eq!(config.host.worker_program.as_deref(), Some(Path::new("/etc/rp/bin/rp-worker")));
        let limits = &config.host.limits;
        let store = config.store.expect("a store");
        assert!(matches!(&store.place, StorePlace::File(path) if path.ends_with("rp/data/research.sqlite")));
        let index = &store.indexes[1];
        assert_eq!((&*index.entity, &*index.path, store.max_bytes), ("person", "born.year", None));
        assert_eq!(
            (limits.reply_bytes.map(usize::from), limits.queued_events.map(usize::from)),
            (Some(65536), Some(7))
        );
        assert_eq!(limits.queued_event_bytes.map(usize::from), Some(8));
        let names: Vec<_> = config.instances.iter().map(|one| (&*one.name, &*one.module)).collect();
        assert_eq!(names, [("z", "research-log"), ("b", "b")], "in the order of the file");
        let deadlines: Vec<_> =
            config.instances.iter().map(|one| one.deadline.map(|it| it.as_millis())).collect();
        assert_eq!(deadlines, [Some(50), Some(100)]);
        assert_eq!(config.instances[0].path.as_deref(), Some(Path::new("/etc/rp/libresearch_log.so")));
        assert_eq!(config.instances[1].path, None);
        let empty = read("").expect("an empty file");
        assert!(empty.instances.is_empty() && empty.store.is_none());
        let store = read("store.memory = true").expect("a file").store.expect("a store");
        assert!(matches!(store.place, StorePlace::Memory));
        a_module_alone_is_an_instance();
        engines_of_modules_come_before_that_of_all();
        restarts();
    }

    fn restarts() {
        let text = "[module.a]
            [module.b]
            [module.c]
            [instance.a]
            restart = { attempts = 2, first_ms = 5 }
            [instance.b]
            restart = {}
            [instance.c]
            [module.d]
            loader = 'isolated'
            [module.e]
            loader = 'isolated'
            [instance.e]
            restart.attempts = 0";
        let restarts: Vec<Restart> =
            read(text).expect("a configuration").instances.iter().map(|it| it.options.restarts()).collect();
        let own = Restart { attempts: 2, first: Duration::from_millis(5), ..Restart::default() };
        assert_eq!(restarts, [own, Restart::default(), Restart::NEVER, Restart::default(), Restart::NEVER]);
    }

    #[test]
    fn modules_in_processes_of_their_own() {
        let text = "[module.a]
            loader = 'isolated'
            [module.a.isolated]
            call_ms = 5
            file_bytes = 6
            [module.a.isolated.sandbox]
            mode = 'off'
            read = ['data', '/usr/share']
            write = ['.']
            env = ['TZ']
            [module.b]
            loader = 'native'";
        let instances = read(text).expect("a configuration").instances;
        let isolation = instances[0].options.isolation().expect("it is isolated");
        let default = IsolatedLimits::default();
        let limits = IsolatedLimits { call_time: Duration::from_millis(5), file: 6, ..default };
        let sandbox = Sandbox {
            mode: SandboxMode::Off,
            read: vec!["/etc/rp/data".into(), "/usr/share".into()],
            write: vec!["/etc/rp/.".into()],
            env: vec!["TZ".into()],
            ..Sandbox::default()
        };
        assert_eq!(*isolation, Isolation { limits, sandbox });
        assert_eq!(instances[1].options.isolation(), None);
    }

    #[test]
    fn options_have_the_same_keys_in_json() {
        let hash = "0f".repeat(32);
        let text = format!(
            "[instance.i]\nmodule = 'm'\ngrants = {{ read = ['x'], call = ['*'] }}\nconfig.a = 1\nrestart = {{ attempts = 2 }}\n\
             [module.m]\nversion = '^1.2'\nsha256 = '{hash}'\nengine = 'wasmi'\nwasm.call_ms = 5\n[wasm]\ncache = 'off'"
        );
        let json = serde_json::json!({
            "instance": "i", "grants": {"read": ["x"], "call": ["*"]}, "config": {"a": 1}, "restart": {"attempts": 2},
            "name": "m", "version": "^1.2", "sha256": hash, "engine": "wasmi", "wasm": {"call_ms": 5}, "cache": "off",
        });
        let in_json: LoadOptions = serde_json::from_value(json).expect("options");
        let in_toml = &read(&text).expect("a configuration").instances[0].options;
        assert_eq!(format!("{in_json:?}"), format!("{in_toml:?}"));
        for wrong in [
            r#"{"sha256":"0f"}"#,
            r#"{"grant":{}}"#,
            r#"{"wasm":{"call_ms":0}}"#,
            r#"{"version":"new"}"#,
            r#"{"isolated":{}}"#,
        ] {
            serde_json::from_str::<LoadOptions>(wrong).expect_err(wrong);
        }
        let text = "[module.m]\nloader = 'isolated'\nisolated = { grace_ms = 0, sandbox.jit = true }";
        let json = r#"{"instance":"m","name":"m","loader":"isolated","isolated":{"grace_ms":0,"sandbox":{"jit":true}}}"#;
        let in_json: LoadOptions = serde_json::from_str(json).expect("options");
        let in_toml = &read(text).expect("a configuration").instances[0].options;
        assert_eq!(format!("{in_json:?}"), format!("{in_toml:?}"));
    }

    fn a_module_alone_is_an_instance() {
        let text = "[instance.c]\nmodule = \"b\"\ngrants.call = [\"a\"]\n[module.a]\n[module.b]";
        let instances = read(text).expect("a configuration").instances;
        let names: Vec<_> = instances.iter().map(|one| (&*one.name, &*one.module)).collect();
        assert_eq!(names, [("c", "b"), ("a", "a")], "in the order of the file");
    }

    fn engines_of_modules_come_before_that_of_all() {
        let engines = "wasm = { engine = \"wasmtime\", cache = \"code\" }
            [module.a]
            engine = \"wasmi\"
            [instance.a]
            [module.b]
            [instance.b]";
        let engines = read(engines).expect("a configuration").instances;
        let expected = LoadOptions::new().wasm_cache(WasmCache::Folder("/etc/rp/code".into()));
        for (one, name, engine) in
            [(&engines[0], "a", WasmEngine::Wasmi), (&engines[1], "b", WasmEngine::Wasmtime)]
        {
            let expected = expected.clone().instance(name).expect_name(name).wasm_engine(engine);
            assert_eq!(format!("{:?}", one.options), format!("{expected:?}"));
        }
    }

    /// The text, a part of the fault, and what lies under its span.
    const FAULTS: &[(&str, &str, &str)] = &[
        ("folder = []", "unknown field `folder`, expected one of `folders`, `store`", "folder"),
        (
            "[module.a]\npth = 1",
            "unknown field `pth`, expected one of `path`, `version`, `sha256`, `engine`, `wasm`, `loader`, `isolated`",
            "pth",
        ),
        ("[instance.a.grants]\nreads = []", "unknown field `reads`", "reads"),
        ("[instance.a.limits]\nwait_ms = 1", "unknown field `wait_ms`, expected `deadline_ms`", "wait_ms"),
        ("[instance.a.restart]\ntimes = 1", "unknown field `times`, expected one of `attempts`", "times"),
        ("[instance.a]\nrestart.first_ms = 0", "nonzero", "0"),
        (
            "[module.a]\nloader = 'isolatd'",
            "unknown variant `isolatd`, expected `native` or `isolated`",
            "'isolatd'",
        ),
        (
            "[module.a]\nloader = 'isolated'\nisolated.memory = 1",
            "unknown field `memory`, expected one of `memory_bytes`",
            "memory",
        ),
        (
            "[module.a]\nisolated.sandbox.mode = 'on'",
            "unknown variant `on`, expected `required` or `off`",
            "'on'",
        ),
        ("[module.a]\nisolated = { threads = 65 }", "threads is 65, and may be at most 64", "65"),
        ("[module.a]\nisolated = { call_ms = 5 }", "the loader of a is `native`", "{ call_ms = 5 }"),
        ("[module.a]\nloader = 'native'\nisolated = {}", "the loader of a is `native`", "{}"),
        ("[module.a]\nloader = 'isolated'\nwasm.call_ms = 5", "as isolated and as WebAssembly", "'isolated'"),
        ("[module.a]\nloader = 'isolated'\nengine = 'wasmi'", "as isolated and as WebAssembly", "'isolated'"),
        ("[module.a]\nloader = 'isolated'\nisolated.sandbox.read = ['/x', '']", "the path is empty", "''"),
        ("[module.a]\n[instance.a]\nloader = 'isolated'", "`loader` belongs to [module.NAME]", "loader"),
        ("[module.a.wasm]\nmemory = 1", "unknown field `memory`, expected one of `memory_bytes`", "memory"),
        ("[module.a]\nwasm.call_ms = 0", "nonzero", "0"),
        ("store = 5", "invalid type: integer `5`", "5"),
        ("[limits]\nwait_ms = 0", "nonzero", "0"),
        ("[limits]\nwait_ms = -1", "-1", "-1"),
        ("wasm.engine = \"v8\"", "unknown variant `v8`, expected `wasmi` or `wasmtime`", "\"v8\""),
        ("folders = [", "", ""),
        ("[module.a]\n[module.a]", "duplicate key", "a"),
        ("[module.a]\n[instance.a]\n[instance.a]", "duplicate key", "a"),
        ("[instance.\"A b\"]", "\"A b\" is not a name", "\"A b\""),
        ("[module.a]\ngrants.read = []", "`grants` belongs to [instance.NAME], not to [module.a]", "grants"),
        ("module.a = { config = {} }", "`config` belongs to [instance.NAME]", "config"),
        ("[module.a]\n[instance.a]\nsha256 = \"\"", "`sha256` belongs to [module.NAME]", "sha256"),
        ("[instance.a]", "the instance a uses the module a, which is not declared", "a"),
        ("[instance.a]\nmodule = \"m\"", "a uses the module m, which is not declared", "\"m\""),
        ("[store]", "the store has no location", ""),
        ("store.memory = false", "the store has no location", ""),
        ("[store]\npath = \"x\"\nmemory = true", "in memory and in a file", "true"),
        ("[store]\nmemory = true\nindexes.a = [\"x\", \"x\"]", "a has an index by x already", "\"x\""),
        ("store.path = \"\"", "the path is empty", "\"\""),
    ];

    /// The same within one instance `a` of the module `a`.
    const INSTANCE_FAULTS: &[(&str, &str, &str)] = &[
        ("grants.read = [\"x\", \"y\", \"x\"]", "read grants \"x\" twice", "\"x\""),
        ("grants.emit = [\"*\", \"y\"]", "emit grants \"y\" beside \"*\", which covers it", "\"y\""),
        ("grants.write = [\"a.b\", \"a.*\"]", "which covers \"a.b\" beside it", "\"a.*\""),
        ("grants.read = [\"a*\"]", "\"a*\" is not a grant", "\"a*\""),
        ("grants.read = [\"*.a\"]", "\"*.a\" is not a grant", "\"*.a\""),
        ("grants.read = [\".*\"]", "\".*\" is not a grant", "\".*\""),
        ("grants.read = [\"\"]", "\"\" is not a grant", "\"\""),
        ("grants.call = [\"a\"]", "a is granted to call itself", "\"a\""),
        ("grants.call = [\"b\"]", "no instance has that name", "\"b\""),
        ("config = { at = 2024-01-31 }", "config.at is a date", "{ at = 2024-01-31 }"),
        ("config = 5", "invalid type", "5"),
    ];

    #[test]
    fn faults_say_what_and_where() {
        let wrapped = INSTANCE_FAULTS.iter().map(|(line, expected, under)| {
            (format!("[module.a]\n[instance.a]\n{line}\n"), *expected, *under)
        });
        let modules = [
            ("version = \"new\"", "\"new\" is not a version requirement", "\"new\""),
            ("sha256 = \"12\"", "this is not a SHA-256", "\"12\""),
        ]
        .map(|(line, expected, under)| (format!("[instance.a]\n[module.a]\n{line}\n"), expected, under));
        let plain = FAULTS.iter().map(|(text, expected, under)| ((*text).to_owned(), *expected, *under));
        for (text, expected, under) in plain.chain(wrapped).chain(modules) {
            let fault = read(&text).expect_err(&text);
            assert!(fault.text.contains(expected), "{text}\n{}", fault.text);
            assert_eq!(&text[fault.span.clone()], under, "{text}\n{}", fault.text);
            assert!(!fault.help.is_empty());
        }
    }
}

//! Loading of WebAssembly: compiled anew, taken from the cache, and one more instance.
use std::path::{Path, PathBuf};
use std::time::Instant;

use rp_host::{Host, LoadOptions, WasmCache, WasmEngine};

use crate::measure::{Kind, Subject};
use crate::wasm::guest;

/// The engines that this was built with.
pub fn engines() -> Vec<WasmEngine> {
    WasmEngine::ALL.into_iter().filter(|engine| engine.is_built_in()).collect()
}

/// The guest of the loading rows.
pub fn module() -> PathBuf {
    guest("echo_wasm")
}

/// The ways to an instance that is ready; `folder` is for compiled code.
pub fn subjects<'a>(folder: &Path) -> Vec<Subject<'a>> {
    let mut subjects = Vec::new();
    for engine in engines() {
        let name = engine.as_str();
        let options = LoadOptions::new().wasm_engine(engine);
        let cold = options.clone().wasm_cache(WasmCache::Off);
        subjects.push(Subject::new(&format!("{name}: compile, to ready"), Kind::Ours, alone(cold.clone())));
        if engine == WasmEngine::Wasmtime {
            let cached = options.wasm_cache(WasmCache::Folder(folder.join("code")));
            subjects.push(Subject::new("wasmtime: from the cache, to ready", Kind::Ours, alone(cached)));
        }
        let further = move |count| {
            // One that stays keeps the code; while the others are measured there must be none.
            let host = Host::new();
            load(&host, cold.clone().instance("first"));
            let start = Instant::now();
            (0..count).for_each(|_| load(&Host::new(), cold.clone()));
            start.elapsed()
        };
        subjects.push(Subject::timed(&format!("{name}: a further instance"), Kind::Ours, further));
    }
    subjects
}

/// One instance in a host of its own: its code goes with it.
fn alone(options: LoadOptions) -> impl FnMut() {
    move || load(&Host::new(), options.clone())
}

fn load(host: &Host, options: LoadOptions) {
    drop(host.load_with(module(), options).unwrap_or_else(|error| panic!("{error}")));
}

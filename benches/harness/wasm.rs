//! Echo in WebAssembly: ours, the bare engines, Extism.
use std::path::Path;

#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
use rp_host::LoadOptions;
use rp_host::{Host, WasmEngine};

use crate::echo::{Checked, Raw, subject};
use crate::goals::Goal;
use crate::measure::{Kind, Subject, Times};

/// All that the features ask for.
pub fn subjects<'a>(host: &Host, text: &'a str) -> Vec<Subject<'a>> {
    let mut subjects = Vec::new();
    #[cfg(feature = "wasm")]
    {
        subjects.extend(ours(host, text, WasmEngine::Wasmi));
        subjects.push(subject(&bare(WasmEngine::Wasmi), Kind::Peer, text, wasmi::Bare::new()));
    }
    #[cfg(feature = "wasm-jit")]
    {
        subjects.extend(ours(host, text, WasmEngine::Wasmtime));
        subjects.push(subject(&bare(WasmEngine::Wasmtime), Kind::Peer, text, wasmtime::Bare::new()));
    }
    #[cfg(feature = "extism")]
    subjects.push(subject("Extism", Kind::Peer, text, extism::Plugin::new()));
    let _ = host;
    subjects
}

#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
fn ours<'a>(host: &Host, text: &'a str, engine: WasmEngine) -> [Subject<'a>; 2] {
    let name = engine.as_str();
    let options = LoadOptions::new().instance(format!("on-{name}")).wasm_engine(engine);
    let ours = host.load_with(guest("echo_wasm"), options).unwrap_or_else(|error| panic!("{error}"));
    let checked = format!("rp checked, C on {name}");
    [
        subject(&raw(engine), Kind::Ours, text, Raw::new(&ours)),
        subject(&checked, Kind::Ours, text, Checked(Raw::new(&ours))),
    ]
}

/// The row of our raw call.
fn raw(engine: WasmEngine) -> String {
    format!("rp raw, C on {}", engine.as_str())
}

/// The row of the engine itself, which does nothing but what every engine must.
fn bare(engine: WasmEngine) -> String {
    format!("{}, bare", engine.as_str())
}

/// What is asked of WebAssembly.
pub fn goals(size: &str, times: &[Times], add: &mut impl FnMut(Goal)) {
    let best = |name: &str| times.iter().find(|times| times.name == name).map(Times::best);
    let limit = best("limit").expect("it is always measured");
    for engine in WasmEngine::ALL {
        if let (Some(ours), Some(bare)) = (best(&raw(engine)), best(&bare(engine))) {
            let text = format!("raw call in C on {}, {size}, to the bare engine", engine.as_str());
            add(Goal::at_most(text, ours / bare, 1.2, "x"));
        }
    }
    let Some(ours) = best(&raw(WasmEngine::Wasmtime)) else { return };
    // To the limit, and how much faster than Extism.
    let (bound, extism) = match size {
        "64 B" => (20.0, Some(100.0)),
        "64 KiB" => (3.5, None),
        "1 MiB" => (3.5, Some(5.0)),
        _ => return,
    };
    add(Goal::at_most(format!("raw call in C on wasmtime, {size}, to the limit"), ours / limit, bound, "x"));
    if let (Some(found), Some(bound)) = (best("Extism"), extism) {
        add(Goal::at_least(format!("Extism, {size}, to the raw call on wasmtime"), found / ours, bound, "x"));
    }
}

pub fn guest(name: &str) -> std::path::PathBuf {
    Path::new(env!("BENCH_C_DIR")).join(name).with_extension("wasm")
}

/// How far the bare guest's second buffer is from its first.
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
const ROOM: usize = 1 << 20;

/// The module `$engine`: a guest of that crate, called by its own API. The crates name all but `$instantiate` alike.
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
macro_rules! bare {
    ($engine:ident, $instantiate:ident) => {
        mod $engine {
            use $engine::{Engine, Linker, Memory, Module, Store, TypedFunc};

            use crate::echo::Echo;

            /// A typed call, one copy each way.
            pub struct Bare {
                store: Store<()>,
                memory: Memory,
                echo: TypedFunc<u32, u32>,
                room: usize,
                answer: Vec<u8>,
            }

            impl Bare {
                pub fn new() -> Self {
                    let engine = Engine::default();
                    let code = std::fs::read(super::guest("bare_echo")).expect("it was built");
                    let module = Module::new(&engine, &code[..]).expect("it is WebAssembly");
                    let mut store = Store::new(&engine, ());
                    let instance = Linker::new(&engine).$instantiate(&mut store, &module);
                    let instance = instance.expect("it imports nothing");
                    let rooms =
                        instance.get_typed_func::<(), u32>(&mut store, "rooms").expect("it is exported");
                    let room = rooms.call(&mut store, ()).expect("it returns") as usize;
                    let memory = instance.get_memory(&mut store, "memory").expect("it is exported");
                    let echo = instance.get_typed_func(&mut store, "bare_echo").expect("it is exported");
                    Bare { store, memory, echo, room, answer: Vec::new() }
                }
            }

            impl Echo for Bare {
                fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
                    let (room, bytes) = (self.room, text.as_bytes());
                    self.memory.data_mut(&mut self.store)[room..][..bytes.len()].copy_from_slice(bytes);
                    let len = self.echo.call(&mut self.store, bytes.len() as u32).expect("it returns");
                    let answer = &self.memory.data(&self.store)[room + super::ROOM..][..len as usize];
                    self.answer.clear();
                    self.answer.extend_from_slice(answer);
                    see(&self.answer);
                }
            }
        }
    };
}

#[cfg(feature = "wasm")]
bare!(wasmi, instantiate_and_start);

#[cfg(feature = "wasm-jit")]
bare!(wasmtime, instantiate);

#[cfg(feature = "extism")]
mod extism {
    use crate::echo::Echo;

    /// A plugin in C, called through Extism's own API.
    pub struct Plugin(extism::Plugin);

    impl Plugin {
        pub fn new() -> Self {
            // Its feature for files is off.
            let code = std::fs::read(super::guest("extism_echo")).expect("it was built");
            let manifest = extism::Manifest::new([extism::Wasm::data(code)]);
            Plugin(extism::Plugin::new(manifest, [], false).expect("it is a plugin"))
        }
    }

    impl Echo for Plugin {
        fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
            see(self.0.call::<&str, &[u8]>("extism_echo", text).expect("it answers"));
        }
    }
}

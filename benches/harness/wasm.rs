//! Echo in WebAssembly: ours, the bare engines, Extism.
use std::path::Path;

#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
use rp_host::LoadOptions;
use rp_host::{Host, WasmEngine};

use crate::answering::subject;
use crate::echo::{Checked, Raw};
use crate::goals::{ALONE, Goal};
use crate::measure::{Kind, Subject, Times};
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
use crate::{alone_wasm, bare};

/// All that the features ask for.
pub fn subjects<'a>(host: &Host, text: &'a str) -> Vec<Subject<'a>> {
    let mut subjects = Vec::new();
    #[cfg(feature = "wasm")]
    {
        subjects.extend(ours(host, text, WasmEngine::Wasmi));
        subjects.push(subject(
            &bare_name(WasmEngine::Wasmi),
            Kind::Peer,
            text,
            bare::wasmi::Bare::new(&guest("bare_echo")),
        ));
        subjects.push(subject(
            &alone_name(WasmEngine::Wasmi),
            Kind::Limit,
            text,
            alone_wasm::wasmi::Alone::new(&guest("echo_wasm")),
        ));
    }
    #[cfg(feature = "wasm-jit")]
    {
        subjects.extend(ours(host, text, WasmEngine::Wasmtime));
        subjects.push(subject(
            &bare_name(WasmEngine::Wasmtime),
            Kind::Peer,
            text,
            bare::wasmtime::Bare::new(&guest("bare_echo")),
        ));
        subjects.push(subject(
            &alone_name(WasmEngine::Wasmtime),
            Kind::Limit,
            text,
            alone_wasm::wasmtime::Alone::new(&guest("echo_wasm")),
        ));
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
        subject(&raw_name(engine), Kind::Ours, text, Raw::new(&ours)),
        subject(&checked, Kind::Ours, text, Checked(Raw::new(&ours))),
    ]
}

/// The row of our raw call.
fn raw_name(engine: WasmEngine) -> String {
    format!("rp raw, C on {}", engine.as_str())
}

/// The row of the engine itself, which does nothing but what every engine must.
fn bare_name(engine: WasmEngine) -> String {
    format!("{}, bare", engine.as_str())
}

/// The row of the engine itself with the structs of rp_module.h.
fn alone_name(engine: WasmEngine) -> String {
    format!("the interface alone, C on {}", engine.as_str())
}

/// What is asked of WebAssembly.
pub fn goals(size: &str, times: &[Times], add: &mut impl FnMut(Goal)) {
    let best = |name: &str| times.iter().find(|times| times.name == name).map(Times::best);
    let limit = best("limit").expect("it is always measured");
    let bound = if size == "1 MiB" { 1.1 } else { 1.3 };
    for engine in WasmEngine::ALL {
        if let (Some(ours), Some(bare)) = (best(&raw_name(engine)), best(&bare_name(engine))) {
            let text = format!("raw call in C on {}, {size}, to the bare engine", engine.as_str());
            let alone = best(&alone_name(engine)).map(|alone| alone / bare);
            add(Goal::at_most(text, ours / bare, bound, "x").beside(ALONE, alone));
        }
    }
    let Some(ours) = best(&raw_name(WasmEngine::Wasmtime)) else { return };
    // To the limit, and how much faster than Extism.
    let (bound, extism) = match size {
        "64 B" => (20.0, Some(100.0)),
        "64 KiB" => (3.5, None),
        "1 MiB" => (3.5, Some(5.0)),
        _ => return,
    };
    add(Goal::at_most(format!("raw call in C on wasmtime, {size}, to the limit"), ours / limit, bound, "x"));
    if let (Some(found), Some(bound)) = (best("Extism"), extism) {
        let text = format!("Extism, {size}, to the raw call on wasmtime");
        let bare = best(&bare_name(WasmEngine::Wasmtime)).map(|bare| found / bare);
        add(Goal::at_least(text, found / ours, bound, "x").beside("the bare engine", bare));
    }
}

pub fn guest(name: &str) -> std::path::PathBuf {
    Path::new(env!("BENCH_C_DIR")).join(name).with_extension("wasm")
}

/// The bare engines in the harness's terms.
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
macro_rules! echo {
    ($bare:ty) => {
        impl crate::answering::Echo for $bare {
            fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
                see(Self::call(self, text));
            }
        }
    };
}

#[cfg(feature = "wasm")]
echo!(bare::wasmi::Bare);

#[cfg(feature = "wasm-jit")]
echo!(bare::wasmtime::Bare);

#[cfg(feature = "extism")]
mod extism {
    use crate::answering::Echo;

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

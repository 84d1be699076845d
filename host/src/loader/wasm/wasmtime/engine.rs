//! The engine.

use wasmtime::{Extern, Instance, Module, Store};

use super::super::engine::{Compiled, Engine, TABLE};
use super::super::shared_code::SharedCode;
use super::disk_cache::DiskCache;
use super::epoch::{self, Watched};
use super::view::{Context, Function, Handles, KnownMemory, State};
use super::{engines, trap};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// The engine.
#[derive(Clone, Copy)]
pub(in crate::loader::wasm) struct Wasmtime;

impl Engine for Wasmtime {
    type Code = Module;
    type Store = Store<State>;
    type Handles = Handles;
    type Function = Function;
    type View<'a> = Context<'a>;

    fn shared_code() -> &'static SharedCode<Module> {
        static SHARED: SharedCode<Module> = SharedCode::new();
        &SHARED
    }

    fn compile(bytes: &[u8], options: &LoadOptions) -> Result<Compiled<Module>, LoadFault> {
        let engine = engines::with_stack(options.wasm_limits.stack).map_err(broken)?;
        let compile = || {
            let compiled = Module::from_binary(&engine, bytes);
            compiled.map_err(|error| LoadFault::InvalidCode(format!("{error:#}")))
        };
        match DiskCache::open(&options.wasm_cache)? {
            (Some(cache), _) => cache.code(&engine, bytes, compile),
            (None, notice) => Ok(Compiled { code: compile()?, notice }),
        }
    }

    fn instantiate(code: &Module, state: State) -> Result<Self::Store, LoadFault> {
        let failed = |fault| LoadFault::StartFailed { step: "instantiation", fault };
        engines::check_stack(state.growth.stack()).map_err(failed)?;
        let watched = Watched::new();
        let mut store = Store::new(code.engine(), state);
        store.limiter(|state| &mut state.growth);
        epoch::watch(&mut store);
        let instance = Instance::new(&mut store, code, &[]);
        let instance = instance.map_err(|error| failed(*trap::ended(&error, store.data_mut()).0))?;
        let memory = match instance.get_export(&mut store, "memory") {
            Some(Extern::Memory(memory)) => memory,
            _ => return Err(LoadFault::MissingExport("memory")),
        };
        let table = match instance.get_export(&mut store, TABLE) {
            Some(Extern::Table(table)) if table.ty(&store).element().heap_type().is_func() => Some(table),
            _ => None,
        };
        store.data_mut().handles =
            Some(Handles { memory, table, instance, known: KnownMemory::NONE, _watched: watched });
        Ok(store)
    }

    fn view(store: &mut Self::Store) -> Context<'_> {
        wasmtime::AsContextMut::as_context_mut(store)
    }
}

/// The engine itself cannot be made.
#[cold]
fn broken(error: wasmtime::Error) -> LoadFault {
    LoadFault::StartFailed { step: "engine", fault: CallFault::Engine(format!("{error:#}")) }
}

//! The compiler: Wasmtime.

mod cache;
mod engines;
mod entry;
mod epoch;
mod folder;
mod trap;
mod view;

use wasmtime::{Extern, Instance, Memory, Module, Store, StoreContextMut, Table};

use self::cache::CodeCache;
use self::epoch::Watched;
use self::view::Function;
use super::TABLE;
use super::engine::{Compiled, Engine};
use super::shared::Shared;
use super::state::State;
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// The engine.
#[derive(Clone, Copy)]
pub(super) struct Wasmtime;

type Context<'a> = StoreContextMut<'a, State<Wasmtime>>;

/// Memory and table of an instance.
pub(super) struct Handles {
    memory: Memory,
    table: Option<Table>,
    instance: Instance,
    _watched: Watched,
}

impl Engine for Wasmtime {
    type Code = Module;
    type Store = Store<State<Wasmtime>>;
    type Handles = Handles;
    type Function = Function;
    type View<'a> = Context<'a>;

    fn shared() -> &'static Shared<Module> {
        static SHARED: Shared<Module> = Shared::new();
        &SHARED
    }

    fn compile(bytes: &[u8], options: &LoadOptions) -> Result<Compiled<Module>, LoadFault> {
        let engine = engines::with_stack(options.wasm_limits.stack).map_err(broken)?;
        let compile = || {
            let compiled = Module::from_binary(&engine, bytes);
            compiled.map_err(|error| LoadFault::InvalidCode(format!("{error:#}")))
        };
        match CodeCache::open(&options.wasm_cache)? {
            (Some(cache), _) => cache.code(&engine, bytes, compile),
            (None, notice) => Ok(Compiled { code: compile()?, notice }),
        }
    }

    fn instantiate(code: &Module, state: State<Wasmtime>) -> Result<Self::Store, LoadFault> {
        let failed = |fault| LoadFault::StartFailed { step: "instantiation", fault };
        engines::check_stack(&state).map_err(failed)?;
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
        store.data_mut().handles = Some(Handles { memory, table, instance, _watched: watched });
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

//! The interpreter: Wasmi.

use wasmi::errors::ErrorKind;
use wasmi::{
    AsContextMut, Caller, CompilationMode, Config, Error, Extern, Func, Linker, Memory, Module, Nullable,
    Ref, RefType, ResourceLimiter, Store, StoreContextMut, Table, TrapCode, TypedFunc, TypedResumableCall,
    WasmParams, WasmResults,
};
use wasmi_core::LimiterError;

use super::engine::{Compiled, Ended, Engine, Lent, Signature, View, WrongType};
use super::functions::functions;
use super::shared::Shared;
use super::state::{Growth, State};
use super::{TABLE, lent};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// Work between two looks at the clock; about a few milliseconds.
const SLICE: u64 = 1_000_000;
/// Work that fits into a second at least, for start functions, which cannot be interrupted to look at the clock.
const PER_SECOND: u64 = 100_000_000;
/// The smallest stack that the engine works with.
const LEAST_STACK: usize = 4096;
/// Bytes that a call takes up at least: as many calls nest as fit on the stack.
const FRAME: usize = 32;

/// The engine.
#[derive(Clone, Copy)]
pub(super) struct Wasmi;

type Context<'a> = StoreContextMut<'a, State<Wasmi>>;

/// Memory and table of an instance.
pub(super) struct Handles {
    memory: Memory,
    table: Option<Table>,
    instance: wasmi::Instance,
}

functions!(Wasmi);

impl Engine for Wasmi {
    type Code = Module;
    type Store = Store<State<Wasmi>>;
    type Handles = Handles;
    type Function = Function;
    type View<'a> = Context<'a>;

    fn shared() -> &'static Shared<Module> {
        static SHARED: Shared<Module> = Shared::new();
        &SHARED
    }

    fn compile(bytes: &[u8], options: &LoadOptions) -> Result<Compiled<Module>, LoadFault> {
        let mut config = Config::default();
        let stack = options.wasm_limits.stack.max(LEAST_STACK);
        config.set_max_stack_height(stack).set_max_recursion_depth(stack / FRAME);
        config.consume_fuel(true).compilation_mode(CompilationMode::Eager);
        config.wasm_multi_memory(false).ignore_custom_sections(true);
        let engine = wasmi::Engine::new(&config);
        let code = Module::new(&engine, bytes).map_err(|error| LoadFault::InvalidCode(error.to_string()))?;
        Ok(Compiled { code, notice: None })
    }

    fn instantiate(code: &Module, state: State<Wasmi>) -> Result<Self::Store, LoadFault> {
        let seconds = state.clock.limit().as_secs_f64();
        let mut store = Store::new(code.engine(), state);
        store.limiter(|state| &mut state.growth);
        // What a float cannot hold exactly does not matter here, and the cast saturates.
        let fuel = (seconds * PER_SECOND as f64) as u64;
        set_fuel(&mut store.as_context_mut(), fuel.max(SLICE));
        let instance = Linker::new(code.engine()).instantiate_and_start(&mut store, code);
        let instance = instance.map_err(|error| not_instantiated(error, &mut store))?;
        let memory = match instance.get_export(&store, "memory") {
            Some(Extern::Memory(memory)) => memory,
            _ => return Err(LoadFault::MissingExport("memory")),
        };
        let table = match instance.get_export(&store, TABLE) {
            Some(Extern::Table(table)) if table.ty(&store).element() == RefType::Func => Some(table),
            _ => None,
        };
        store.data_mut().handles = Some(Handles { memory, table, instance });
        Ok(store)
    }

    fn view(store: &mut Self::Store) -> Context<'_> {
        store.as_context_mut()
    }
}

fn not_instantiated(error: Error, store: &mut Store<State<Wasmi>>) -> LoadFault {
    let is_data = matches!(error.kind(), ErrorKind::Instantiation(_) | ErrorKind::Linker(_));
    if let Some(fault) = store.data().growth.reached() {
        return LoadFault::StartFailed { step: "instantiation", fault };
    }
    if is_data {
        return LoadFault::InvalidCode(error.to_string());
    }
    let fault = match *ended(&error, &mut store.as_context_mut()).0 {
        CallFault::Trap { text, .. } if text == TrapCode::OutOfFuel.trap_message() => {
            CallFault::LimitTime { limit: store.data().clock.limit(), frames: Vec::new() }
        }
        fault => fault,
    };
    LoadFault::StartFailed { step: "instantiation", fault }
}

/// Fuel is on for every engine that `compile` makes, so it can be set.
fn set_fuel(context: &mut Context<'_>, fuel: u64) {
    let set = context.set_fuel(fuel);
    debug_assert!(set.is_ok());
}

/// Calls a function, slice by slice.
#[inline]
fn run<P: WasmParams, R: WasmResults>(
    context: &mut Context<'_>,
    function: &TypedFunc<P, R>,
    arguments: P,
) -> Result<R, Ended> {
    let mut outcome = function.call_resumable(&mut *context, arguments);
    loop {
        match outcome {
            Ok(TypedResumableCall::Finished(result)) => return Ok(result),
            Ok(TypedResumableCall::OutOfFuel(paused)) => {
                context.data_mut().look_at_clock()?;
                set_fuel(context, SLICE.max(paused.required_fuel()));
                outcome = paused.resume(&mut *context);
            }
            Ok(TypedResumableCall::HostTrap(trap)) => return Err(ended(trap.host_error(), context)),
            Err(error) => return Err(ended(&error, context)),
        }
    }
}

#[cold]
fn ended(error: &Error, context: &mut Context<'_>) -> Ended {
    if let Some(ended) = context.data_mut().ended.take() {
        return ended;
    }
    let growth = &context.data().growth;
    let fault = match error.as_trap_code() {
        Some(TrapCode::StackOverflow) => CallFault::LimitStack { limit: growth.stack(), frames: Vec::new() },
        // Its own text ends in a number that says nothing.
        Some(TrapCode::IndirectCallToNull) => trap("uninitialized element"),
        Some(code) => growth.reached().unwrap_or_else(|| trap(code.trap_message())),
        None => trap(&error.to_string()),
    };
    fault.into()
}

fn trap(text: &str) -> CallFault {
    CallFault::Trap { text: text.to_owned(), frames: Vec::new() }
}

impl View for Context<'_> {
    type Engine = Wasmi;

    #[inline]
    fn memory(&mut self) -> &mut [u8] {
        match self.data().handles.as_ref().map(|handles| handles.memory) {
            Some(memory) => memory.data_mut(self),
            None => &mut [],
        }
    }

    #[inline]
    fn state(&mut self) -> &mut State<Wasmi> {
        self.data_mut()
    }

    #[inline]
    fn parts(&mut self) -> (&mut [u8], &mut State<Wasmi>) {
        match self.data().handles.as_ref().map(|handles| handles.memory) {
            Some(memory) => memory.data_and_store_mut(self),
            None => (&mut [], self.data_mut()),
        }
    }

    #[inline]
    fn start_clock(&mut self) {
        let state = self.data_mut();
        state.clock.reset();
        state.growth.reset();
        set_fuel(self, SLICE);
    }

    #[inline]
    fn call(&mut self, function: &Function, arguments: [u32; 3]) -> Result<u32, Ended> {
        function.call(self, arguments)
    }

    fn export(&mut self, name: &str, signature: Signature) -> Result<Option<Function>, WrongType> {
        let instance = self.data().handles.as_ref().map(|handles| handles.instance);
        match instance.and_then(|instance| instance.get_export(&*self, name)) {
            None => Ok(None),
            Some(Extern::Func(function)) => {
                Function::typed(self, function, signature).map(Some).ok_or(WrongType)
            }
            Some(_) => Err(WrongType),
        }
    }

    fn has_table(&mut self) -> bool {
        self.data().handles.as_ref().is_some_and(|handles| handles.table.is_some())
    }

    fn function_at(&mut self, index: u32, signature: Signature) -> Option<Function> {
        let table = self.data().handles.as_ref()?.table?;
        let Some(Ref::Func(Nullable::Val(function))) = table.get(&*self, u64::from(index)) else {
            return None;
        };
        Function::typed(self, function, signature)
    }

    fn lend(&mut self) -> Result<Lent, LoadFault> {
        let table = self.data().handles.as_ref().and_then(|handles| handles.table);
        let table = table.ok_or(LoadFault::MissingExport(TABLE))?;
        let functions = host_functions(self);
        self.data_mut().growth.reset();
        let null = Ref::null(RefType::Func);
        let first = table.grow(&mut *self, functions.len() as u64, null).map_err(|_| {
            self.data().growth.reached().map_or(LoadFault::FixedTable, |fault| LoadFault::StartFailed {
                step: "instantiation",
                fault,
            })
        })?;
        // A table of more entries than a u32 holds is beyond every limit.
        let first = u32::try_from(first).map_err(|_| LoadFault::FixedTable)?;
        for (index, function) in (u64::from(first)..).zip(functions) {
            let set = table.set(&mut *self, index, Ref::Func(Nullable::Val(function)));
            set.map_err(|_| LoadFault::FixedTable)?;
        }
        Ok(Lent::starting_at(first))
    }
}

/// Runs a host function; why it ends the guest's code waits in the state, since the engine's error cannot be taken apart.
#[inline]
fn guarded<R>(
    caller: &mut Caller<'_, State<Wasmi>>,
    work: impl FnOnce(&mut Context<'_>) -> Result<R, Ended>,
) -> Result<R, Error> {
    lent::timed(&mut caller.as_context_mut(), work).map_err(|ended| {
        let error = Error::new(ended.to_string());
        caller.data_mut().ended = Some(ended);
        error
    })
}

impl ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(self.allows_memory(desired))
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(self.allows_table(desired))
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        super::TABLES
    }

    fn memories(&self) -> usize {
        1
    }
}

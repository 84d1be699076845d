//! The interpreter: Wasmi.

use wasmi::errors::ErrorKind;
use wasmi::{
    AsContextMut, Caller, CompilationMode, Config, Error, Extern, Func, Linker, Memory, Module, Nullable,
    Ref, RefType, ResourceLimiter, Store, StoreContextMut, Table, TrapCode, TypedFunc, TypedResumableCall,
    WasmParams, WasmResults,
};
use wasmi_core::LimiterError as LimitError;

use super::bindings::bindings;
use super::ended::Ended;
use super::engine::{Compiled, Engine, Signature, TABLE, TABLES, View, WrongType};
use super::host_functions;
use super::layout::HostIndices;
use super::shared_code::SharedCode;
use super::state::{self, Growth};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// Fuel between two looks at the clock; a few milliseconds. What a call leaves of it, the next one begins with.
const SLICE: u64 = 1_000_000;
/// Fuel that is used up in a second or less, for start functions, which cannot be interrupted to look at the clock.
const PER_SECOND: u64 = 100_000_000;
/// The smallest stack that the engine works with.
const LEAST_STACK: usize = 4096;
/// Bytes that a call takes up at least: as many calls nest as fit on the stack.
const FRAME: usize = 32;

/// The engine.
#[derive(Clone, Copy)]
pub(super) struct Wasmi;

type State = state::State<Function, Handles>;
type Context<'a> = StoreContextMut<'a, State>;

/// Memory and table of an instance.
pub(super) struct Handles {
    memory: Memory,
    table: Option<Table>,
    instance: wasmi::Instance,
}

bindings!();

/// Wasmi keeps the guest's stack on the heap.
#[inline]
fn check_stack(_state: &State) -> Result<(), CallFault> {
    Ok(())
}

/// Wasmi looks its memories up in two steps, and moves them as they grow.
#[inline]
fn known_parts<'a>(context: &'a mut Context<'_>) -> (&'a mut [u8], &'a mut State) {
    context.parts()
}

fn remember_memory(_context: &mut Context<'_>) {}

fn to_ref(function: Option<Func>) -> Ref {
    Ref::Func(function.map_or(Nullable::Null, Nullable::Val))
}

fn from_ref(found: Ref) -> Option<Func> {
    if let Ref::Func(Nullable::Val(function)) = found { Some(function) } else { None }
}

#[cold]
fn error(text: String) -> Error {
    Error::new(text)
}

impl Engine for Wasmi {
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
        let mut config = Config::default();
        let stack = options.wasm_limits.stack.max(LEAST_STACK);
        config.set_max_stack_height(stack).set_max_recursion_depth(stack / FRAME);
        config.consume_fuel(true).compilation_mode(CompilationMode::Eager);
        config.wasm_multi_memory(false).ignore_custom_sections(true);
        let engine = wasmi::Engine::new(&config);
        let code = Module::new(&engine, bytes).map_err(|error| LoadFault::InvalidCode(error.to_string()))?;
        Ok(Compiled { code, notice: None })
    }

    fn instantiate(code: &Module, state: State) -> Result<Self::Store, LoadFault> {
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
        set_fuel(&mut store.as_context_mut(), SLICE);
        Ok(store)
    }

    fn view(store: &mut Self::Store) -> Context<'_> {
        store.as_context_mut()
    }
}

fn not_instantiated(error: Error, store: &mut Store<State>) -> LoadFault {
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
#[inline(always)]
fn run<P: WasmParams, R: WasmResults>(
    context: &mut Context<'_>,
    function: &TypedFunc<P, R>,
    arguments: P,
) -> Result<R, Ended> {
    match function.call_resumable(&mut *context, arguments) {
        Ok(TypedResumableCall::Finished(result)) => Ok(result),
        outcome => go_on(context, outcome),
    }
}

#[cold]
fn go_on<R: WasmResults>(
    context: &mut Context<'_>,
    mut outcome: Result<TypedResumableCall<R>, Error>,
) -> Result<R, Ended> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that has a memory and exports it.
    const SMALLEST: &[u8] = b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x07\x0a\x01\x06memory\x02\0";

    #[test]
    fn what_a_start_function_may_use_is_not_left_for_the_first_call() {
        let options = LoadOptions::new();
        let code = Wasmi::compile(SMALLEST, &options).map_err(|fault| fault.to_string()).unwrap().code;
        let store = Wasmi::instantiate(&code, State::new(None, &options.wasm_limits));
        let store = store.map_err(|fault| fault.to_string()).unwrap();
        assert_eq!(store.get_fuel().unwrap(), SLICE);
    }
}

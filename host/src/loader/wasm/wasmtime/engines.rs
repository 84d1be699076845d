//! Wasmtime's engines: one for each size of stack, which is a property of a whole engine.

use std::sync::{Mutex, PoisonError};

use wasmtime::{Config, Engine, EngineWeak, Error, WasmBacktraceDetails};

use super::super::state::State;
use super::{Wasmtime, epoch};
use crate::error::CallFault;
use crate::thread;

/// The smallest stack that the engine works with.
const LEAST_STACK: usize = 4096;

/// The engines that are in use.
static ENGINES: Mutex<Vec<(usize, EngineWeak)>> = Mutex::new(Vec::new());

/// The engine whose guests have that much stack.
pub(super) fn with_stack(stack: usize) -> Result<Engine, Error> {
    let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    let found = engines.iter().filter(|(size, _)| *size == stack).find_map(|(_, engine)| engine.upgrade());
    if let Some(engine) = found {
        return Ok(engine);
    }
    // Under the lock, so one at a time.
    epoch::start()?;
    let engine = Engine::new(&config(stack))?;
    engines.retain(|(_, engine)| engine.upgrade().is_some());
    engines.push((stack, engine.weak()));
    Ok(engine)
}

/// What both engines of the host take of WebAssembly is the same, SIMD left aside.
fn config(stack: usize) -> Config {
    let mut config = Config::new();
    config.max_wasm_stack(stack.max(LEAST_STACK)).epoch_interruption(true);
    config.wasm_memory64(false).wasm_multi_memory(false).wasm_relaxed_simd(false);
    // Names of functions are read, lines of source are not.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

/// The next epoch begins; false where there is no engine.
pub(super) fn begin_epoch() -> bool {
    let engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    let alive = engines.iter().filter_map(|(_, engine)| engine.upgrade());
    alive.map(|engine| engine.increment_epoch()).count() > 0
}

/// A guest runs on the stack of the thread that calls it: all that it may take up must be there, or a runaway guest would
/// run over its end.
#[inline]
pub(super) fn check_stack(state: &State<Wasmtime>) -> Result<(), CallFault> {
    thread::check_stack_for(state.growth.stack().max(LEAST_STACK))
}

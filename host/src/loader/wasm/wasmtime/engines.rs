//! Wasmtime's engines: one for each size of stack, which is a property of a whole engine.

use std::sync::{Mutex, PoisonError};

use wasmtime::{Config, Engine, Error, WasmBacktraceDetails};

use super::epoch;
use crate::error::CallFault;
use crate::platform::stack;

/// The smallest stack that the engine works with.
const LEAST_STACK: usize = 4096;

/// The engines of this process, each with the stack size of its guests. They are kept, since making an engine takes longer than
/// loading a module from the cache.
static ENGINES: Mutex<Vec<(usize, Engine)>> = Mutex::new(Vec::new());

/// The engine whose guests have this stack size.
pub(super) fn with_stack(stack: usize) -> Result<Engine, Error> {
    let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, engine)) = engines.iter().find(|(size, _)| *size == stack) {
        return Ok(engine.clone());
    }
    // Under the lock, so one at a time.
    epoch::start(begin_epoch)?;
    let engine = Engine::new(&config(stack))?;
    engines.push((stack, engine.clone()));
    Ok(engine)
}

/// Both engines of the host accept the same WebAssembly, except for SIMD.
fn config(stack: usize) -> Config {
    let mut config = Config::new();
    config.max_wasm_stack(stack.max(LEAST_STACK)).epoch_interruption(true);
    config.wasm_memory64(false).wasm_multi_memory(false).wasm_relaxed_simd(false);
    // A view of an instance keeps the address of its memory, so it reserves what 32 bits can address and never moves.
    config.memory_reservation(1 << 32).memory_may_move(false);
    // Names of functions are read, lines of source are not.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

/// The next epoch begins.
fn begin_epoch() {
    let engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    engines.iter().for_each(|(_, engine)| engine.increment_epoch());
}

/// A guest runs on the stack of the thread that calls it. Unless as much is left there as the guest may use, a runaway guest
/// would run over the end.
#[inline]
pub(super) fn check_stack(stack: usize) -> Result<(), CallFault> {
    stack::check_for(stack.max(LEAST_STACK))
}

#[cfg(test)]
mod tests {
    use wasmtime::{Memory, MemoryType, Store};

    use super::*;

    #[test]
    fn memory_that_grows_stays_where_it_is() {
        let engine = Engine::new(&config(1 << 20)).unwrap();
        let mut store = Store::new(&engine, ());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
        let base = memory.data_ptr(&store);
        for more in [1, 100, 2000] {
            memory.grow(&mut store, more).unwrap();
            assert_eq!(memory.data_ptr(&store), base);
        }
    }
}

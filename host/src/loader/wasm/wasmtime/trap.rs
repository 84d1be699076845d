//! Why a guest's code ended, as a fault of the host.

use rustc_demangle::demangle;
use wasmtime::{Error, FrameInfo, Trap, WasmBacktrace};

use super::super::ended::Ended;
use super::super::state::State;
use crate::error::CallFault;

/// Reads an error of the engine. A reason that a host function or the clock left comes first.
#[cold]
pub(super) fn ended<F, H>(error: &Error, state: &mut State<F, H>) -> Ended {
    let mut fault = match state.ended.take() {
        Some(ended) => *ended.0,
        None => fault_of(error, state),
    };
    if let CallFault::Trap { frames, .. }
    | CallFault::LimitTime { frames, .. }
    | CallFault::LimitStack { frames, .. } = &mut fault
    {
        *frames = frames_of(error);
    }
    fault.into()
}

fn fault_of<F, H>(error: &Error, state: &State<F, H>) -> CallFault {
    let trap = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => {
            return CallFault::LimitStack { limit: state.growth.stack(), frames: Vec::new() };
        }
        trap => trap,
    };
    state.growth.reached().unwrap_or_else(|| match trap {
        Some(trap) => {
            let text = trap.to_string();
            // Worded like the other engine's error.
            let text = text.strip_prefix("wasm trap: ").unwrap_or(&text).to_owned();
            CallFault::Trap { text, frames: Vec::new() }
        }
        None => CallFault::Engine(format!("{error:#}")),
    })
}

fn frames_of(error: &Error) -> Vec<String> {
    let trace = error.downcast_ref::<WasmBacktrace>();
    trace.map_or(Vec::new(), |trace| trace.frames().iter().map(name_of).collect())
}

/// The name in the file, else the number of the function.
fn name_of(frame: &FrameInfo) -> String {
    match frame.func_name() {
        Some(name) => format!("{:#}", demangle(name)),
        None => format!("function {}", frame.func_index()),
    }
}

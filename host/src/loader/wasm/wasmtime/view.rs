//! An instance under Wasmtime.

use wasmtime::{
    AsContextMut, Caller, Error, Extern, Func, Instance, Memory, Ref, ResourceLimiter, StoreContextMut,
    Table, TypedFunc, WasmParams, WasmResults,
};

use super::super::bindings::bindings;
use super::super::ended::Ended;
use super::super::engine::{Signature, TABLE, TABLES, View, WrongType};
use super::super::host_functions;
use super::super::layout::HostIndices;
use super::super::state::{self, Growth};
use super::epoch::Watched;
use super::{engines, trap};
use crate::error::{CallFault, LoadFault};

/// Memory and table of an instance.
pub(in crate::loader::wasm) struct Handles {
    pub(super) memory: Memory,
    pub(super) table: Option<Table>,
    pub(super) instance: Instance,
    pub(super) _watched: Watched,
}

pub(super) type State = state::State<Function, Handles>;
pub(super) type Context<'a> = StoreContextMut<'a, State>;
type LimitError = Error;

bindings!();

#[inline]
fn check_stack(state: &State) -> Result<(), CallFault> {
    engines::check_stack(state.growth.stack())
}

fn to_ref(function: Option<Func>) -> Ref {
    Ref::Func(function)
}

fn from_ref(found: Ref) -> Option<Func> {
    if let Ref::Func(function) = found { function } else { None }
}

#[cold]
fn error(text: String) -> Error {
    Error::msg(text)
}

/// Calls a function.
#[inline(always)]
fn run<P: WasmParams, R: WasmResults>(
    context: &mut Context<'_>,
    function: &TypedFunc<P, R>,
    arguments: P,
) -> Result<R, Ended> {
    function.call(&mut *context, arguments).map_err(|error| trap::ended(&error, context.data_mut()))
}

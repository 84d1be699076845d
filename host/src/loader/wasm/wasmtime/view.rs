//! An instance under Wasmtime.

use core::ptr::NonNull;
use core::slice;

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
    pub(super) known: KnownMemory,
    pub(super) _watched: Watched,
}

/// Memory as it was when it was looked up. Looking it up takes six loads, each of which needs the one before.
#[derive(Clone, Copy)]
pub(in crate::loader::wasm) struct KnownMemory {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: it is used only together with the store whose memory it is, and which is Send.
unsafe impl Send for KnownMemory {}

impl KnownMemory {
    pub(super) const NONE: KnownMemory = KnownMemory { base: NonNull::dangling(), len: 0 };
}

pub(super) type State = state::State<Function, Handles>;
pub(super) type Context<'a> = StoreContextMut<'a, State>;
type LimitError = Error;

bindings!();

#[inline]
fn check_stack(state: &State) -> Result<(), CallFault> {
    engines::check_stack(state.growth.stack())
}

#[inline(always)]
fn known_parts<'a>(context: &'a mut Context<'_>) -> (&'a mut [u8], &'a mut State) {
    let state = context.data_mut();
    let known = state.handles.as_ref().map_or(KnownMemory::NONE, |handles| handles.known);
    // SAFETY: the memory belongs to the store that `context` borrows, as the state does, which is no part of it. It stays where it
    // is, since `engines::config` forbids it to move, and never shrinks. No guest runs while the context is borrowed.
    (unsafe { slice::from_raw_parts_mut(known.base.as_ptr(), known.len) }, state)
}

fn remember_memory(context: &mut Context<'_>) {
    let Some(memory) = context.data().handles.as_ref().map(|handles| handles.memory) else { return };
    let (base, len) = (memory.data_ptr(&*context), memory.data_size(&*context));
    let known = NonNull::new(base).map_or(KnownMemory::NONE, |base| KnownMemory { base, len });
    if let Some(handles) = &mut context.data_mut().handles {
        handles.known = known;
    }
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

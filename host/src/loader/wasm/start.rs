//! The steps of an instance before its first message.

use super::allocate::allocate_buffers;
use super::buffers::Allocator;
use super::engine::{Engine, Signature, View};
use super::state::State;
use crate::border::module::HostLink;
use crate::error::{CallFault, LoadFault};
use crate::loader::entry::ENTRY;
use crate::options::wasm_limits::WasmLimits;

/// Makes an instance and initialises its libc.
pub(super) fn open<E: Engine>(
    code: &E::Code,
    host: Option<HostLink>,
    limits: &WasmLimits,
) -> Result<E::Store, LoadFault> {
    let mut store = E::instantiate(code, State::new(host, limits))?;
    initialize(&mut E::view(&mut store))?;
    Ok(store)
}

fn initialize<V: View>(view: &mut V) -> Result<(), LoadFault> {
    const NAME: &str = "_initialize";
    match optional(view, NAME, Signature::Run)? {
        Some(function) => start(view, NAME, &function, [0; 3]).map(|_| ()),
        None => Ok(()),
    }
}

/// Allocates the host's buffers in the guest's memory; returns the address for its `rp_host`.
pub(super) fn give_memory<V: View>(
    view: &mut V,
    allocator: Allocator<V::Function>,
    grow: u32,
) -> Result<u32, LoadFault> {
    let step = allocator.name;
    let failed = |fault| LoadFault::StartFailed { step, fault };
    view.check_stack().map_err(failed)?;
    view.start_clock();
    view.state().allocator = Some(allocator.clone());
    let buffers = allocate_buffers(view, &allocator, grow)
        .map_err(|ended| reached(view, step).unwrap_or_else(|| failed(*ended.0)))?;
    view.state().buffers = Some(buffers);
    Ok(buffers.host())
}

/// Calls a function of the guest before its first message.
pub(super) fn start<V: View>(
    view: &mut V,
    step: &'static str,
    function: &V::Function,
    arguments: [u32; 3],
) -> Result<u32, LoadFault> {
    let failed = |fault| LoadFault::StartFailed { step, fault };
    view.check_stack().map_err(failed)?;
    view.start_clock();
    view.call(function, arguments).map_err(|ended| failed(*ended.0))
}

/// The limit that a step reached, even though it returned.
pub(super) fn reached<V: View>(view: &mut V, step: &'static str) -> Option<LoadFault> {
    view.state().growth.reached().map(|fault| LoadFault::StartFailed { step, fault })
}

pub(super) fn optional<V: View>(
    view: &mut V,
    name: &'static str,
    signature: Signature,
) -> Result<Option<V::Function>, LoadFault> {
    let found = view.export(name, signature);
    found.map_err(|_| LoadFault::WrongExport { name, expected: signature.as_str() })
}

pub(super) fn export<V: View>(
    view: &mut V,
    name: &'static str,
    signature: Signature,
) -> Result<V::Function, LoadFault> {
    optional(view, name, signature)?.ok_or(LoadFault::MissingExport(name))
}

pub(super) fn function_of<V: View>(
    view: &mut V,
    what: &'static str,
    index: u32,
    signature: Signature,
) -> Result<V::Function, LoadFault> {
    if index == 0 {
        return Err(LoadFault::NullFunction(what));
    }
    view.function_at(index, signature).ok_or_else(|| LoadFault::StartFailed {
        step: ENTRY,
        fault: CallFault::BadFunction { what, index, expected: signature.as_str() },
    })
}

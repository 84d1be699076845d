//! An instance under Wasmtime.

use wasmtime::{
    AsContextMut, Caller, Error, Extern, Func, Ref, ResourceLimiter, TypedFunc, WasmParams, WasmResults,
};

use super::super::engine::{Ended, Lent, Signature, View, WrongType};
use super::super::functions::functions;
use super::super::state::{Growth, State};
use super::super::{TABLE, TABLES, lent};
use super::{Context, Wasmtime, engines, trap};
use crate::error::{CallFault, LoadFault};

functions!(Wasmtime);

/// Calls a function.
#[inline]
fn run<P: WasmParams, R: WasmResults>(
    context: &mut Context<'_>,
    function: &TypedFunc<P, R>,
    arguments: P,
) -> Result<R, Ended> {
    function.call(&mut *context, arguments).map_err(|error| trap::ended(&error, context.data_mut()))
}

/// Runs a host function; why it ends the guest's code waits in the state.
#[inline]
fn guarded<R>(
    caller: &mut Caller<'_, State<Wasmtime>>,
    work: impl FnOnce(&mut Context<'_>) -> Result<R, Ended>,
) -> Result<R, Error> {
    lent::timed(&mut caller.as_context_mut(), work).map_err(|ended| {
        let error = Error::msg(ended.to_string());
        caller.data_mut().ended = Some(ended);
        error
    })
}

impl View for Context<'_> {
    type Engine = Wasmtime;

    #[inline]
    fn memory(&mut self) -> &mut [u8] {
        match self.data().handles.as_ref().map(|handles| handles.memory) {
            Some(memory) => memory.data_mut(self),
            None => &mut [],
        }
    }

    #[inline]
    fn state(&mut self) -> &mut State<Wasmtime> {
        self.data_mut()
    }

    #[inline]
    fn parts(&mut self) -> (&mut [u8], &mut State<Wasmtime>) {
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
    }

    #[inline]
    fn check_stack(&mut self) -> Result<(), CallFault> {
        engines::check_stack(self.data())
    }

    #[inline]
    fn call(&mut self, function: &Function, arguments: [u32; 3]) -> Result<u32, Ended> {
        function.call(self, arguments)
    }

    fn export(&mut self, name: &str, signature: Signature) -> Result<Option<Function>, WrongType> {
        let instance = self.data().handles.as_ref().map(|handles| handles.instance);
        match instance.and_then(|instance| instance.get_export(&mut *self, name)) {
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
        let Some(Ref::Func(Some(function))) = table.get(&mut *self, u64::from(index)) else { return None };
        Function::typed(self, function, signature)
    }

    fn lend(&mut self) -> Result<Lent, LoadFault> {
        let table = self.data().handles.as_ref().and_then(|handles| handles.table);
        let table = table.ok_or(LoadFault::MissingExport(TABLE))?;
        let functions = host_functions(self);
        self.data_mut().growth.reset();
        let first = table.grow(&mut *self, functions.len() as u64, Ref::Func(None)).map_err(|_| {
            self.data().growth.reached().map_or(LoadFault::FixedTable, |fault| LoadFault::StartFailed {
                step: "instantiation",
                fault,
            })
        })?;
        // A table of more entries than a u32 holds is beyond every limit.
        let first = u32::try_from(first).map_err(|_| LoadFault::FixedTable)?;
        for (index, function) in (u64::from(first)..).zip(functions) {
            table.set(&mut *self, index, Ref::Func(Some(function))).map_err(|_| LoadFault::FixedTable)?;
        }
        Ok(Lent::starting_at(first))
    }
}

impl ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        Ok(self.allows_memory(desired))
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        Ok(self.allows_table(desired))
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        TABLES
    }

    fn memories(&self) -> usize {
        1
    }
}

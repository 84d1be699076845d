//! The code that is the same for every engine: the guest's functions by their types, the host's functions that a guest calls,
//! and the access to an instance. The engines mirror each other's API but share no trait, so a macro writes it for each.

/// Writes this code for an engine. In scope must be the engine's `AsContextMut`, `Caller`, `Error`, `Extern`, `Func`,
/// `LimitError`, `Ref`, `ResourceLimiter` and `TypedFunc`, its `Context`, `Handles` and `State`, and the functions
///
/// - `run`, which calls a typed function,
/// - `check_stack`, `known_parts` and `remember_memory`, for those of [`View`],
/// - `to_ref` and `from_ref`, between the engine's references and functions,
/// - `error`, which makes an error of the engine from a text.
///
/// [`View`]: super::engine::View
macro_rules! bindings {
    () => {
        /// A function whose type was checked.
        #[derive(Clone)]
        pub(in crate::loader::wasm) enum Function {
            Run(TypedFunc<(), ()>),
            Get(TypedFunc<(), u32>),
            Take(TypedFunc<u32, ()>),
            Map(TypedFunc<u32, u32>),
            Take2(TypedFunc<(u32, u32), ()>),
            Map2(TypedFunc<(u32, u32), u32>),
            Map3(TypedFunc<(u32, u32, u32), u32>),
        }

        impl Function {
            fn typed(context: &Context<'_>, function: Func, signature: Signature) -> Option<Function> {
                let found = match signature {
                    Signature::Run => function.typed(context).map(Function::Run),
                    Signature::Get => function.typed(context).map(Function::Get),
                    Signature::Take => function.typed(context).map(Function::Take),
                    Signature::Map => function.typed(context).map(Function::Map),
                    Signature::Take2 => function.typed(context).map(Function::Take2),
                    Signature::Map2 => function.typed(context).map(Function::Map2),
                    Signature::Map3 => function.typed(context).map(Function::Map3),
                };
                found.ok()
            }

            /// The type of `handle_message` is all that matters for the time of a message.
            #[inline(always)]
            fn call(&self, context: &mut Context<'_>, arguments: [u32; 3]) -> Result<u32, Ended> {
                match self {
                    Function::Map3(function) => run(context, function, arguments.into()),
                    _ => self.call_other(context, arguments),
                }
            }

            #[inline(never)]
            fn call_other(&self, context: &mut Context<'_>, [a, b, c]: [u32; 3]) -> Result<u32, Ended> {
                match self {
                    Function::Map3(function) => run(context, function, (a, b, c)),
                    Function::Map2(function) => run(context, function, (a, b)),
                    Function::Take2(function) => run(context, function, (a, b)).map(|()| 0),
                    Function::Map(function) => run(context, function, a),
                    Function::Take(function) => run(context, function, a).map(|()| 0),
                    Function::Get(function) => run(context, function, ()),
                    Function::Run(function) => run(context, function, ()).map(|()| 0),
                }
            }
        }

        /// The host's functions, in the order of [`HostIndices`].
        fn wrap_host_functions(context: &mut Context<'_>) -> [Func; 6] {
            type In<'a> = Caller<'a, State>;
            [
                Func::wrap(&mut *context, |mut caller: In<'_>, reply: u32, additional: u32| {
                    guarded(&mut caller, |view| host_functions::grow(view, reply, additional))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, message: u32, reply: u32| {
                    guarded(&mut caller, |view| host_functions::send(view, message, reply))
                }),
                Func::wrap(
                    &mut *context,
                    |mut caller: In<'_>, _host: u32, id: u64, level: i32, text: u32, len: u32| {
                        guarded(&mut caller, |view| host_functions::write_log(view, id, level, text, len))
                    },
                ),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, id: u64| {
                    guarded(&mut caller, |view| Ok(host_functions::cancelled(view, id)))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32| {
                    guarded(&mut caller, |view| Ok(host_functions::now_us(view)))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, data: u32, len: u32| {
                    guarded(&mut caller, |view| host_functions::random(view, data, len))
                }),
            ]
        }

        /// Runs a host function. If it ends the guest's code, the reason waits in the state, since it cannot be taken out of
        /// an error of the engine.
        #[inline]
        fn guarded<R>(
            caller: &mut Caller<'_, State>,
            work: impl FnOnce(&mut Context<'_>) -> Result<R, Ended>,
        ) -> Result<R, Error> {
            host_functions::timed(&mut caller.as_context_mut(), work).map_err(|ended| {
                let error = error(ended.to_string());
                caller.data_mut().ended = Some(ended);
                error
            })
        }

        impl View for Context<'_> {
            type Function = Function;
            type Handles = Handles;

            #[inline]
            fn memory(&mut self) -> &mut [u8] {
                match self.data().handles.as_ref().map(|handles| handles.memory) {
                    Some(memory) => memory.data_mut(self),
                    None => &mut [],
                }
            }

            #[inline]
            fn state(&mut self) -> &mut State {
                self.data_mut()
            }

            #[inline]
            fn parts(&mut self) -> (&mut [u8], &mut State) {
                match self.data().handles.as_ref().map(|handles| handles.memory) {
                    Some(memory) => memory.data_and_store_mut(self),
                    None => (&mut [], self.data_mut()),
                }
            }

            #[inline(always)]
            fn known_parts(&mut self) -> (&mut [u8], &mut State) {
                known_parts(self)
            }

            fn remember_memory(&mut self) {
                remember_memory(self);
            }

            #[inline]
            fn start_clock(&mut self) {
                let state = self.data_mut();
                state.clock.reset();
                state.growth.reset();
            }

            #[inline]
            fn check_stack(&mut self) -> Result<(), CallFault> {
                check_stack(self.data())
            }

            #[inline(always)]
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
                let function = from_ref(table.get(&mut *self, u64::from(index))?)?;
                Function::typed(self, function, signature)
            }

            fn add_host_functions(&mut self) -> Result<HostIndices, LoadFault> {
                let table = self.data().handles.as_ref().and_then(|handles| handles.table);
                let table = table.ok_or(LoadFault::MissingExport(TABLE))?;
                let functions = wrap_host_functions(self);
                self.data_mut().growth.reset();
                let first = table.grow(&mut *self, functions.len() as u64, to_ref(None)).map_err(|_| {
                    let reached = self.data().growth.reached();
                    let failed = |fault| LoadFault::StartFailed { step: "instantiation", fault };
                    reached.map_or(LoadFault::FixedTable, failed)
                })?;
                // No limit allows a table of more entries than a u32 holds.
                let first = u32::try_from(first).map_err(|_| LoadFault::FixedTable)?;
                for (index, function) in (u64::from(first)..).zip(functions) {
                    let set = table.set(&mut *self, index, to_ref(Some(function)));
                    set.map_err(|_| LoadFault::FixedTable)?;
                }
                Ok(HostIndices::starting_at(first))
            }
        }

        impl ResourceLimiter for Growth {
            fn memory_growing(
                &mut self,
                _current: usize,
                desired: usize,
                _maximum: Option<usize>,
            ) -> Result<bool, LimitError> {
                Ok(self.allows_memory(desired))
            }

            fn table_growing(
                &mut self,
                _current: usize,
                desired: usize,
                _maximum: Option<usize>,
            ) -> Result<bool, LimitError> {
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
    };
}

pub(super) use bindings;

//! Functions by their types: those of the guest that the host calls, and those of the host that a guest calls.

/// Defines them for an engine, whose `Caller`, `Func`, `TypedFunc`, `Context` and `State` are in scope. The engines mirror
/// each other's API, but share no trait. `run` calls a typed function, `guarded` runs a function of the host.
macro_rules! functions {
    ($engine:ty) => {
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

            #[inline]
            fn call(&self, context: &mut Context<'_>, [a, b, c]: [u32; 3]) -> Result<u32, Ended> {
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

        /// The host's functions, in the order of [`Lent`].
        fn host_functions(context: &mut Context<'_>) -> [Func; 6] {
            type In<'a> = Caller<'a, State<$engine>>;
            [
                Func::wrap(&mut *context, |mut caller: In<'_>, reply: u32, additional: u32| {
                    guarded(&mut caller, |view| lent::grow(view, reply, additional))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, message: u32, reply: u32| {
                    guarded(&mut caller, |view| lent::send(view, message, reply))
                }),
                Func::wrap(
                    &mut *context,
                    |mut caller: In<'_>, _host: u32, id: u64, level: i32, text: u32, len: u32| {
                        guarded(&mut caller, |view| lent::write_log(view, id, level, text, len))
                    },
                ),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, id: u64| {
                    guarded(&mut caller, |view| Ok(lent::cancelled(view, id)))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32| {
                    guarded(&mut caller, |view| Ok(lent::now_us(view)))
                }),
                Func::wrap(&mut *context, |mut caller: In<'_>, _host: u32, data: u32, len: u32| {
                    guarded(&mut caller, |view| lent::random(view, data, len))
                }),
            ]
        }
    };
}

pub(super) use functions;

//! The WebAssembly engines by their own API: what a call costs without any protocol.

/// How far the guest's second buffer is from its first.
const ROOM: usize = 1 << 20;

/// The module `$engine`: a guest of that crate. The crates name all but `$instantiate` alike.
macro_rules! bare {
    ($engine:ident, $instantiate:ident) => {
        pub mod $engine {
            use std::path::Path;

            use $engine::{Engine, Instance, Linker, Memory, Module, Store, TypedFunc};

            use super::ROOM;

            /// An instance of a guest that imports nothing.
            pub fn start(guest: &Path) -> (Store<()>, Instance) {
                let engine = Engine::default();
                let code = std::fs::read(guest).expect("it was built");
                let module = Module::new(&engine, &code[..]).expect("it is WebAssembly");
                let mut store = Store::new(&engine, ());
                let instance = Linker::new(&engine).$instantiate(&mut store, &module);
                (store, instance.expect("it imports nothing"))
            }

            /// A typed call, one copy each way.
            pub struct Bare {
                store: Store<()>,
                memory: Memory,
                echo: TypedFunc<u32, u32>,
                room: usize,
                answer: Vec<u8>,
            }

            impl Bare {
                /// An instance of `bare_echo.c`.
                pub fn new(guest: &Path) -> Self {
                    let (mut store, instance) = start(guest);
                    let rooms =
                        instance.get_typed_func::<(), u32>(&mut store, "rooms").expect("it is exported");
                    let room = rooms.call(&mut store, ()).expect("it returns") as usize;
                    let memory = instance.get_memory(&mut store, "memory").expect("it is exported");
                    let echo = instance.get_typed_func(&mut store, "bare_echo").expect("it is exported");
                    Bare { store, memory, echo, room, answer: Vec::new() }
                }

                pub fn call(&mut self, text: &str) -> &[u8] {
                    let (room, bytes) = (self.room, text.as_bytes());
                    self.memory.data_mut(&mut self.store)[room..][..bytes.len()].copy_from_slice(bytes);
                    let len = self.echo.call(&mut self.store, bytes.len() as u32).expect("it returns");
                    let answer = &self.memory.data(&self.store)[room + ROOM..][..len as usize];
                    self.answer.clear();
                    self.answer.extend_from_slice(answer);
                    &self.answer
                }
            }
        }
    };
}

#[cfg(feature = "wasm")]
bare!(wasmi, instantiate_and_start);

#[cfg(feature = "wasm-jit")]
bare!(wasmtime, instantiate);

//! The interface alone in WebAssembly: the structs of `rp_module.h` in the guest's memory and the guest's own function, called by nobody
//! who limits or checks anything.

/// How large each text may be.
const ROOM: usize = 1 << 20;
/// Where message, reply and texts lie behind the address that `rp_alloc` gave; the host's own struct comes first.
const MESSAGE: usize = 32;
const REPLY: usize = 72;
const TYPE: usize = 100;
const PAYLOAD: usize = 112;
const ANSWER: usize = PAYLOAD + ROOM;
const SIZE: usize = ANSWER + ROOM;

/// The module `$engine`: a guest of that crate. The crates name all but the function in a table's entry, `$some`, alike.
macro_rules! alone {
    ($engine:ident, $some:path) => {
        pub mod $engine {
            use std::path::Path;

            use $engine::{Memory, Ref, Store, TypedFunc};

            use super::{ANSWER, MESSAGE, PAYLOAD, REPLY, ROOM, SIZE, TYPE};
            use crate::answering::Echo;
            use crate::bare::$engine::start;

            pub struct Alone {
                store: Store<()>,
                memory: Memory,
                handle_message: TypedFunc<(u32, u32, u32), u32>,
                instance: u32,
                id: u64,
                /// What `rp_alloc` gave.
                at: usize,
                answer: Vec<u8>,
            }

            impl Alone {
                /// An instance of `echo.c`.
                pub fn new(guest: &Path) -> Self {
                    let (mut store, guest) = start(guest);
                    let memory = guest.get_memory(&mut store, "memory").expect("it is exported");
                    let entry = guest.get_typed_func::<(), u32>(&mut store, "rp_module_v1");
                    let table =
                        entry.expect("it is exported").call(&mut store, ()).expect("it returns") as usize;
                    let alloc =
                        guest.get_typed_func::<u32, u32>(&mut store, "rp_alloc").expect("it is exported");
                    let at = alloc.call(&mut store, SIZE as u32).expect("it returns");
                    let functions = guest.get_table(&mut store, "__indirect_function_table");
                    let functions = functions.expect("it is exported");
                    let word = |store: &Store<()>, at: usize| {
                        u32::from_le_bytes(memory.data(store)[at..][..4].try_into().expect("four bytes"))
                    };
                    let (create, handle_message) = (word(&store, table + 12), word(&store, table + 20));
                    let Some(Ref::Func($some(create))) = functions.get(&mut store, create.into()) else {
                        panic!("there is no create")
                    };
                    let Some(Ref::Func($some(handle))) = functions.get(&mut store, handle_message.into())
                    else {
                        panic!("there is no handle_message")
                    };
                    let create = create.typed::<u32, u32>(&store).expect("its type in rp_module.h");
                    let handle_message = handle.typed(&store).expect("its type in rp_module.h");
                    let at = at as usize;
                    let mut put = |place: usize, bytes: &[u8]| {
                        memory.data_mut(&mut store)[at + place..][..bytes.len()].copy_from_slice(bytes);
                    };
                    let words = |words: &[usize]| -> Vec<u8> {
                        words.iter().flat_map(|word| (*word as u32).to_le_bytes()).collect()
                    };
                    put(0, &words(&[32, 0, 0, 0, 0, 0, 0, 0]));
                    put(MESSAGE, &words(&[40, 0, 0, 0, 0, 0, at + TYPE, 7, at + PAYLOAD, 0]));
                    put(REPLY, &words(&[28, 0, 0, at + ANSWER, 0, ROOM, 0]));
                    put(TYPE, b"command");
                    let instance = create.call(&mut store, at as u32).expect("it returns");
                    Alone { store, memory, handle_message, instance, id: 0, at, answer: Vec::new() }
                }
            }

            impl Echo for Alone {
                fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
                    self.id += 1;
                    let all = &mut self.memory.data_mut(&mut self.store)[self.at..][..SIZE];
                    all[MESSAGE + 8..][..8].copy_from_slice(&self.id.to_le_bytes());
                    all[MESSAGE + 36..][..4].copy_from_slice(&(text.len() as u32).to_le_bytes());
                    all[REPLY + 16..][..4].copy_from_slice(&[0; 4]);
                    all[PAYLOAD..][..text.len()].copy_from_slice(text.as_bytes());
                    let arguments = (self.instance, (self.at + MESSAGE) as u32, (self.at + REPLY) as u32);
                    let status = self.handle_message.call(&mut self.store, arguments).expect("it returns");
                    assert!(status == 0);
                    let all = &self.memory.data(&self.store)[self.at..][..SIZE];
                    let len = u32::from_le_bytes(all[REPLY + 16..][..4].try_into().expect("four bytes"));
                    self.answer.clear();
                    self.answer.extend_from_slice(&all[ANSWER..][..len as usize]);
                    see(&self.answer);
                }
            }
        }
    };
}

#[cfg(feature = "wasm")]
alone!(wasmi, wasmi::Nullable::Val);

#[cfg(feature = "wasm-jit")]
alone!(wasmtime, Some);

//! WebAssembly modules, each instance in a sandbox of its own.
//!
//! The ABI is that of `rp_module.h` with 32-bit pointers. Structs and texts lie in the guest's memory, in buffers that the
//! guest's allocator gave; function pointers are indices into the guest's table, where the host puts its own functions. A
//! guest imports nothing, so it reaches nothing but the functions of `rp_host`. Whatever comes out of it is checked: pointers,
//! lengths, indices, types. A trap or a limit ends the instance, never the host.

mod allocate;
mod bindings;
mod bounds;
mod buffers;
mod ended;
mod engine;
pub(super) mod file;
mod guest;
mod host_functions;
mod layout;
pub(super) mod load;
mod module;
mod plain;
mod plain_module;
mod request;
mod response;
mod shared_code;
mod start;
mod state;
mod wasmi;
#[cfg(feature = "wasm-jit")]
mod wasmtime;

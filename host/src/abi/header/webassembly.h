// WEBASSEMBLY
//
// The same source compiles for wasm32. Such a module must import nothing. Its structs are laid out
// for 32-bit pointers; its function pointers are indices into the table that it exports.
//
//     clang --target=wasm32-wasi -mexec-model=reactor
//           -Wl,--export-table,--growable-table,--export-dynamic hello.c -o hello.wasm

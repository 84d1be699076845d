// EXPORTS of a module. RP_MODULE, below, defines them all.
//
// Go, Nim and other languages declare their exports themselves: define RP_NO_ENTRY before including
// this header to leave these prototypes out. Since ABI 1.

// Exports a function or a constant from a library, even one built with -fvisibility=hidden.
#if defined(_WIN32) || defined(__CYGWIN__)
#define RP_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define RP_EXPORT __attribute__((visibility("default")))
#else
#define RP_EXPORT
#endif

#if !defined(RP_NO_ENTRY)
// @ENTRY@

// The manifest, as exported data: tools find it in the file without running code.
RP_EXPORT extern const char rp_manifest[];

#if defined(__wasm32__)
// WebAssembly only: allocates memory inside the module for the host to use. RP_MODULE defines it
// with malloc.
//
// size     bytes
// returns  memory aligned for every type; owned by the module; the host may use it until it calls
//          rp_free with it. NULL: out of memory
// [any-thread]
RP_EXPORT void *RP_CALL rp_alloc(size_t size);

// WebAssembly only: frees what rp_alloc returned. RP_MODULE defines it with free.
//
// pointer  what rp_alloc returned; gone when this call returns
// size     the size that rp_alloc was called with
// [any-thread]
RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size);
#endif
#endif

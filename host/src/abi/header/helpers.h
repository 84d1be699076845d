// HELPERS

// Whether a struct that begins with struct_size has a field, and the field is neither NULL nor 0:
//
//     if (RP_HAS(host, rp_host, cancelled) && host->cancelled(host, message->id)) {
//       return RP_ERR_CANCELLED;
//     }
//
// Since ABI 1.
#define RP_HAS(pointer, type, field) \
  ((pointer)->struct_size >= offsetof(type, field) + sizeof((pointer)->field) && (pointer)->field)

// Whether a status says that the reply holds a response. It does for RP_OK and RP_FAILED, 0 and 1.
#define RP_HAS_RESPONSE(status) (((status) & ~1) == 0)

// Appends bytes to a reply.
//
// reply    owned by the side that asked; its memory may move
// text     owned by the caller, outside the reply; borrowed until this call returns; may be NULL
//          when len is 0
// len      length of text in bytes
// returns  RP_OK: all of it was appended; otherwise what grow returned, and the reply is unchanged
// [reply]
static inline rp_status rp_reply_write(rp_reply *reply, const void *text, size_t len);

// Makes a module from three functions: defines rp_module_v1 and rp_manifest and, for WebAssembly,
// rp_alloc and rp_free. Write it in one source file of the module, outside every function, with a
// semicolon after it.
//
// flags           0 or RP_CONCURRENT
// manifest_json   a string literal of at most 64 KiB
// create          void *create(const rp_host *host)
// destroy         void destroy(void *instance)
// handle_message  rp_status handle_message(void *instance, const rp_message *message,
//                                          rp_reply *reply)
//
// In C++ it catches what the functions throw: create then returns NULL, handle_message RP_ERR_PANIC.
//
// To link two modules statically into one program, compile one with -Drp_module_v1=a_entry
// -Drp_manifest=a_manifest and the other with names of its own, and hand both entries to the host.
#define RP_MODULE(flags, manifest_json, create, destroy, handle_message) \
  RP_DEFINE_(flags, manifest_json, create, destroy, handle_message)      \
  RP_ASSERT_(manifest, sizeof(rp_module_manifest_) <= 65537, "the manifest is longer than 64 KiB")

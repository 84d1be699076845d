// PRIVATE: how the helpers are made. Do not use a name that ends in _.

// memcpy, without string.h where the compiler has it built in.
#if defined(__GNUC__) || defined(__clang__)
#define RP_COPY_(to, from, len) ((void)__builtin_memcpy(to, from, len))
#else
#include <string.h>
#define RP_COPY_(to, from, len) ((void)memcpy(to, from, len))
#endif

static inline rp_status rp_reply_write(rp_reply *reply, const void *text, size_t len) {
  // One compare where there is room: with len 0 the left side wraps to the largest size_t.
  if (len - 1 >= reply->capacity - reply->len) {
    rp_status status;
    if (len == 0) {
      return RP_OK;
    }
    status = reply->grow(reply, len);
    if (status != RP_OK) {
      return status;
    }
  }
  RP_COPY_(reply->data + reply->len, text, len);
  reply->len += len;
  return RP_OK;
}

// What RP_MODULE defines; in C++ it wraps the functions to catch what they throw.
#if defined(__cplusplus)
#define RP_DEFINE_(flags, manifest_json, create, destroy, handle_message)                  \
  extern "C" {                                                                             \
  static void *RP_CALL rp_create_(const rp_host *host_) noexcept {                         \
    RP_TRY_ {                                                                              \
      return create(host_);                                                                \
    }                                                                                      \
    RP_CATCH_ {                                                                            \
      return nullptr;                                                                      \
    }                                                                                      \
  }                                                                                        \
  static void RP_CALL rp_destroy_(void *instance_) noexcept {                              \
    RP_TRY_ {                                                                              \
      destroy(instance_);                                                                  \
    }                                                                                      \
    RP_CATCH_ {                                                                            \
    }                                                                                      \
  }                                                                                        \
  static rp_status RP_CALL rp_handle_message_(void *instance_, const rp_message *message_, \
                                              rp_reply *reply_) noexcept {                 \
    RP_TRY_ {                                                                              \
      return handle_message(instance_, message_, reply_);                                  \
    }                                                                                      \
    RP_CATCH_ {                                                                            \
      return RP_ERR_PANIC;                                                                 \
    }                                                                                      \
  }                                                                                        \
  RP_TABLE_(flags, manifest_json, rp_create_, rp_destroy_, rp_handle_message_)             \
  }
#else
#define RP_DEFINE_(flags, manifest_json, create, destroy, handle_message) \
  RP_TABLE_(flags, manifest_json, create, destroy, handle_message)
#endif

// The table has a manifest of its own, since the linker may replace the exported one with another:
// the host's, if the host exports a manifest too. The prototype of rp_manifest exports it; gcc
// rejects a second attribute in C++.
#define RP_TABLE_(flags, manifest_json, create, destroy, handle_message)                 \
  RP_ENTRY_                                                                              \
  static const char rp_module_manifest_[] = manifest_json;                               \
  const char rp_manifest[] = manifest_json;                                              \
  RP_EXPORT const rp_module *RP_CALL rp_module_v1(void) {                                \
    static const rp_module table_ = {                                                    \
        sizeof(rp_module), flags, rp_module_manifest_, create, destroy, handle_message}; \
    return &table_;                                                                      \
  }                                                                                      \
  RP_MEMORY_

// The prototypes, if RP_NO_ENTRY left them out.
#if defined(RP_NO_ENTRY)
#define RP_ENTRY_                                        \
  RP_EXPORT extern const char rp_manifest[];             \
  RP_EXPORT const rp_module *RP_CALL rp_module_v1(void); \
  RP_MEMORY_ENTRY_
#else
#define RP_ENTRY_
#endif

// rp_alloc and rp_free, prototypes and functions; the builtins need no stdlib.h.
#if defined(__wasm32__)
#define RP_MEMORY_ENTRY_                         \
  RP_EXPORT void *RP_CALL rp_alloc(size_t size); \
  RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size);
#define RP_MEMORY_                                             \
  RP_EXPORT void *RP_CALL rp_alloc(size_t size) {              \
    return __builtin_malloc(size);                             \
  }                                                            \
  RP_EXPORT void RP_CALL rp_free(void *pointer, size_t size) { \
    (void)size;                                                \
    __builtin_free(pointer);                                   \
  }
#else
#define RP_MEMORY_ENTRY_
#define RP_MEMORY_
#endif

// try and catch, even where exceptions are disabled.
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define RP_TRY_ try
#define RP_CATCH_ catch (...)
#elif defined(__cplusplus)
#define RP_TRY_ if (true)
#define RP_CATCH_ else
#endif

// A compile-time assert. C99 has none; there an array of -1 elements fails to compile.
#if defined(__cplusplus)
#define RP_ASSERT_(name, condition, text) static_assert(condition, text)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define RP_ASSERT_(name, condition, text) _Static_assert(condition, text)
#else
#define RP_ASSERT_(name, condition, text) typedef char rp_assert_##name##_[(condition) ? 1 : -1]
#endif

// No struct has padding, so its size settles where its fields lie; rp_module_layout.h asserts the
// place of each. Padding at an end could be taken for a field of a newer version.
// @SIZES@

// Compiled into every C++ module for WebAssembly. Before libc++ aborts it prints why, which needs files, and a sandbox has
// none: the module would import WASI and be refused. These take the place of what prints; the host reports the trap.
#include <__config>

extern "C" [[noreturn]] void abort_message(const char *, ...);
extern "C" [[noreturn]] void abort_message(const char *, ...) {
  __builtin_trap();
}

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char *, ...);
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) {
  __builtin_trap();
}
_LIBCPP_END_NAMESPACE_STD

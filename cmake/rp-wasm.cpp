// Compiled into every C++ module for WebAssembly. Before libc++ aborts it prints why, which needs files, and a sandbox has
// none: the module would import WASI and be refused. These take the place of what prints; the host reports the trap.
#include <string>

extern "C" [[noreturn]] void abort_message(const char *, ...);
extern "C" [[noreturn]] void abort_message(const char *, ...) {
  __builtin_trap();
}

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char *, ...);
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) {
  __builtin_trap();
}

// What libc++ does not put into its headers of std::string lies beside what prints through stdio.
template class basic_string<char>;
template string &string::__assign_no_alias<false>(const char *, size_t);
template string &string::__assign_no_alias<true>(const char *, size_t);
_LIBCPP_END_NAMESPACE_STD

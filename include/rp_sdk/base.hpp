// The base of rp_sdk.hpp: rp_sdk.h, and forward declarations.

#ifndef RP_SDK_BASE_HPP
#define RP_SDK_BASE_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "rp_sdk.hpp needs C++17: -std=c++17, /std:c++17, or CXX_STANDARD 17; rp_sdk.h needs C++11 only"
#endif

#include <string_view>

// It is C, with C's casts.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wold-style-cast"
#pragma clang diagnostic ignored "-Wzero-as-null-pointer-constant"
#endif
// C++ has its own form of the tables; to use both, include rp_sdk.h first.
#if !defined(RP_SDK_H) && !defined(RP_SDK_NO_MALLOC)
#define RP_SDK_NO_MALLOC
#include "../rp_sdk.h"
#undef RP_SDK_NO_MALLOC
#else
#include "../rp_sdk.h"
#endif
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// Keeps a function from being inlined.
#if defined(__GNUC__)
#define RP_APART_ __attribute__((noinline))
#else
#define RP_APART_
#endif

namespace rp {

class buffer;
class command;
class error;
class host;
class json_iterator;
class message;
class query_builder;
class reply;
class steps;
struct changed;
template <class T> struct entity;
template <class T, class E = error> class result;

namespace detail {

inline std::string_view view(rp_str text) noexcept
{
    return {text.data, text.len};
}

// The data of an empty view may be NULL, that of an rp_str never is.
inline rp_str borrow(std::string_view text) noexcept
{
    return rp_str{text.data() == nullptr ? "" : text.data(), text.size()};
}

} // namespace detail

} // namespace rp

#endif

// RP_MODULE_CLASS: a class as the ABI sees it.

#ifndef RP_SDK_ENTRY_HPP
#define RP_SDK_ENTRY_HPP

#include "mistakes.hpp"

#include <cstddef>
#include <exception>
#include <new>
#include <type_traits>

namespace rp {
namespace detail {

// An instance as the ABI sees it.
template <class M> class border {
public:
    static void destroy(void *self) noexcept { delete static_cast<instance *>(self); }

    static void *create(const rp_host *raw) noexcept
    {
        const host host(raw);
#if defined(__cpp_exceptions)
        try {
            return make(host);
        } catch (const std::exception &exception) {
            host.log(level::error, exception.what());
        } catch (...) {
            host.log(level::error, "the module's constructor threw something that is no std::exception");
        }
        return nullptr;
#else
        return make(host);
#endif
    }

    static rp_status handle_message(void *self, const rp_message *raw, rp_reply *raw_reply) noexcept
    {
        rp_json nothing;
        if (self == nullptr || raw == nullptr || raw_reply == nullptr) { // the answer says which one
            return rp_message_open(self, raw, raw_reply, &nothing);
        }
        instance &target = *static_cast<instance *>(self);
        reply reply(raw_reply);
#if defined(__cpp_exceptions)
        try {
            return handle(target, raw, reply);
        } catch (const error &error) {
            return reply.error(error).status();
        } catch (const std::bad_alloc &) {
            return RP_ERR_NO_MEMORY;
        } catch (const std::exception &exception) {
            return reply.error(RP_CODE_INTERNAL, exception.what()).status();
        } catch (...) {
            return RP_ERR_PANIC;
        }
#else
        return handle(target, raw, reply);
#endif
    }

private:
    // The module and its host, as passed to create.
    struct instance {
        M module;
        rp::host host;
    };

    static rp_status handle(instance &target, const rp_message *raw, reply &reply)
    {
        const message message(raw, target.host.for_message(raw->id));
        return reply.give(target.module.handle_message(message, reply)).status();
    }

    static instance *make(const host &host)
    {
        static_assert(std::is_nothrow_destructible_v<M>, "a destructor that throws would end the host");
        if constexpr (std::is_constructible_v<M, rp::host>) return new (std::nothrow) instance{M(host), host};
        else return new (std::nothrow) instance{M(), host};
    }
};

} // namespace detail
} // namespace rp

// Before it aborts, libc++ for WebAssembly prints the reason, and its strings pull in printing: imports of WASI, which
// the host refuses. These replace what prints and what writes to files; the host reports the trap. Weak, since a build
// may define them too.
#if defined(__wasm32__) && defined(_LIBCPP_VERSION)
#define RP_TRAP_                                                                        \
    RP_TRAP_AS_(void, abort_message, const char *, ...)                                 \
    RP_TRAP_AS_(std::size_t, __stdio_write, void *, const unsigned char *, std::size_t) \
    RP_TRAP_AS_(long long, __stdio_seek, void *, long long, int)                        \
    RP_TRAP_AS_(int, __stdio_close, void *)                                             \
    __attribute__((weak)) void std::__libcpp_verbose_abort(const char *, ...)           \
    {                                                                                   \
        __builtin_trap();                                                               \
    }
#define RP_TRAP_AS_(type, name, ...)                                      \
    extern "C" [[noreturn]] __attribute__((weak)) type name(__VA_ARGS__); \
    extern "C" [[noreturn]] __attribute__((weak)) type name(__VA_ARGS__)  \
    {                                                                     \
        __builtin_trap();                                                 \
    }
#else
#define RP_TRAP_
#endif

// Makes a module of a class: RP_MODULE for C++. Write it in one source file of the module, outside every function and
// namespace, with a semicolon after it.
//
// module_class   derives from rp::module<module_class>
// manifest_json  a string literal of at most 64 KiB: RP_MANIFEST("hello", "0.1.0", "Says hello."), or the JSON itself
#define RP_MODULE_CLASS(module_class, manifest_json)                                                                 \
    static_assert(::rp::detail::check_module<module_class>(), "the errors above say what to do");                    \
    static_assert(                                                                                                   \
        ::rp::detail::manifest_stops_being_json_at<::rp::detail::manifest_fault(manifest_json)>::is_checked);        \
    static_assert(::rp::detail::is_in_manifest<module_class>(manifest_json),                                         \
                  "the manifest lacks an event of rp::on_event in \"requests\":{\"subscribe\":[]}, or an entity of " \
                  "rp::on_query or rp::on_mutation in \"provides\":[]: the host would never bring it");              \
    static_assert(::rp::detail::requests_what_it_emits<module_class>(manifest_json),                                 \
                  "the manifest lacks an event of rp::emits in \"requests\":{\"emit\":[]}: nobody would grant it");  \
    RP_TRAP_                                                                                                         \
    RP_MODULE(module_class::flags, manifest_json, ::rp::detail::border<module_class>::create,                        \
              ::rp::detail::border<module_class>::destroy, ::rp::detail::border<module_class>::handle_message)

#endif

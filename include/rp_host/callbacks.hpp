// What the host calls the program with: rph::log_line, rph::request.

#ifndef RP_HOST_CALLBACKS_HPP
#define RP_HOST_CALLBACKS_HPP

#include "error.hpp"
#include "../rp_sdk/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rph {

enum class level : std::int32_t {
    error = RP_LOG_ERROR,
    warn = RP_LOG_WARN,
    info = RP_LOG_INFO,
    debug = RP_LOG_DEBUG,
    trace = RP_LOG_TRACE
};

// A line of the log. Its texts are borrowed until the function that gets it returns.
struct log_line {
    rph::level level;
    std::string_view instance, module, text;
    // The message whose handler wrote it, and the one on whose behalf that was sent; or 0.
    std::uint64_t message_id, cause;
};

// A message that an instance sent, for a service; borrowed until the service returns.
class request {
public:
    request(const rp_str &sender, const rp_message &message) noexcept : sender_(&sender), message_(&message) {}

    // The name of the instance that sent it.
    std::string_view sender() const noexcept { return rp::detail::view(*sender_); }
    std::string_view type() const noexcept { return rp::detail::view(message_->type); }
    // One JSON object, which the host checked.
    rp::json payload() const noexcept { return rp::json(rp_json{message_->payload}); }
    std::uint64_t id() const noexcept { return message_->id; }
    std::uint64_t cause() const noexcept { return message_->cause; }

private:
    const rp_str *sender_;
    const rp_message *message_;
};

namespace detail {

// Runs what must not throw; what it throws is dropped.
template <class F> void dropping(F &&run) noexcept
{
#if defined(__cpp_exceptions)
    try {
        run();
    } catch (...) {
    }
#else
    run();
#endif
}

// Answers as the function does, or with what it throws.
template <class F> rp_status answering(rp::reply &reply, F &&run) noexcept
{
#if defined(__cpp_exceptions)
    try {
        return run().status();
    } catch (const rp::error &error) {
        return reply.error(error).status();
    } catch (const std::bad_alloc &) {
        return RP_ERR_NO_MEMORY;
    } catch (const std::exception &exception) {
        return reply.error(RP_CODE_INTERNAL, exception.what()).status();
    } catch (...) {
        return RP_ERR_PANIC;
    }
#else
    (void)reply;
    return run().status();
#endif
}

// A function of the program as the host sees it: its address is the context, and `drop` ends it.
template <class F> struct callback {
    static F &of(void *context) noexcept { return *static_cast<F *>(context); }
    static void RP_CALL drop(void *context) noexcept { delete static_cast<F *>(context); }

    static void RP_CALL log(void *context, const rph_log *line) noexcept
    {
        const log_line copy{static_cast<rph::level>(line->level),
                            rp::detail::view(line->instance),
                            rp::detail::view(line->module),
                            rp::detail::view(line->text),
                            line->message_id,
                            line->cause};
        dropping([&] { of(context)(copy); });
    }
    static void RP_CALL json(void *context, const char *line, std::size_t len) noexcept
    {
        dropping([&] { of(context)(std::string_view(line, len)); });
    }
    static std::int64_t RP_CALL clock(void *context) noexcept
    {
        static_assert(std::is_nothrow_invocable_v<F &>, "there is no time to answer with if a clock throws: noexcept");
        return of(context)();
    }
    static void RP_CALL random(void *context, void *data, std::size_t len) noexcept
    {
        static_assert(std::is_nothrow_invocable_v<F &, void *, std::size_t>,
                      "predictable bytes would go to modules if this throws: noexcept");
        of(context)(data, len);
    }
    static rp_status RP_CALL answer(void *context, const rp_str *sender, const rp_message *message,
                                    rp_reply *raw) noexcept
    {
        static_assert(std::is_invocable_r_v<rp::answer, F &, const request &, rp::reply &>,
                      "a service takes (const rph::request &, rp::reply &) and returns an rp::answer");
        rp::reply reply(raw);
        return answering(reply, [&] { return of(context)(request(*sender, *message), reply); });
    }
};

} // namespace detail

} // namespace rph

#endif

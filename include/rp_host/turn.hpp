// rph::turn: many messages to one instance in one turn.

#ifndef RP_HOST_TURN_HPP
#define RP_HOST_TURN_HPP

#include "call.hpp"
#include "reply.hpp"
#include "../rp_sdk/buffer.hpp"

#include <memory>
#include <string_view>

namespace rph {

namespace detail {

// Writes what is sent, and reads what comes back.
template <class R, class A, class Send> result<R> typed(const A &what, Send send)
{
    rp::buffer text;
    const rp::result<rp::json> written = text.write(what);
    if (!written) return error("rp::call::arguments", written.error().text(), {});
    const result<reply> out = send(text.text());
    if (!out) return out.error();
    return out->template as<R>();
}

} // namespace detail

// The turn of one thread at an instance, made by rph::instance::enter: no other message reaches the instance before its end, so
// keep it short. A concurrent module goes on beside it. A call of this thread that would wait for its end is answered
// rp::call::own_turn. It belongs to the thread that entered it.
class turn {
public:
    // Takes a turn of rp_host.h.
    explicit turn(rph_turn *raw) noexcept : raw_(raw) {}

    // Sends a message of any type, a JSON object, and waits for the response.
    result<reply> call(std::string_view type, std::string_view payload, const call_options &options = {})
    {
        reply out;
        const result<void> sent = call(type, payload, options, out);
        if (!sent) return sent.error();
        return out;
    }
    // The same into a reply that is used again.
    result<void> call(std::string_view type, std::string_view payload, const call_options &options, reply &out)
    {
        rp_status status = RP_OK;
        rph_error *error = rph_turn_call(raw(), type.data(), type.size(), payload.data(), payload.size(), options.raw(),
                                         out.raw(), &status);
        out.answered(status);
        return detail::checked(error);
    }

    // Runs a command with arguments, a JSON object.
    result<reply> command(std::string_view name, std::string_view args = "{}", const call_options &options = {})
    {
        reply out;
        const result<void> sent = command(name, args, options, out);
        if (!sent) return sent.error();
        return out;
    }
    // The same into a reply that is used again.
    result<void> command(std::string_view name, std::string_view args, const call_options &options, reply &out)
    {
        rp_status status = RP_OK;
        rph_error *error = rph_turn_command(raw(), name.data(), name.size(), args.data(), args.size(), options.raw(),
                                            out.raw(), &status);
        out.answered(status);
        return detail::checked(error);
    }

    // The same with types, as those of rph::instance.
    template <class R, class A>
    result<R> command(std::string_view name, const A &args, const call_options &options = {})
    {
        return detail::typed<R>(args, [&](std::string_view json) { return command(name, json, options); });
    }
    template <class R, class P>
    result<R> call(std::string_view type, const P &payload, const call_options &options = {})
    {
        return detail::typed<R>(payload, [&](std::string_view json) { return call(type, json, options); });
    }

    // For the functions of rp_host.h.
    rph_turn *raw() const noexcept { return raw_.get(); }

private:
    std::unique_ptr<rph_turn, detail::freed<rph_turn_free>> raw_;
};

} // namespace rph

#endif

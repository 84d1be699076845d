// rph::instance: calls of one instance.

#ifndef RP_HOST_INSTANCE_HPP
#define RP_HOST_INSTANCE_HPP

#include "call.hpp"
#include "callbacks.hpp"
#include "reply.hpp"
#include "turn.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace rph {

namespace detail {

// What a function of rp_host.h tells in a reply.
template <class F> result<reply> told(F tell)
{
    reply out;
    const result<void> done = checked(tell(out.raw()));
    if (!done) return done.error();
    return out;
}

} // namespace detail

// A handle to one instance. On any thread, several at once. Its end is no unload; an instance that was unloaded, or whose host
// is gone, is answered rp::call::unavailable.
class instance {
public:
    // Takes a handle of rp_host.h.
    explicit instance(rph_instance *raw) noexcept : raw_(raw) {}

    // Sends a message of any type, a JSON object, and waits for the response.
    result<reply> call(std::string_view type, std::string_view payload, const call_options &options = {}) const
    {
        reply out;
        const result<void> sent = call(type, payload, options, out);
        if (!sent) return sent.error();
        return out;
    }
    // The same into a reply that is used again.
    result<void> call(std::string_view type, std::string_view payload, const call_options &options, reply &out) const
    {
        rp_status status = RP_OK;
        rph_error *error = rph_call(raw(), type.data(), type.size(), payload.data(), payload.size(), options.raw(),
                                    out.raw(), &status);
        out.answered(status);
        return detail::checked(error);
    }

    // Runs a command with arguments, a JSON object.
    result<reply> command(std::string_view name, std::string_view args = "{}", const call_options &options = {}) const
    {
        reply out;
        const result<void> sent = command(name, args, options, out);
        if (!sent) return sent.error();
        return out;
    }
    // The same into a reply that is used again.
    result<void> command(std::string_view name, std::string_view args, const call_options &options, reply &out) const
    {
        rp_status status = RP_OK;
        rph_error *error =
            rph_command(raw(), name.data(), name.size(), args.data(), args.size(), options.raw(), out.raw(), &status);
        out.answered(status);
        return detail::checked(error);
    }

    // The same with types, of what rp::writer writes and rp::json::as reads; an error response is the error.
    //     log.command<created>("create_log", rp::object{{"title", "Cork"}})
    template <class R, class A>
    result<R> command(std::string_view name, const A &args, const call_options &options = {}) const
    {
        return detail::typed<R>(args, [&](std::string_view json) { return command(name, json, options); });
    }
    template <class R, class P>
    result<R> call(std::string_view type, const P &payload, const call_options &options = {}) const
    {
        return detail::typed<R>(payload, [&](std::string_view json) { return call(type, json, options); });
    }

    // Sends a message as `call` does, and returns at once: done(rph::result<rph::reply>) is called once with what came of it, on
    // another thread or, where it is known at once, on this one. It must return soon. It is not called if this fails.
    template <class F>
    result<void> call_async(std::string_view type, std::string_view payload, const call_options &options, F done) const
    {
        auto context = std::make_unique<F>(std::move(done));
        rph_error *error = rph_call_async(raw(), type.data(), type.size(), payload.data(), payload.size(),
                                          options.raw(), finished<F>, context.get());
        // From here on it is the callback's, which may have come already.
        if (error == nullptr) (void)context.release();
        return detail::checked(error);
    }

    // Begins a turn: waits until the instance is free, as long as the options say, and keeps it for this thread.
    result<turn> enter(const call_options &options = {}) const
    {
        rph_turn *entered = nullptr;
        const result<void> done = detail::checked(rph_enter(raw(), options.raw(), &entered));
        if (!done) return done.error();
        return turn(entered);
    }

    // Ends the instance: waits for its calls, then sends "shutdown". Not within a callback.
    result<void> unload() const { return detail::checked(rph_unload(raw())); }

    std::string_view name() const noexcept { return rph_instance_name(raw()); }
    // Its module's manifest, a JSON object.
    std::string_view manifest() const noexcept { return rph_instance_manifest(raw()); }
    // The file of its module; empty if that is linked into this program.
    std::string_view path() const noexcept
    {
        const char *path = rph_instance_path(raw());
        return path == nullptr ? std::string_view() : std::string_view(path);
    }
    // What its calls took so far, if the host counts them, and the process of an isolated one: the text of the reply, JSON as
    // rp_host.h says, or null.
    result<reply> counters() const
    {
        return detail::told([&](rph_reply *out) { return rph_instance_counters(raw(), out); });
    }
    result<reply> worker() const
    {
        return detail::told([&](rph_reply *out) { return rph_instance_worker(raw(), out); });
    }
    // Whether it takes messages: neither unloaded nor dead.
    bool is_ready() const noexcept { return rph_instance_is_ready(raw()) != 0; }

    // For the functions of rp_host.h.
    const rph_instance *raw() const noexcept { return raw_.get(); }

private:
    template <class F>
    static void RP_CALL finished(void *context, rph_error *failure, rph_reply *answer, rp_status status) noexcept
    {
        const std::unique_ptr<F> done(static_cast<F *>(context));
        detail::dropping([&] {
            if (failure != nullptr) (*done)(result<reply>(error(failure)));
            else (*done)(result<reply>(reply(answer, status)));
        });
    }

    std::unique_ptr<rph_instance, detail::freed<rph_instance_free>> raw_;
};

} // namespace rph

#endif

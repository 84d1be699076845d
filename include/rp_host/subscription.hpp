// rph::subscription: events for the program, which takes them when it likes.

#ifndef RP_HOST_SUBSCRIPTION_HPP
#define RP_HOST_SUBSCRIPTION_HPP

#include "call.hpp"
#include "reply.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace rph {

// A queue of events. On any thread; each event goes to one of them. Its end drops what waits.
class subscription {
public:
    // Takes a subscription of rp_host.h.
    explicit subscription(rph_subscription *raw) noexcept : raw_(raw) {}

    // The next event, {"event","data","from","cause"}, as the text of the reply; waits for it, or takes it with 0s. Code rp::event::timeout if
    // none came in time, rp::event::closed once the host is gone.
    template <class Rep, class Period> result<reply> next(std::chrono::duration<Rep, Period> timeout) const
    {
        reply out;
        const result<void> came = detail::checked(rph_next(raw_.get(), detail::micros(timeout), out.raw()));
        if (!came) return came.error();
        return out;
    }
    // How many events wait.
    std::size_t waiting() const noexcept { return rph_subscription_waiting(raw_.get()); }
    // Whether the host is gone and every event was taken.
    bool is_over() const noexcept { return rph_subscription_is_over(raw_.get()) != 0; }
    // A file descriptor that is readable while an event waits, and at the end: for poll. Only wait for it. On Windows the handle
    // of an event object that is signalled then.
    auto fd() const noexcept { return rph_subscription_fd(raw_.get()); }

    // For the functions of rp_host.h.
    const rph_subscription *raw() const noexcept { return raw_.get(); }

private:
    std::unique_ptr<rph_subscription, detail::freed<rph_subscription_free>> raw_;
};

} // namespace rph

#endif

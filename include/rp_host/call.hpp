// How long the answer to a call is wanted, and what takes a call back: rph::call_options, rph::cancel_token.

#ifndef RP_HOST_CALL_HPP
#define RP_HOST_CALL_HPP

#include "error.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>

namespace rph {

namespace detail {

// A time in microseconds, upwards, so that a short one is not none; what does not fit is the longest.
template <class Rep, class Period> std::int64_t micros(std::chrono::duration<Rep, Period> time) noexcept
{
    using seconds = std::chrono::duration<double>;
    constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
    if (seconds(time).count() > 9.0e12) return longest;
    return std::chrono::ceil<std::chrono::microseconds>(time).count();
}

} // namespace detail

// Cancels calls from another thread. Cancelling is a hint (rule 7 of rp_module.h).
class cancel_token {
public:
    cancel_token() : raw_(rph_cancel_new()) {}

    // Takes back every call that was or will be made with it. On any thread.
    void cancel() const noexcept { rph_cancel_now(raw()); }
    bool is_cancelled() const noexcept { return rph_cancel_is_cancelled(raw()) != 0; }

    // For the functions of rp_host.h.
    const rph_cancel *raw() const noexcept { return raw_.get(); }

private:
    std::unique_ptr<rph_cancel, detail::freed<rph_cancel_free>> raw_;
};

// rph::call_options().timeout(5s).cancel(token). It can be used for many calls.
class call_options {
public:
    // How long the answer is wanted, from the beginning of each call; without it there is no limit.
    template <class Rep, class Period> call_options &timeout(std::chrono::duration<Rep, Period> time) noexcept
    {
        // 0 would be no limit.
        const std::int64_t us = detail::micros(time);
        raw_.timeout_us = us == 0 ? -1 : us;
        return *this;
    }
    // The token is borrowed: it has to live as long as the call.
    call_options &cancel(const cancel_token &token) noexcept
    {
        raw_.cancel = token.raw();
        return *this;
    }
    // Neither is the message checked to be UTF-8, for which the caller vouches, nor is the response read, which may then be
    // neither UTF-8 nor JSON.
    call_options &unchecked() noexcept
    {
        raw_.flags |= RPH_UNCHECKED;
        return *this;
    }

    // For the functions of rp_host.h.
    const rph_call_options *raw() const noexcept { return &raw_; }

private:
    static rph_call_options none() noexcept
    {
        rph_call_options options = {};
        options.struct_size = sizeof options;
        return options;
    }

    rph_call_options raw_ = none();
};

} // namespace rph

#endif

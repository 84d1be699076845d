// rp::steps: long work that can be cancelled and reports its progress.

#ifndef RP_SDK_STEPS_HPP
#define RP_SDK_STEPS_HPP

#include "ask.hpp"

#include <cstdint>
#include <string_view>

namespace rp {

// The steps of long work, see host::steps.
class steps {
public:
    class iterator {
    public:
        explicit iterator(steps *steps) : steps_(steps) { ++*this; }
        iterator() noexcept = default;

        const result<std::uint64_t> &operator*() const noexcept { return steps_->step_; }
        iterator &operator++()
        {
            if (!steps_->next()) steps_ = nullptr;
            return *this;
        }
        friend bool operator!=(const iterator &left, const iterator &right) noexcept
        {
            return left.steps_ != right.steps_;
        }

    private:
        steps *steps_ = nullptr;
    };

    steps(host host, std::uint64_t total, std::string_view note) noexcept : host_(host), total_(total), note_(note) {}

    iterator begin() { return iterator(this); }
    static iterator end() noexcept { return {}; }

private:
    bool next()
    {
        if (!step_) return false;
        step_ = done_;
        const std::uint64_t part = total_ < 200 ? 1 : total_ / 100;
        if (host_.is_cancelled()) {
            step_ = error::cancelled();
        } else if (done_ > 0 && (done_ % part == 0 || done_ == total_)) {
            if (const result<void> told = host_.progress(done_, total_, note_); !told) step_ = told.error();
        }
        return done_++ < total_ || !step_;
    }

    host host_;
    std::uint64_t total_;
    std::string_view note_;
    std::uint64_t done_ = 0;
    result<std::uint64_t> step_ = 0;
};

inline rp::steps host::steps(std::uint64_t total, std::string_view note) const
{
    return {*this, total, note};
}

} // namespace rp

#endif

// rph::reply: the response to a call.

#ifndef RP_HOST_REPLY_HPP
#define RP_HOST_REPLY_HPP

#include "error.hpp"
#include "../rp_sdk/read.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rph {

namespace detail {

// The text behind a pointer and a length; empty for NULL.
inline std::string_view view(const char *data, std::size_t len) noexcept
{
    return data == nullptr ? std::string_view() : std::string_view(data, len);
}

inline rp::json as_json(const char *data, std::size_t len) noexcept
{
    return rp::json(rp_json{rp::detail::borrow(view(data, len))});
}

} // namespace detail

// The response to a call, or what a function told, in memory that is used again from call to call. One thread at a time.
class reply {
public:
    // limit  the most bytes of a response; 0 is a little more than 64 MiB
    explicit reply(std::size_t limit = 0) : raw_(rph_reply_new(limit)) {}
    // Takes a reply of rp_host.h, with the status that came with it.
    reply(rph_reply *raw, rp_status status) noexcept : raw_(raw), status_(status) {}

    // Whether the last response says "success".
    bool is_success() const noexcept { return status_ == RP_OK; }
    explicit operator bool() const noexcept { return is_success(); }
    // The whole response, byte for byte; or what a function told, as JSON.
    std::string_view text() const noexcept
    {
        std::size_t len = 0;
        const char *text = rph_reply_text(raw(), &len);
        return detail::view(text, len);
    }
    // The data of a success, or the details of an error; it may be nothing.
    rp::json data() const noexcept
    {
        std::size_t len = 0;
        const char *data = rph_reply_data(raw(), &len);
        return detail::as_json(data, len);
    }
    // Of an error; empty otherwise.
    std::string_view code() const noexcept
    {
        std::size_t len = 0;
        const char *code = rph_reply_code(raw(), &len);
        return detail::view(code, len);
    }
    std::string_view error_text() const noexcept
    {
        std::size_t len = 0;
        const char *text = rph_reply_error(raw(), &len);
        return detail::view(text, len);
    }

    // Memory for a response of so many bytes, before the first call needs it.
    void reserve(std::size_t bytes) noexcept { rph_reply_reserve(raw(), bytes); }
    // Empties it, and keeps its memory.
    void clear() noexcept { rph_reply_clear(raw()); }
    // The most bytes that a response in it can have.
    std::size_t limit() const noexcept { return rph_reply_limit(raw()); }

    // The data read into a type, as rp::json::as does it; or the error that the module answered. Code "rp::call::data" if the
    // data is no T.
    template <class T> result<T> as() const
    {
        if (!is_success()) return error(code(), error_text(), data().text());
        if constexpr (std::is_void_v<T>) {
            return {};
        } else {
            rp::result<T> read = data().template as<T>();
            if (read) return std::move(*read);
            return error("rp::call::data", read.error().text(), read.error().details());
        }
    }

    // For the functions of rp_host.h.
    rph_reply *raw() const noexcept { return raw_.get(); }
    void answered(rp_status status) noexcept { status_ = status; }

private:
    std::unique_ptr<rph_reply, detail::freed<rph_reply_free>> raw_;
    rp_status status_ = RP_OK;
};

} // namespace rph

#endif

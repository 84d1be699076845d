// rp::buffer: a reply of your own.

#ifndef RP_SDK_BUFFER_HPP
#define RP_SDK_BUFFER_HPP

#include "result.hpp"
#include "write.hpp"

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace rp {

// A reply of your own: it grows as needed, frees itself, and keeps its memory when it is cleared.
class buffer {
public:
    buffer() noexcept : raw_(rp_reply_fixed(nullptr, 0)) { raw_.grow = grow; }
    buffer(buffer &&other) noexcept : raw_(std::exchange(other.raw_, buffer().release())) {}
    buffer &operator=(buffer &&other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    buffer(const buffer &) = delete;
    buffer &operator=(const buffer &) = delete;
    ~buffer() { std::free(raw_.data); }

    void clear() noexcept { rp_reply_clear(&raw_); }
    std::string_view text() const noexcept { return detail::view(rp_reply_text(&raw_)); }
    // For the functions of rp_sdk.h.
    rp_reply *raw() noexcept { return &raw_; }

    // Replaces the content by one value.
    template <class T> result<json> write(const T &what)
    {
        clear();
        rp_writer raw = rp_writer_start(&raw_);
        writer(raw).value(what);
        const rp_json_result written = rp_writer_finish(&raw);
        if (written == RP_JSON_ERR_NO_MEMORY) return error::no_memory();
        if (written != RP_JSON_OK) return error(RP_CODE_INTERNAL, rp_json_result_text(written));
        return json(rp_json{rp_reply_text(&raw_)});
    }
    result<json> write(std::initializer_list<member> members) { return write(object(members)); }

private:
    rp_reply release() noexcept { return std::exchange(raw_, rp_reply_fixed(nullptr, 0)); }

    static rp_status RP_CALL grow(rp_reply *reply, std::size_t additional) noexcept
    {
        constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
        if (additional > most - reply->len) return RP_ERR_NO_MEMORY;
        std::size_t capacity = reply->capacity > most / 2 ? most : reply->capacity * 2;
        if (capacity < reply->len + additional) capacity = reply->len + additional;
        if (capacity < 256) capacity = 256;
        void *data = std::realloc(reply->data, capacity);
        if (data == nullptr) return RP_ERR_NO_MEMORY;
        reply->data = static_cast<char *>(data);
        reply->capacity = capacity;
        return RP_OK;
    }

    rp_reply raw_;
};

inline error error::at(std::string_view path, std::string_view text)
{
    const std::string whole = path.empty() ? std::string(text) : std::string(path) + ": " + std::string(text);
    error error(RP_CODE_INVALID_PAYLOAD, whole);
    buffer details;
    if (path.empty() || !details.write({{"path", path}})) return error;
    return std::move(error).with_details(details.text());
}

} // namespace rp

#endif

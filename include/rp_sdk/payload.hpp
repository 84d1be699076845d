// Reads the payloads of queries and mutations as the protocol defines them.

#ifndef RP_SDK_PAYLOAD_HPP
#define RP_SDK_PAYLOAD_HPP

#include "message.hpp"
#include "read.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace rp {

namespace detail {

// The members of a payload, read one by one: an error has no path in its details.
class envelope {
public:
    // names  of all members that it may have; one that occurs twice is reported first
    envelope(json payload, std::initializer_list<std::string_view> names) : payload_(payload)
    {
        std::uint64_t seen = 0;
        for (const json_member member : payload) {
            std::uint64_t bit = 1;
            for (const std::string_view name : names) {
                if (member.key == name && (seen & bit) != 0 && !error_) refuse(name, "given more than once");
                if (member.key == name) seen |= bit;
                bit <<= 1;
            }
        }
    }

    // Reads a member; it may be absent unless it is required.
    template <class T> void take(std::string_view name, const char *expected, T &out, bool is_required = false)
    {
        const json found = payload_[name];
        reading how;
        if (error_ || (!found && !is_required)) return;
        if (found.is_null() || !read(found, out, place(name), how)) refuse(name, expected);
    }
    // Reads a member that is an object.
    void take_object(std::string_view name, json &out)
    {
        take(name, "expected an object", out);
        if (!error_ && out && !out.is_object()) refuse(name, "expected an object");
    }

    const std::optional<rp::error> &error() const noexcept { return error_; }

private:
    void refuse(std::string_view name, const char *text)
    {
        error_ = rp::error(RP_CODE_INVALID_PAYLOAD, std::string(name) + ": " + text);
    }

    json payload_;
    std::optional<rp::error> error_;
};

inline result<query> read_query(json payload)
{
    query query;
    envelope in(payload, {"entity", "id", "filters", "include", "sort", "limit", "offset"});
    in.take("entity", "expected a string", query.entity, true);
    in.take("id", "expected a string", query.id);
    in.take_object("filters", query.filters);
    in.take("include", "expected an array of strings", query.include);
    in.take("sort", "expected an array of strings", query.sort);
    in.take("limit", "expected a whole number", query.limit);
    in.take("offset", "expected a whole number", query.offset);
    if (in.error()) return *in.error();
    return query;
}

inline result<mutation> read_mutation(json payload)
{
    mutation mutation;
    envelope in(payload, {"entity", "operation", "id", "data", "version", "force"});
    in.take("entity", "expected a string", mutation.entity, true);
    in.take("operation", "expected create, update or delete", mutation.operation, true);
    in.take("id", "expected a string", mutation.id);
    in.take_object("data", mutation.data);
    in.take("version", "expected a whole number", mutation.version);
    in.take("force", "expected true or false", mutation.force);
    if (in.error()) return *in.error();
    return mutation;
}

} // namespace detail

} // namespace rp

#endif

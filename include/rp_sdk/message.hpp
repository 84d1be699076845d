// A message and what it asks for: rp::message, rp::command, rp::query, rp::mutation.

#ifndef RP_SDK_MESSAGE_HPP
#define RP_SDK_MESSAGE_HPP

#include "fields.hpp"
#include "host.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rp {

// One message, borrowed until it is answered.
class message {
public:
    message(const rp_message *raw, rp::host host, json payload = {}) noexcept
        : raw_(raw), host_(host), payload_(payload)
    {}

    const rp_message *raw() const noexcept { return raw_; }
    std::string_view type() const noexcept { return detail::view(raw_->type); }
    // The payload, one object. In an override of handle_message it is nothing yet: dispatch checks it.
    json payload() const noexcept { return payload_; }
    // Its id within the host.
    std::uint64_t id() const noexcept { return raw_->id; }
    // The id of the message on whose behalf it was sent, or 0.
    std::uint64_t cause() const noexcept { return raw_->cause; }
    // The host, working for this message.
    const rp::host &host() const noexcept { return host_; }

private:
    const rp_message *raw_;
    rp::host host_;
    json payload_;
};

// What a message of type "command" asks for.
class command {
public:
    command(const rp::message &message, json name, json args) noexcept : message_(message), name_(name), args_(args) {}

    // A string: compare it with ==.
    json name() const noexcept { return name_; }
    // An object; {} if none were given.
    json args() const noexcept { return args_; }
    const rp::message &message() const noexcept { return message_; }
    const rp::host &host() const noexcept { return message_.host(); }

private:
    const rp::message &message_;
    json name_;
    json args_;
};

inline answer reply::unknown(const command &command) noexcept
{
    return error(RP_CODE_UNKNOWN_COMMAND, "unknown command: ", command.name());
}

// What a message of type "query" asks for.
struct query {
    std::string entity;
    std::optional<std::string> id;
    json filters;
    std::vector<std::string> include, sort;
    std::optional<std::uint64_t> limit, offset;
};

enum class operation { create, update, remove };
constexpr auto json_words(operation)
{
    return words({"create", "update", "delete"});
}

// What a message of type "mutation" asks for.
struct mutation {
    std::string entity;
    rp::operation operation = rp::operation::create;
    std::optional<std::string> id;
    json data;
    std::optional<std::uint64_t> version;
    bool force = false;
};

} // namespace rp

#endif
